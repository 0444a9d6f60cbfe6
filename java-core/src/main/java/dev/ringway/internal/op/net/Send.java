package dev.ringway.internal.op.net;

import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.io.StreamWrite;
import java.time.Duration;

/// send(2), once or until everything is sent; never raises SIGPIPE.
public final class Send extends StreamWrite implements AsyncSocket.Send {
    /// @param all whether to go on after a short send
    public Send(Handle socket, Buf src, boolean all) {
        super(socket, src, all);
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
    public void prepare(Sqe sqe) {
        sqe.send(fd(), at(), left(), Linux.MSG_NOSIGNAL() | (all ? Linux.MSG_WAITALL() : 0));
    }

    @Override
    protected int call(Sys sys) {
        return sys.send(fd(), at(), left(), Linux.MSG_NOSIGNAL() | Linux.MSG_DONTWAIT());
    }
}
