package dev.ringway.internal.op.net;

import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.PoolMemory;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.io.StreamReadEach;

/// recv(2) again and again, into buffers of a pool.
public final class ReceiveEach extends StreamReadEach {
    public ReceiveEach(Handle socket, PoolMemory pool) {
        super(socket, pool.of(socket, "recv"));
    }

    @Override
    public String call() {
        return "recv";
    }

    @Override
    public void prepare(Sqe sqe) {
        if (pool.group() >= 0) {
            sqe.recvMultishot(fd(), pool.group());
        }
    }

    @Override
    protected int call(Sys sys, long address, int length) {
        return sys.recv(fd(), address, length, Linux.MSG_DONTWAIT());
    }
}
