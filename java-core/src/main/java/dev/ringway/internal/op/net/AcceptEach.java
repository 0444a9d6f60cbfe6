package dev.ringway.internal.op.net;

import dev.ringway.AsyncSocket;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Log;
import dev.ringway.internal.op.MultiOp;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;

/// accept4(2) again and again.
///
/// Without an fd or memory for the next connection it waits, from 10 ms doubling to 1 s, and goes on: the connections
/// stay in the listener's queue meanwhile.
public final class AcceptEach extends MultiOp<AsyncSocket> {
    private static final Log SHORTAGE = new Log(System.Logger.Level.WARNING).ready();
    private static final long FIRST_DELAY_NANOS = 10_000_000;
    private static final long LAST_DELAY_NANOS = 1_000_000_000;

    private final Handle listener;
    private long delayNanos = FIRST_DELAY_NANOS;

    public AcceptEach(Handle listener) {
        super(listener.driver, listener);
        this.listener = listener;
    }

    @Override
    public String call() {
        return "accept";
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.acceptMultishot(fd(), Accepted.flags(listener));
        Accepted.alike(sqe, listener);
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
    public int attemptFlags() {
        return Linux.IORING_CQE_F_MORE();
    }

    @Override
    public long delayNanos() {
        long delay = delayNanos;
        delayNanos = Math.min(2 * delay, LAST_DELAY_NANOS);
        return delay;
    }

    @Override
    protected Step items(int res, int flags) {
        if (res >= 0) {
            delayNanos = FIRST_DELAY_NANOS;
            deliver(Accepted.socket(listener, res));
            return (flags & Linux.IORING_CQE_F_MORE()) != 0 ? Step.MORE : Step.AGAIN;
        }
        if (ending()) {
            return failed(-Errno.ECANCELED);
        }
        if (Accepted.isPeersFault(-res) || (res == -Errno.ECANCELED && stopping())) {
            return Step.AGAIN;
        }
        return isShortage(-res) ? waitOut(-res) : failed(res);
    }

    /// Said once a shortage, not once a try.
    private Step waitOut(int errno) {
        if (delayNanos == FIRST_DELAY_NANOS) {
            SHORTAGE.line("accept on " + subject() + ": " + Errno.message(errno) + " (" + Errno.name(errno)
                    + "); connections wait until that is over");
        }
        return Step.LATER;
    }

    private static boolean isShortage(int errno) {
        return errno == Errno.EMFILE || errno == Errno.ENFILE || errno == Errno.ENOMEM || errno == Errno.ENOBUFS;
    }

    @Override
    protected void discard(AsyncSocket unwanted, boolean first) {
        unwanted.close();
    }
}
