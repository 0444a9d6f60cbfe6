package dev.ringway.internal.op.net;

import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.VoidOp;
import java.net.SocketAddress;

/// connect(2) of a socket that exists.
public final class Connect extends VoidOp {
    private final ConnectCall connect;

    public Connect(Handle socket, SocketAddress address) {
        super(socket.driver, socket);
        connect = new ConnectCall(required(address, "address"), socket.family());
    }

    @Override
    public String call() {
        return "connect";
    }

    @Override
    public String subject() {
        return super.subject() + " to " + connect.address();
    }

    @Override
    public int scratchBytes() {
        return ConnectCall.SCRATCH_BYTES;
    }

    @Override
    protected void fillScratch(long address) {
        connect.fillScratch(address);
    }

    @Override
    public void prepare(Sqe sqe) {
        connect.prepare(sqe, fd(), scratch);
    }

    @Override
    public Interest interest() {
        return connect.interest();
    }

    @Override
    public long delayNanos() {
        return ConnectCall.RETRY_NANOS;
    }

    @Override
    public int attempt(Sys sys) {
        return connect.attempt(sys, fd(), scratch);
    }

    @Override
    public boolean retriesInterrupt() {
        return false;
    }

    @Override
    protected Step step(int res) {
        return connect.goesOn(res) && !ending() ? Step.AGAIN : super.step(res);
    }
}
