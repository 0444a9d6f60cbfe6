package dev.ringway.internal.op.net;

import dev.ringway.AsyncListener;
import dev.ringway.RingNet;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Kind;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// socket(2), setsockopt(2), bind(2) and listen(2): a listener, or no fd at all.
public final class ListenOn extends IdleSocket<AsyncListener> implements RingNet.Listen {
    private static final int DEFAULT_BACKLOG = 1024;

    private final SocketAddress address;
    private final int family;
    private int backlog = DEFAULT_BACKLOG;
    private int length;
    private @Nullable SocketAddress name;

    public ListenOn(Driver driver, SocketAddress address) {
        super(driver, "listen");
        this.address = required(address, "address");
        this.family = Addresses.family(address, "listen");
        Addresses.check(address, family, "listen");
        preset(StandardSocketOptions.SO_REUSEADDR, true, "listen");
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
        preset(option, value, "listen on " + address);
        return this;
    }

    @Override
    public ListenOn asDirectDescriptor() {
        becomeDirect();
        return this;
    }

    @Override
    public ListenOn timeout(Duration limit) {
        setTimeout(limit);
        return this;
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
    int make(Sys sys) {
        return make(sys, family, Linux.SOCK_STREAM(), 0, scratch + Addresses.BYTES);
    }

    @Override
    int setUp(Sys sys, int fd) {
        calls("bind");
        int res = sys.bind(fd, scratch, length);
        if (res >= 0) {
            calls("listen");
            res = sys.listen(fd, backlog);
        }
        if (res >= 0 && becomesDirect()) {
            name = Name.of(sys, fd, scratch); // later nobody can be asked
        }
        return res;
    }

    @Override
    AsyncListener door(int fd) {
        Handle handle = new Handle(driver, fd, Kind.LISTENER, family, "on " + address);
        handle.address = name;
        driver.born(handle);
        return Access.api().listener(handle);
    }
}
