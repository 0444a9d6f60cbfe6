package dev.ringway.internal.op.net;

import dev.ringway.AsyncSocket;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.ValueOp;

/// accept4(2), once.
public final class Accept extends ValueOp<AsyncSocket> {
    private final Handle listener;

    public Accept(Handle listener) {
        super(listener.driver, listener);
        this.listener = listener;
    }

    @Override
    public String call() {
        return "accept";
    }

    @Override
    public void prepare(Sqe sqe) {
        Accepted.prepare(sqe, listener, false);
    }

    @Override
    public Interest interest() {
        return Interest.READABLE;
    }

    @Override
    public int attempt(Sys sys) {
        return sys.accept4(fd(), 0, 0, driver.socketFlags());
    }

    @Override
    protected Step step(int res) {
        if (Accepted.isPeersFault(-res)) { // that peer has gone; the next one is waited for
            return ending() ? fail(-Errno.ECANCELED) : Step.AGAIN;
        }
        return res < 0 ? fail(res) : done(Accepted.socket(listener, res));
    }

    @Override
    protected void discard(AsyncSocket unwanted) {
        unwanted.close();
    }
}
