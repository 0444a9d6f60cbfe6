package dev.ringway;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;

/// What a stream receives, for threads that wait.
///
/// The buffer of the ring exists for one receive and is no larger than what was asked for. So nothing is left here that
/// could be lost with this object, or that another receive would miss.
final class StreamInput extends InputStream {
    private static final int MOST_BYTES = 16_384;

    private final ByteStream stream;
    private final Duration timeout;

    StreamInput(ByteStream stream, Duration timeout) {
        this.stream = stream;
        this.timeout = StreamOutput.notNegative(stream, timeout);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] dst, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, dst.length);
        if (length == 0) {
            return 0;
        }
        try (Buf buf = stream.buffer(Math.min(length, MOST_BYTES))) {
            int count = receive(buf);
            if (count > 0) {
                buf.get(dst, offset, count);
            }
            return count;
        }
    }

    @Override
    public long skip(long most) throws IOException {
        if (most <= 0) {
            return 0;
        }
        try (Buf buf = stream.buffer((int) Math.min(most, MOST_BYTES))) {
            return Math.max(0, receive(buf));
        }
    }

    private int receive(Buf buf) throws IOException {
        try {
            return stream.prepareReceive(buf).timeout(timeout).join();
        } catch (InterruptedIOException interrupted) {
            int count = buf.readable();
            if (count > 0) {
                return count; // they have come nevertheless, and nobody else would get them
            }
            throw interrupted;
        } catch (RejectedExecutionException refused) {
            throw new IOException(refused.getMessage(), refused);
        }
    }

    @Override
    public void close() {
        stream.close();
    }

    @Override
    public String toString() {
        return "input of " + stream;
    }
}
