package dev.ringway.process;

import dev.ringway.AsyncSink;
import dev.ringway.AsyncSource;
import dev.ringway.Backend;
import dev.ringway.Buf;
import dev.ringway.Ring;

/// A program for another process: copies its standard input to its standard output, and says on its standard error how
/// many bytes that was.
final class CopiesStreams {
    private CopiesStreams() {}

    /// @param args the backend
    public static void main(String[] args) throws Exception {
        try (Ring ring = Ring.builder().backend(Backend.valueOf(args[0])).start("streams");
                Buf buf = ring.buffer(1 << 14);
                AsyncSource in = ring.streams().stdin();
                AsyncSink out = ring.streams().stdout();
                AsyncSink err = ring.streams().stderr();
                AsyncSink twin = err.prepareDuplicate().join()) {
            long sum = 0;
            for (int read = in.prepareRead(buf).join(); read >= 0; read = in.prepareRead(buf.clear()).join()) {
                sum += out.prepareWriteAll(buf).join();
            }
            err.prepareWriteAll(buf.clear().put("copied ")).join();
            twin.prepareWriteAll(buf.clear().put(Long.toString(sum))).join();
        }
    }
}
