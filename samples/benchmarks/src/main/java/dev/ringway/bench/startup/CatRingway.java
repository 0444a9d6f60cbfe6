package dev.ringway.bench.startup;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncSink;
import dev.ringway.Buf;
import dev.ringway.Ring;
import java.io.IOException;
import java.nio.file.Path;

/// `CatRingway <file>`: prints a file, as the sample `cat` does.
public final class CatRingway {
    private static final int CHUNK = 1 << 16;

    private CatRingway() {}

    public static void main(String[] args) throws IOException {
        try (Ring ring = Ring.start("cat");
                Buf buf = ring.buffer(CHUNK);
                AsyncSink out = ring.streams().stdout();
                AsyncFile file = ring.files().prepareOpen(Path.of(args[0])).join()) {
            while (file.prepareRead(buf.clear()).join() >= 0) {
                out.prepareWriteAll(buf).join();
            }
        }
    }
}
