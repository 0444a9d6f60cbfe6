package dev.ringway.internal.op;

import dev.ringway.Buf;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.generated.Linux;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;

/// Bytes that were taken from a stream and that nobody got, in their order: what the next receive gets.
///
/// Confined to the polling thread. They are copied out of the pool's buffers at once, so that these go back to work.
public final class Retained {
    private final ArrayDeque<byte[]> chunks = new ArrayDeque<>(1);
    private int offset;

    /// Keeps bytes.
    ///
    /// @param first whether they come before those that are kept already, rather than behind them
    public void add(byte[] bytes, boolean first) {
        if (bytes.length == 0) {
            return;
        }
        if (first) {
            settleOffset();
            chunks.addFirst(bytes);
        } else {
            chunks.addLast(bytes);
        }
    }

    public boolean isEmpty() {
        return chunks.isEmpty();
    }

    /// Moves kept bytes to native memory.
    ///
    /// @return how many
    public int take(long address, int length) {
        int moved = 0;
        for (byte[] chunk = chunks.peekFirst(); chunk != null && moved < length; chunk = chunks.peekFirst()) {
            int part = Math.min(length - moved, chunk.length - offset);
            Memory.copy(chunk, offset, address + moved, part);
            moved += part;
            offset += part;
            if (offset == chunk.length) {
                chunks.removeFirst();
                offset = 0;
            }
        }
        return moved;
    }

    /// Moves kept bytes to the ranges that iovecs name, one after the other.
    ///
    /// @return how many
    public int take(long iovecs, int count, boolean onlyLooks) {
        int moved = 0;
        for (int i = 0; i < count && !isEmpty(); i++) {
            long iovec = iovecs + (long) i * Linux.IOVEC_BYTES();
            long address = Memory.getLong(iovec + Linux.IOVEC_BASE());
            int length = (int) Memory.getLong(iovec + Linux.IOVEC_LEN());
            if (onlyLooks) {
                return copy(address, length);
            }
            moved += take(address, length);
        }
        return moved;
    }

    /// Copies kept bytes to native memory, as many as are kept together, and goes on keeping them.
    ///
    /// @return how many
    public int copy(long address, int length) {
        byte[] first = chunks.getFirst();
        int part = Math.min(length, first.length - offset);
        Memory.copy(first, offset, address, part);
        return part;
    }

    /// Takes kept bytes, as many as are kept together and at most the limit.
    public byte[] take(int limit) {
        settleOffset();
        byte[] first = chunks.removeFirst();
        if (first.length <= limit) {
            return first;
        }
        chunks.addFirst(Arrays.copyOfRange(first, limit, first.length));
        return Arrays.copyOf(first, limit);
    }

    /// A buffer of their own for bytes that were taken, outside of every pool.
    public static Buf inBuffer(byte[] bytes) {
        return Buf.adopt(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
    }

    private void settleOffset() {
        if (offset > 0) {
            byte[] partly = chunks.removeFirst();
            chunks.addFirst(Arrays.copyOfRange(partly, offset, partly.length));
            offset = 0;
        }
    }
}
