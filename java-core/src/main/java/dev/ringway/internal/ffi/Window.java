package dev.ringway.internal.ffi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Native memory that is read and written for every operation: the queues that are shared with the kernel.
 *
 * <p>What is in it is reached by offset, in native byte order, and every access is checked against its bounds. That the
 * memory is still mapped is the owner's business, as with {@link Memory}.
 *
 * <p>It is a view through a byte buffer, and not {@link Memory}, because of how the JIT compiles either one: an access
 * through a memory segment has a step which is inlined only near the top of a compiled method and is a call below, and
 * the code that fills a submission entry lies far below. There the eight words of an entry took 43 ns, and take 1.
 */
public final class Window {

    private static final VarHandle SHORT = view(short[].class);
    private static final VarHandle INT = view(int[].class);
    private static final VarHandle LONG = view(long[].class);

    private final ByteBuffer bytes;
    private final long address;

    /** Makes one of {@code length} bytes, less than 2 GiB. */
    public Window(long address, long length) {
        this.bytes = Memory.segment(address, length).asByteBuffer().order(ByteOrder.nativeOrder());
        this.address = address;
    }

    private static VarHandle view(Class<?> words) {
        return MethodHandles.byteBufferViewVarHandle(words, ByteOrder.nativeOrder()).withInvokeExactBehavior();
    }

    /** Returns where it begins. */
    public long address() {
        return address;
    }

    public short getShort(int offset) {
        return (short) SHORT.get(bytes, offset);
    }

    public void putShort(int offset, short value) {
        SHORT.set(bytes, offset, value);
    }

    public int getInt(int offset) {
        return (int) INT.get(bytes, offset);
    }

    public void putInt(int offset, int value) {
        INT.set(bytes, offset, value);
    }

    public long getLong(int offset) {
        return (long) LONG.get(bytes, offset);
    }

    public void putLong(int offset, long value) {
        LONG.set(bytes, offset, value);
    }

    /** Reads, and keeps every later access behind this one: for a tail or head that the other side moves. */
    public int getIntAcquire(int offset) {
        return (int) INT.getAcquire(bytes, offset);
    }

    /** Reads what is there now, without ordering other accesses: for flags and counters. */
    public int getIntOpaque(int offset) {
        return (int) INT.getOpaque(bytes, offset);
    }

    /** Writes, and keeps every earlier access before this one: for a tail or head that the other side reads. */
    public void putIntRelease(int offset, int value) {
        INT.setRelease(bytes, offset, value);
    }

    /** Writes 16 bits, and keeps every earlier access before this one: for the tail of a buffer ring. */
    public void putShortRelease(int offset, short value) {
        SHORT.setRelease(bytes, offset, value);
    }
}
