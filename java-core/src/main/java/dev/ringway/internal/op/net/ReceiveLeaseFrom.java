package dev.ringway.internal.op.net;

import dev.ringway.Buf;
import dev.ringway.ReceivedLease;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.PoolMemory;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import org.jspecify.annotations.Nullable;

/// recvmsg(2) into a buffer of a pool.
public final class ReceiveLeaseFrom extends PoolReceive<ReceivedLease> {
    public ReceiveLeaseFrom(Handle socket, PoolMemory pool) {
        super(socket, pool, "recvmsg");
    }

    @Override
    public String call() {
        return "recvmsg";
    }

    @Override
    public int scratchBytes() {
        return Linux.IOVEC_BYTES() + Message.BYTES;
    }

    private long message() {
        return scratch + Linux.IOVEC_BYTES();
    }

    /// @param address 0 if the kernel picks the buffer
    private long writtenMessage(long address) {
        Memory.putLong(scratch + Linux.IOVEC_BASE(), address);
        Memory.putLong(scratch + Linux.IOVEC_LEN(), pool.size());
        Message.write(message(), Addresses.BYTES, scratch, 1);
        return message();
    }

    @Override
    public void prepare(Sqe sqe) {
        if (pool.group() >= 0) {
            sqe.recvmsgSelecting(fd(), writtenMessage(0), pool.group());
        }
    }

    @Override
    int call(Sys sys, long address) {
        return sys.recvmsg(fd(), writtenMessage(address), Linux.MSG_DONTWAIT());
    }

    @Override
    Step give(@Nullable Buf lease, boolean fromKernel) {
        return done(lease != null && fromKernel
                ? new ReceivedLease(lease, Message.sender(message()), Message.isTruncated(message()))
                : new ReceivedLease(lease, null, false));
    }

    @Override
    protected void discard(ReceivedLease unwanted) {
        discardLease(unwanted.lease());
    }
}
