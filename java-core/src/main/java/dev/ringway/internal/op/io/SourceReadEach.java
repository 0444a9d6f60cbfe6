package dev.ringway.internal.op.io;

import dev.ringway.Buf;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.PoolMemory;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.State;
import dev.ringway.internal.op.Waits;

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

    /// Elsewhere the pool is out of reach, so that what is read there goes through memory of the operation's own.
    @Override
    public int scratchBytes() {
        return Math.max(PlainCalls.SCRATCH_BYTES, pool.size());
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
    public int attempt(Sys sys) {
        if (state() == State.OFFLOAD) {
            return sys.read(fd(), scratch, pool.size());
        }
        return super.attempt(sys);
    }

    @Override
    protected Buf withoutPool(int length) {
        if (stream.waits() != Waits.ELSEWHERE || length > pool.size()) {
            return super.withoutPool(length);
        }
        byte[] bytes = new byte[length];
        Memory.copy(scratch, bytes, 0, length);
        return bufOf(bytes);
    }

    @Override
    protected int call(Sys sys, long address, int length) {
        return PlainCalls.read(sys, stream, scratch, address, length);
    }
}
