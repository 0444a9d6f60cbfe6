package dev.ringway.internal.op.net;

import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.io.StreamWrite;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// send(2), once or until everything is sent; never raises SIGPIPE.
public final class Send extends StreamWrite implements AsyncSocket.Send {
    private @Nullable ZeroCopy zeroCopy;

    /// @param all whether to go on after a short send
    public Send(Handle socket, Buf src, boolean all) {
        super(socket, src, all);
    }

    @Override
    public Send zeroCopy() {
        checkNew();
        zeroCopy = new ZeroCopy();
        return this;
    }

    @Override
    public Send timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public Send reset(Buf src) {
        renew(src);
        if (zeroCopy != null) {
            zeroCopy.renew();
        }
        return this;
    }

    @Override
    public String call() {
        return "send";
    }

    @Override
    public void prepare(Sqe sqe) {
        int flags = Linux.MSG_NOSIGNAL() | (all ? Linux.MSG_WAITALL() : 0);
        if (zeroCopy != null && zeroCopy.isWanted()) {
            sqe.sendZc(fd(), at(), left(), flags);
        } else {
            sqe.send(fd(), at(), left(), flags);
        }
    }

    @Override
    protected int call(Sys sys) {
        return sys.send(fd(), at(), left(), Linux.MSG_NOSIGNAL() | Linux.MSG_DONTWAIT());
    }

    @Override
    public Step complete(int res, int flags) {
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
