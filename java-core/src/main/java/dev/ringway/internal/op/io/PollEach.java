package dev.ringway.internal.op.io;

import dev.ringway.Readiness;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.MultiOp;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;

/// poll(2) of one fd, for one thing, again and again: an item says that something has changed since the one before.
public final class PollEach extends MultiOp<Readiness> {
    private final Handle polled;
    private final Readiness wanted;
    private boolean looked;

    public PollEach(Handle handle, Readiness wanted) {
        super(handle.driver, handle);
        this.polled = handle;
        this.wanted = required(wanted, "wanted");
    }

    @Override
    public String call() {
        return "poll";
    }

    @Override
    protected String remedy(int errno) {
        return Poll.remedy(polled);
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.pollMultishot(fd(), Poll.events(wanted));
    }

    @Override
    public Interest interest() {
        return Poll.interest(wanted);
    }

    @Override
    public int attempt(Sys sys) {
        looked = true;
        return Poll.look(sys, polled, wanted);
    }

    @Override
    public boolean watches() {
        return true;
    }

    @Override
    protected Step items(int res, int flags) {
        if (res >= 0) {
            boolean asked = looked;
            looked = false;
            deliver(wanted);
            return asked ? Step.EVENT : (flags & Linux.IORING_CQE_F_MORE()) != 0 ? Step.MORE : Step.AGAIN;
        }
        if (ending()) {
            return failed(-Errno.ECANCELED);
        }
        return res == -Errno.ECANCELED && stopping() ? Step.AGAIN : failed(res);
    }

    @Override
    protected void discard(Readiness unwanted, boolean first) {}
}
