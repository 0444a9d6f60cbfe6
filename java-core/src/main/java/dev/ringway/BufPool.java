package dev.ringway;

import dev.ringway.internal.op.PoolMemory;

/// Equal buffers from which receives take one when bytes have come, so that memory is paid for active connections and
/// not for open ones.
///
/// On io_uring the kernel itself picks a free buffer (a provided-buffer ring); elsewhere the ring does, just before the
/// call. What a receive delivers is a lease: a [Buf] to be [released][Buf#release()] as soon as it has been used, from
/// any thread. A receive that finds the pool empty waits and goes on when a lease comes back. A pool belongs to one
/// ring and lives as long as that.
///
/// See `man 3 io_uring_register_buf_ring`.
public final class BufPool {
    private final PoolMemory memory;

    BufPool(PoolMemory memory) {
        this.memory = memory;
    }

    /// How many buffers it has.
    public int count() {
        return memory.count();
    }

    /// Bytes of one buffer.
    public int size() {
        return memory.size();
    }

    PoolMemory memory() {
        return memory;
    }

    @Override
    public String toString() {
        return "BufPool[" + count() + " x " + size() + " bytes]";
    }
}
