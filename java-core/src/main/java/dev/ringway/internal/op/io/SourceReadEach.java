package dev.ringway.internal.op.io;

import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.PoolMemory;
import dev.ringway.internal.op.Sqe;

/// read(2) again and again, into buffers of a pool.
///
/// A ring is asked for one read at a time: not every kind of file can be read by one request for ever, and of a file
/// that can the kernel does not say so.
public final class SourceReadEach extends StreamReadEach {
    public SourceReadEach(Handle source, PoolMemory pool) {
        super(source, pool.of(source, "read"));
    }

    @Override
    public String call() {
        return "read";
    }

    @Override
    public boolean reads() {
        return true;
    }

    @Override
    public int scratchBytes() {
        return PlainCalls.SCRATCH_BYTES;
    }

    @Override
    public void prepare(Sqe sqe) {
        if (pool.group() >= 0) {
            sqe.readSelecting(fd(), pool.group());
        }
    }

    @Override
    public Interest interest() {
        return PlainCalls.interest(stream, Interest.READABLE);
    }

    @Override
    protected int call(Sys sys, long address, int length) {
        return PlainCalls.read(sys, stream, scratch, address, length);
    }
}
