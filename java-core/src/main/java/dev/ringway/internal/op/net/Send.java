package dev.ringway.internal.op.net;

import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.Transfer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// send(2), once or until everything is sent; never raises SIGPIPE.
public final class Send extends Transfer implements AsyncSocket.Send {
    private final Handle socket;
    private final boolean all;

    /// @param all whether to go on after a short send
    public Send(Handle socket, Buf src, boolean all) {
        super(socket, src, false);
        this.socket = socket;
        this.all = all;
    }

    @Override
    public Send timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public Send reset(Buf src) {
        renew(src);
        return this;
    }

    @Override
    public String call() {
        return "send";
    }

    @Override
    public @Nullable Lane lane() {
        return socket.writes;
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.send(fd(), at(), left(), Linux.MSG_NOSIGNAL() | (all ? Linux.MSG_WAITALL() : 0));
    }

    @Override
    public boolean isImmediate() {
        return left() == 0;
    }

    @Override
    public Interest interest() {
        return Interest.WRITABLE;
    }

    @Override
    public boolean drains(int res) {
        return res < left();
    }

    @Override
    public int attempt(Sys sys) {
        return left() == 0 ? 0 : sys.send(fd(), at(), left(), Linux.MSG_NOSIGNAL() | Linux.MSG_DONTWAIT());
    }

    @Override
    protected Step step(int res) {
        if (res < 0) {
            if (res == -Errno.ECONNRESET) {
                socket.markReset();
            }
            return failMoved(res);
        }
        advance(res);
        return !all || left() == 0 ? doneMoved() : againUnlessEnding();
    }
}
