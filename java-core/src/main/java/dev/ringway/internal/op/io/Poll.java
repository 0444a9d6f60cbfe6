package dev.ringway.internal.op.io;

import dev.ringway.AsyncFd;
import dev.ringway.Readiness;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Look;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.VoidOp;
import java.time.Duration;

/// poll(2) of one fd, for one thing.
public final class Poll extends VoidOp implements AsyncFd.Poll {
    private Readiness wanted;

    public Poll(Handle handle, Readiness wanted) {
        super(handle.driver, handle);
        this.wanted = required(wanted, "wanted");
    }

    @Override
    public Poll timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public Poll reset(Readiness next) {
        required(next, "wanted");
        renew();
        wanted = next;
        return this;
    }

    static int events(Readiness wanted) {
        return wanted == Readiness.READABLE ? Linux.POLLIN() : Linux.POLLOUT();
    }

    static Interest interest(Readiness wanted) {
        return wanted == Readiness.READABLE ? Interest.READABLE : Interest.WRITABLE;
    }

    @Override
    public String call() {
        return "poll";
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.pollAdd(fd(), events(wanted));
    }

    @Override
    public Interest interest() {
        return interest(wanted);
    }

    @Override
    public boolean watches() {
        return true;
    }

    @Override
    public int attempt(Sys sys) {
        return Look.at(sys, fd(), events(wanted));
    }
}
