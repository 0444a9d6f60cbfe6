package dev.ringway.internal.op.net;

import dev.ringway.AsyncSocket;
import dev.ringway.RingNet;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.ValueOp;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.time.Duration;

/// socket(2) and connect(2): a connected stream socket, or no fd at all.
public final class ConnectTo extends ValueOp<AsyncSocket> implements RingNet.Connect {
    private final Presets presets = new Presets();
    private final ConnectCall connect;
    private int openFailure;
    private String failing = "connect";

    public ConnectTo(Driver driver, SocketAddress address) {
        super(driver, null);
        connect = new ConnectCall(address, Addresses.family(required(address, "address"), "connect"));
    }

    @Override
    public <T> ConnectTo option(SocketOption<T> option, T value) {
        checkNew();
        presets.add(option, value, "connect to " + connect.address());
        return this;
    }

    @Override
    public ConnectTo timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public String call() {
        return failing;
    }

    @Override
    public String subject() {
        return connect.address().toString();
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
        if (openFailure >= 0) {
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
        if (openFailure < 0) {
            return openFailure;
        }
        return connect.attempt(sys, fd(), scratch);
    }

    private int openSocket(Sys sys) {
        int fd = sys.socket(connect.family(), Linux.SOCK_STREAM() | driver.socketFlags(), 0);
        if (fd >= 0) {
            Handle born = new Handle(driver, fd, Kind.STREAM, connect.family(), "to " + connect.address());
            driver.born(born);
            workOn(born);
            failing = "setsockopt";
            int res = presets.applyToStream(sys, fd, connect.family(), scratch + Addresses.BYTES);
            if (res < 0) {
                return res;
            }
            failing = "connect";
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
        if (res >= 0) {
            return done(Access.api().socket(required(handle, "handle")));
        }
        if (handle != null) {
            handle.closeAfterwards();
        }
        return fail(res);
    }

    @Override
    protected void discard(AsyncSocket unwanted) {
        unwanted.close();
    }
}
