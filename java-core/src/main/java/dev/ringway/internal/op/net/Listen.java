package dev.ringway.internal.op.net;

import dev.ringway.AsyncListener;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.ValueOp;

/// listen(2): the socket turns into a listener.
public final class Listen extends ValueOp<AsyncListener> {
    private final Handle socket;
    private final int backlog;

    public Listen(Handle socket, int backlog) {
        super(socket.driver, socket);
        this.socket = socket;
        this.backlog = ListenOn.checked(backlog);
    }

    @Override
    public String call() {
        return "listen";
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.listen(fd(), backlog);
    }

    @Override
    public int attempt(Sys sys) {
        return sys.listen(fd(), backlog);
    }

    @Override
    protected Step step(int res) {
        if (res < 0) {
            return fail(res);
        }
        socket.turnIntoListener();
        return done(Access.api().listener(socket));
    }

    @Override
    protected void discard(AsyncListener unwanted) {
        unwanted.close();
    }
}
