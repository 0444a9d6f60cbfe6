package dev.ringway.internal.op.net;

import dev.ringway.Buf;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.PoolMemory;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import org.jspecify.annotations.Nullable;

/// recv(2) into a buffer of a pool.
public final class ReceiveLease extends PoolReceive<@Nullable Buf> {
    public ReceiveLease(Handle socket, PoolMemory pool) {
        super(socket, pool, "recv");
    }

    @Override
    public String call() {
        return "recv";
    }

    @Override
    public void prepare(Sqe sqe) {
        if (pool.group() >= 0) {
            sqe.recvSelecting(fd(), pool.group());
        }
    }

    @Override
    int call(Sys sys, long address) {
        return sys.recv(fd(), address, pool.size(), Linux.MSG_DONTWAIT());
    }

    @Override
    @SuppressWarnings("NullAway") // null is the end of the stream
    Step give(@Nullable Buf lease, boolean fromKernel) {
        return done(lease);
    }

    @Override
    protected void discard(@Nullable Buf unwanted) {
        discardLease(unwanted);
    }
}
