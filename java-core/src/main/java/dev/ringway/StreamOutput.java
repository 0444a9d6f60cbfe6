package dev.ringway;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;

/// What a stream sends, for threads that wait. Like [StreamInput] it keeps nothing.
final class StreamOutput extends OutputStream {
    private static final int MOST_BYTES = 65_536;

    private final ByteStream stream;
    private final Duration timeout;

    StreamOutput(ByteStream stream, Duration timeout) {
        this.stream = stream;
        this.timeout = notNegative(stream, timeout);
    }

    static Duration notNegative(ByteStream stream, Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException(
                    "stream of " + stream + ": negative timeout " + timeout + "; use zero for no limit");
        }
        return timeout;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] src, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, src.length);
        for (int sent = 0; sent < length; ) {
            int part = Math.min(length - sent, MOST_BYTES);
            sent += send(src, offset + sent, part, sent);
        }
    }

    /// @param before bytes of the same write that have been sent
    private int send(byte[] src, int offset, int part, int before) throws IOException {
        try (Buf buf = stream.buffer(part).put(src, offset, part)) {
            try {
                return stream.prepareSendAll(buf).timeout(timeout).join();
            } catch (InterruptedIOException interrupted) { // also a SocketTimeoutException
                interrupted.bytesTransferred = before + part - buf.readable();
                throw interrupted;
            } catch (RejectedExecutionException refused) {
                throw new IOException(refused.getMessage(), refused);
            }
        }
    }

    @Override
    public void close() {
        stream.close();
    }

    @Override
    public String toString() {
        return "output of " + stream;
    }
}
