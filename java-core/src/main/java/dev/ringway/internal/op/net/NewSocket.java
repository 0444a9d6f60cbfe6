package dev.ringway.internal.op.net;

import dev.ringway.AsyncFd;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.ValueOp;
import java.net.SocketOption;

/// Makes a socket, and sets it up by plain calls before anybody has it. Which of them failed, its message says.
abstract class NewSocket<T extends AsyncFd> extends ValueOp<T> {
    private final Presets presets = new Presets();
    private final String call;
    private String failing;

    NewSocket(Driver driver, String call) {
        super(driver, null);
        this.call = call;
        this.failing = call;
    }

    final <V> void preset(SocketOption<V> option, V value, String subject) {
        checkNew();
        presets.add(option, value, subject);
    }

    @Override
    public final String call() {
        return failing;
    }

    /// The call that is made next.
    final void calls(String next) {
        failing = next;
    }

    /// socket(2), its options, and [#setUp].
    ///
    /// @param options room for the value of an option
    /// @return the fd, or -errno, and then there is none
    final int make(Sys sys, int family, int type, int protocol, long options) {
        calls("socket");
        int fd = sys.socket(family, type | driver.socketFlags(), protocol);
        if (fd < 0) {
            return fd;
        }
        calls("setsockopt");
        int res = setOptions(presets, sys, fd, family, options);
        if (res >= 0) {
            res = setUp(sys, fd);
        }
        if (res < 0) {
            sys.close(fd);
            return res;
        }
        calls(call);
        return fd;
    }

    int setOptions(Presets wanted, Sys sys, int fd, int family, long room) {
        return wanted.applyToStream(sys, fd, family, room);
    }

    /// What else is to be done with it.
    ///
    /// @return 0 or -errno
    int setUp(Sys sys, int fd) {
        return 0;
    }

    @Override
    protected final void discard(T unwanted) {
        unwanted.close();
    }
}
