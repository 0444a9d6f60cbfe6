package dev.ringway.internal.loop;

import dev.ringway.internal.op.Allocator;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// Native memory in powers of two, cut from slabs, given back to lists; from any thread.
///
/// Slabs are never unmapped while anything that was cut from them can be reached: every buffer keeps this object, and
/// it keeps the slabs. A block that was given back is not cleared; nobody can read beyond what was written since.
public final class Slabs implements Allocator {
    private static final int SMALLEST_BITS = 6;
    private static final int SLAB_BYTES = 1 << 18;
    private static final int ALIGNMENT = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final List<MemorySegment> slabs = new ArrayList<>();
    private final long[][] free = new long[32][0];
    private final int[] freeCounts = new int[32];
    private long next;
    private long end;
    private int live;

    @Override
    public long allocate(int bytes) {
        int bits = bits(bytes);
        lock.lock();
        try {
            long address = freeCounts[bits] > 0 ? free[bits][--freeCounts[bits]] : cut(1L << bits);
            live++;
            return address;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void free(long address, int bytes) {
        int bits = bits(bytes);
        lock.lock();
        try {
            live--;
            long[] list = free[bits];
            int count = freeCounts[bits];
            if (count == list.length) {
                list = Arrays.copyOf(list, Math.max(8, 2 * count));
                free[bits] = list;
            }
            list[count] = address;
            freeCounts[bits] = count + 1;
        } finally {
            lock.unlock();
        }
    }

    /// Blocks that have not been given back.
    public int live() {
        lock.lock();
        try {
            return live;
        } finally {
            lock.unlock();
        }
    }

    private static int bits(int bytes) {
        return Math.max(SMALLEST_BITS, 32 - Integer.numberOfLeadingZeros(bytes - 1));
    }

    private long cut(long bytes) {
        if (bytes > SLAB_BYTES / 4) {
            return map(bytes).address();
        }
        if (end - next < bytes) {
            MemorySegment slab = map(SLAB_BYTES);
            next = slab.address();
            end = next + SLAB_BYTES;
        }
        long address = next;
        next += bytes;
        return address;
    }

    private MemorySegment map(long bytes) {
        MemorySegment slab = Arena.ofAuto().allocate(bytes, ALIGNMENT);
        slabs.add(slab);
        return slab;
    }
}
