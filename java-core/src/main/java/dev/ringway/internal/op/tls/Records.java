package dev.ringway.internal.op.tls;

import dev.ringway.Buf;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Bytes that were received and not opened yet: at its end they are appended, at its front records are taken away.
/// Empty it has no memory.
final class Records {
    private static final int MOST_BYTES = 16_384;

    private byte @Nullable [] bytes;
    private int start;
    private int end;

    /// What there is. What is read from it has to be taken.
    ByteBuffer content() {
        byte[] now = bytes;
        return now == null ? ByteBuffer.allocate(0) : ByteBuffer.wrap(now, start, end - start);
    }

    /// Takes what was read from the content.
    void take(ByteBuffer content) {
        if (bytes != null) {
            start = content.position();
        }
    }

    /// Appends what has come.
    void append(Buf buf, int count) {
        buf.get(array(), end, count);
        end += count;
    }

    /// Nobody wants to read it.
    void drop() {
        start = end;
    }

    /// Makes room for the rest of a record.
    ///
    /// @param longest how long a record may be by now
    /// @return how many bytes there is room for, at least one
    int room(int longest) {
        byte[] now = array();
        if (start > 0) {
            System.arraycopy(now, start, now, 0, end - start);
            end -= start;
            start = 0;
        }
        if (end == now.length) { // a longer record than usual, as far as the engine takes such
            byte[] longer = Scratch.take(Math.max(2 * now.length, longest));
            System.arraycopy(now, 0, longer, 0, end);
            Scratch.give(now);
            bytes = longer;
            now = longer;
        }
        return Math.min(MOST_BYTES, now.length - end);
    }

    private byte[] array() {
        byte[] now = bytes;
        if (now == null) {
            now = Scratch.take(MOST_BYTES);
            bytes = now;
        }
        return now;
    }

    /// Gives its memory up if it is empty.
    void rest() {
        byte[] now = bytes;
        if (now != null && start == end) {
            bytes = null;
            start = 0;
            end = 0;
            Scratch.give(now);
        }
    }
}
