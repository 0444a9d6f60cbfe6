package dev.ringway.internal.op.net;

import dev.ringway.AsyncListener;
import dev.ringway.RingNet;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.ValueOp;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.time.Duration;

/// socket(2), setsockopt(2), bind(2) and listen(2): a listener, or no fd at all.
public final class ListenOn extends ValueOp<AsyncListener> implements RingNet.Listen {
    private static final int DEFAULT_BACKLOG = 1024;

    private final Presets presets = new Presets();
    private final SocketAddress address;
    private final int family;
    private int backlog = DEFAULT_BACKLOG;
    private int length;
    private String failing = "listen";

    public ListenOn(Driver driver, SocketAddress address) {
        super(driver, null);
        this.address = required(address, "address");
        this.family = Addresses.family(address, "listen");
        Addresses.check(address, family, "listen");
        presets.add(StandardSocketOptions.SO_REUSEADDR, true, "listen");
    }

    static int checked(int backlog) {
        if (backlog < 1) {
            throw new IllegalArgumentException("listen: a backlog of " + backlog + "; it must be at least 1");
        }
        return backlog;
    }

    @Override
    public ListenOn backlog(int connections) {
        checkNew();
        backlog = checked(connections);
        return this;
    }

    @Override
    public ListenOn reusePort() {
        return option(StandardSocketOptions.SO_REUSEPORT, true);
    }

    @Override
    public <T> ListenOn option(SocketOption<T> option, T value) {
        checkNew();
        presets.add(option, value, "listen on " + address);
        return this;
    }

    @Override
    public ListenOn timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public String call() {
        return failing;
    }

    @Override
    public String subject() {
        return address.toString();
    }

    @Override
    public int scratchBytes() {
        return Addresses.BYTES + Presets.SCRATCH_BYTES;
    }

    @Override
    protected void fillScratch(long at) {
        length = Addresses.encode(address, family, at, "listen");
    }

    @Override
    public int attempt(Sys sys) {
        failing = "socket";
        int fd = sys.socket(family, Linux.SOCK_STREAM() | driver.socketFlags(), 0);
        if (fd < 0) {
            return fd;
        }
        int res = setUp(sys, fd);
        if (res < 0) {
            sys.close(fd);
            return res;
        }
        return fd;
    }

    private int setUp(Sys sys, int fd) {
        failing = "setsockopt";
        int res = presets.applyToStream(sys, fd, family, scratch + Addresses.BYTES);
        if (res >= 0) {
            failing = "bind";
            res = sys.bind(fd, scratch, length);
        }
        if (res >= 0) {
            failing = "listen";
            res = sys.listen(fd, backlog);
        }
        return res;
    }

    @Override
    protected Step step(int res) {
        if (res < 0) {
            return fail(res);
        }
        Handle handle = new Handle(driver, res, Kind.LISTENER, family, "on " + address);
        driver.born(handle);
        return done(Access.api().listener(handle));
    }

    @Override
    protected void discard(AsyncListener unwanted) {
        unwanted.close();
    }
}
