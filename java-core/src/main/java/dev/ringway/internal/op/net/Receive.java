package dev.ringway.internal.op.net;

import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.io.StreamRead;
import java.time.Duration;

/// recv(2) into a buffer of the caller, once or until a number of bytes has come.
///
/// For a number it goes round by round, and not with MSG_WAITALL: with that the kernel answers a reset after some bytes
/// with these bytes, and has then forgotten the reset.
public final class Receive extends StreamRead implements AsyncSocket.Receive, AsyncSocket.ReceiveN {
    public Receive(Handle socket, Buf dst) {
        super(socket, dst);
    }

    public Receive(Handle socket, Buf dst, int wanted) {
        super(socket, dst, wanted);
    }

    @Override
    public Receive timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public Receive reset(Buf dst) {
        renew(dst);
        return this;
    }

    @Override
    public Receive reset(Buf dst, int n) {
        renew(dst, n);
        return this;
    }

    @Override
    public String call() {
        return "recv";
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.recv(fd(), at(), left(), 0);
    }

    @Override
    protected int call(Sys sys) {
        return sys.recv(fd(), at(), left(), Linux.MSG_DONTWAIT());
    }
}
