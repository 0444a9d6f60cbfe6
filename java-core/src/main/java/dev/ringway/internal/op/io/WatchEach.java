package dev.ringway.internal.op.io;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Cause;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.Look;
import dev.ringway.internal.op.MultiOp;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.Task;
import dev.ringway.internal.op.TimerEntry;
import dev.ringway.internal.op.Watched;

/// poll(2) on another ring, again and again, so that one thread serves both.
///
/// The kernel's part, completions and readiness, shows as readability of an fd of the other ring, polled through a
/// duplicate, so that either ring may end first. What lies in user space does not show there: so before its own loop
/// waits, the other one is looked at. With work left it is reported at once; without, it is asleep from then on: who
/// posts to it wakes this loop, and its next deadline becomes a timer here.
///
/// @param <T> what stands for the other ring
public final class WatchEach<T> extends MultiOp<T> {
    private final Watched other;
    private final T item;
    private boolean watching;
    private boolean reporting;
    private int failure;

    private final Runnable look = this::look;
    private final Task report = new Task() {
        @Override
        public void run() {
            reporting = false;
            if (watching && !hasUndelivered()) {
                deliver(item);
            }
        }
    };
    private final TimerEntry deadline = new TimerEntry() {
        @Override
        public void expired() {} // that the loop does not sleep is enough: it looks before it does
    };

    public WatchEach(Driver driver, Watched other, T item) {
        super(driver, null);
        this.other = other;
        this.item = item;
    }

    @Override
    public String call() {
        return "poll";
    }

    @Override
    public String subject() {
        return "ring " + other.ringName();
    }

    @Override
    public void prepare(Sqe sqe) {
        if (begin(driver.sys())) {
            sqe.pollAdd(fd(), Linux.POLLIN());
        }
    }

    @Override
    public Interest interest() {
        return Interest.READABLE;
    }

    @Override
    public int attempt(Sys sys) {
        return begin(sys) ? Look.at(sys, fd(), Linux.POLLIN()) : failure;
    }

    private boolean begin(Sys sys) {
        if (watching || failure != 0) {
            return failure == 0;
        }
        int fd = other.hasEnded() ? -Errno.ECANCELED : other.beginWatch(driver);
        if (fd >= 0) {
            watching = true;
            driver.beforeWaiting(look);
            driver.later(report); // what has come before is not known
            fd = sys.dup(fd);
        }
        if (fd >= 0) {
            Handle born = new Handle(driver, fd, Kind.RING, other.ringName());
            driver.born(born);
            workOn(born);
        }
        failure = Math.min(fd, 0);
        return failure == 0;
    }

    private void look() {
        if (other.hasEnded()) {
            driver.cancel(this, Cause.CLOSE);
        } else if (reporting || hasUndelivered()) {
            return;
        } else if (other.hasWork()) {
            reporting = true;
            driver.later(report);
        } else if (other.untilDeadline() >= 0) {
            driver.arm(deadline, other.untilDeadline());
        } else {
            driver.disarm(deadline);
        }
    }

    @Override
    protected Step items(int res, int flags) {
        if (other.hasEnded()) {
            return succeeded();
        }
        if (res < 0) {
            return failed(res);
        }
        report.run();
        return hasUndelivered() ? Step.IDLE : Step.AGAIN; // as long as nobody serves the other ring, it stays readable
    }

    @Override
    protected void returnInputs() {
        super.returnInputs();
        if (watching) {
            watching = false;
            driver.notBeforeWaiting(look);
            driver.disarm(deadline);
            other.endWatch();
        }
        if (handle != null) {
            handle.closeAfterwards();
        }
    }

    @Override
    protected void discard(T unwanted, boolean first) {}
}
