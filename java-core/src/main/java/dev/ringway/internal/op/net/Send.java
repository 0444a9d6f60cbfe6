package dev.ringway.internal.op.net;

import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.SendFlag;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Step;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// send(2), once or until everything is sent; never raises SIGPIPE.
public final class Send extends SocketWrite implements AsyncSocket.Send {
    private @Nullable ZeroCopy zeroCopy;

    /// @param all whether to go on after a short send
    public Send(Handle socket, Buf src, boolean all) {
        super(socket, src, all);
    }

    /// @param all whether to go on after a short send
    public Send(Handle socket, Buf[] srcs, boolean all) {
        super(socket, srcs, all, null);
    }

    public Send(Handle socket, Buf[] srcs, SocketAddress destination) {
        super(socket, srcs, false, required(destination, "destination"));
    }

    @Override
    public Send zeroCopy() {
        checkNew();
        zeroCopy = new ZeroCopy();
        return this;
    }

    @Override
    public Send flags(SendFlag... wanted) {
        checkNew();
        setFlags(Flags.of(wanted));
        return this;
    }

    @Override
    public Send atMost(int bytes) {
        setMost(bytes);
        return this;
    }

    @Override
    public Send timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public Send reset(Buf src) {
        if (hasDestination()) {
            return reset(new Buf[] {src});
        }
        renew(src);
        return renewed();
    }

    @Override
    public Send reset(Buf[] srcs) {
        renew(srcs);
        return renewed();
    }

    private Send renewed() {
        if (zeroCopy != null) {
            zeroCopy.renew();
        }
        return this;
    }

    @Override
    boolean avoidsCopy() {
        return zeroCopy != null && zeroCopy.isWanted() && !opensFast();
    }

    @Override
    public Step complete(int res, int flags) {
        if (res == -Errno.EINPROGRESS && opensFast() && !ending()) {
            connects();
            return Step.AGAIN;
        }
        if (zeroCopy == null) {
            return step(res);
        }
        Step next = zeroCopy.book(res, flags);
        if (next == null) {
            return zeroCopy.after(step(res));
        }
        return next == Step.AGAIN ? zeroCopy.after(againUnlessEnding()) : next;
    }

    @Override
    public boolean retriesInterrupt() {
        return zeroCopy == null;
    }

    @Override
    public boolean cancellable() {
        return zeroCopy == null || !zeroCopy.isOver();
    }
}
