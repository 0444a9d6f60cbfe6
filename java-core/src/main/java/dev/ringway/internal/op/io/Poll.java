package dev.ringway.internal.op.io;

import dev.ringway.AsyncFd;
import dev.ringway.Readiness;
import dev.ringway.internal.ffi.Errno;
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
    private final Handle polled;
    private Readiness wanted;

    public Poll(Handle handle, Readiness wanted) {
        super(handle.driver, handle);
        this.polled = handle;
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

    /// One look without waiting, where there is an fd to look at.
    static int look(Sys sys, Handle handle, Readiness wanted) {
        return handle.source() != null ? -Errno.EOPNOTSUPP : Look.at(sys, handle.fd, events(wanted));
    }

    @Override
    public String call() {
        return "poll";
    }

    /// What may help against a failure.
    static String remedy(Handle handle) {
        return handle.source() == null ? "" : "; it has no fd on this backend: take what comes instead";
    }

    @Override
    protected String remedy(int errno) {
        return remedy(polled);
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
        return look(sys, polled, wanted);
    }
}
