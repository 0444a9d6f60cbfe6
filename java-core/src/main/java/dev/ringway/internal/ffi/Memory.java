package dev.ringway.internal.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/**
 * Native memory by raw address: reads, writes and copies, in native byte order.
 *
 * <p><b>Nothing is checked.</b> A wrong address ends the process or corrupts it. Who calls has to know that the memory
 * is mapped, large enough and not freed for the length of the access: the operation for its scratch and its buffer
 * (lent until the last completion), the driver for its rings and slabs. Addresses come from {@link Pages}, from an
 * arena's segments, or from the kernel, and never from a user.
 *
 * <p>Accesses are plain and may be unaligned. What is shared with the kernel, or is read and written for every
 * operation, is a {@link Window}.
 *
 * <p>There is one segment over all of memory, because an access through it compiles to the plain instruction; one
 * through a segment of its own would check bounds and liveness that an address has lost.
 */
public final class Memory {

    @SuppressWarnings("restricted") // the one segment over all of memory: everything here reads and writes through it
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private Memory() {}

    public static byte getByte(long address) {
        return ALL.get(ValueLayout.JAVA_BYTE, address);
    }

    public static void putByte(long address, byte value) {
        ALL.set(ValueLayout.JAVA_BYTE, address, value);
    }

    public static short getShort(long address) {
        return ALL.get(ValueLayout.JAVA_SHORT_UNALIGNED, address);
    }

    public static void putShort(long address, short value) {
        ALL.set(ValueLayout.JAVA_SHORT_UNALIGNED, address, value);
    }

    public static int getInt(long address) {
        return ALL.get(ValueLayout.JAVA_INT_UNALIGNED, address);
    }

    public static void putInt(long address, int value) {
        ALL.set(ValueLayout.JAVA_INT_UNALIGNED, address, value);
    }

    public static long getLong(long address) {
        return ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
    }

    public static void putLong(long address, long value) {
        ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, address, value);
    }

    /** Copies between two ranges, which may overlap. */
    public static void copy(long from, long to, long bytes) {
        MemorySegment.copy(ALL, from, ALL, to, bytes);
    }

    /** Copies out of an array. */
    public static void copy(byte[] from, int offset, long to, int bytes) {
        MemorySegment.copy(MemorySegment.ofArray(from), offset, ALL, to, bytes);
    }

    /** Copies what a byte buffer has remaining, and consumes it. */
    public static void copy(ByteBuffer from, long to) {
        int bytes = from.remaining();
        MemorySegment.copy(MemorySegment.ofBuffer(from), 0, ALL, to, bytes);
        from.position(from.limit());
    }

    /** Copies into a byte buffer and advances it. */
    public static void copy(long from, ByteBuffer to, int bytes) {
        MemorySegment.copy(ALL, from, MemorySegment.ofBuffer(to), 0, bytes);
        to.position(to.position() + bytes);
    }

    /** Copies into an array. */
    public static void copy(long from, byte[] to, int offset, int bytes) {
        MemorySegment.copy(ALL, from, MemorySegment.ofArray(to), offset, bytes);
    }

    /** Sets every byte of a range. */
    public static void fill(long address, long bytes, byte value) {
        ALL.asSlice(address, bytes).fill(value);
    }

    /** Makes a segment over a range, accessible for ever: the range's owner has to outlive every use. */
    @SuppressWarnings("restricted") // the bounds are the caller's word, as with everything here
    public static MemorySegment segment(long address, long bytes) {
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    /** Makes a segment over a range, accessible until the arena closes, which does not free the range. */
    @SuppressWarnings("restricted") // the bounds are the caller's word, as with everything here
    public static MemorySegment segment(long address, long bytes, Arena arena) {
        return MemorySegment.ofAddress(address).reinterpret(bytes, arena, null);
    }
}
