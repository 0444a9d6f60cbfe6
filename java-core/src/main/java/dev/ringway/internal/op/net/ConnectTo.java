package dev.ringway.internal.op.net;

import dev.ringway.AsyncSocket;
import dev.ringway.RingNet;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.DirectFd;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.time.Duration;

/// socket(2) and connect(2): a connected stream socket, or no fd at all.
public final class ConnectTo extends NewSocket<AsyncSocket> implements RingNet.Connect {
    private final ConnectCall connect;
    private int openFailure;
    private boolean direct;
    private boolean connected;

    public ConnectTo(Driver driver, SocketAddress address) {
        super(driver, "connect");
        connect = new ConnectCall(address, Addresses.family(required(address, "address"), "connect"));
    }

    @Override
    public <T> ConnectTo option(SocketOption<T> option, T value) {
        preset(option, value, "connect to " + connect.address());
        return this;
    }

    @Override
    public ConnectTo asDirectDescriptor() {
        checkNew();
        direct = true;
        return this;
    }

    @Override
    public ConnectTo timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public String subject() {
        return connect.address().toString();
    }

    @Override
    protected String remedy(int errno) {
        return direct && (connected || driver.refusesDirect() < 0) ? DirectFd.remedy(errno) : "";
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
        if (handle == null) {
            openFailure = openSocket(driver.sys());
        }
        if (connected) {
            Memory.putInt(scratch, fd());
            sqe.filesUpdate(scratch, 1);
        } else if (openFailure >= 0) {
            connect.prepare(sqe, fd(), scratch);
        }
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
        if (handle == null && openFailure >= 0) {
            openFailure = openSocket(sys);
        }
        return openFailure < 0 ? openFailure : connect.attempt(sys, fd(), scratch);
    }

    private int openSocket(Sys sys) {
        int refused = direct ? driver.refusesDirect() : 0;
        int fd = refused < 0
                ? refused
                : make(sys, connect.family(), Linux.SOCK_STREAM(), 0, scratch + Addresses.BYTES);
        if (fd >= 0) {
            Handle born = new Handle(driver, fd, Kind.STREAM, connect.family(), "to " + connect.address());
            driver.born(born);
            workOn(born);
        }
        return Math.min(fd, 0);
    }

    @Override
    public boolean retriesInterrupt() {
        return false;
    }

    @Override
    protected Step step(int res) {
        if (connect.goesOn(res) && !ending()) {
            return Step.AGAIN;
        }
        if (res < 0) {
            if (handle != null) {
                handle.closeAfterwards();
            }
            return fail(res);
        }
        Handle socket = required(handle, "handle");
        if (direct && !connected) {
            connected = true; // the next round asks the ring to take it
            return ending() ? step(-Errno.ECANCELED) : Step.AGAIN;
        }
        if (direct && res != 1) {
            return step(-Errno.EPROTO);
        }
        return done(Access.api().socket(direct ? taken(socket) : socket));
    }

    private Handle taken(Handle original) {
        Handle twin = original.duplicate(DirectFd.of(Memory.getInt(scratch)));
        driver.born(twin);
        original.closeAfterwards();
        return twin;
    }
}
