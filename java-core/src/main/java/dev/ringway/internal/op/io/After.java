package dev.ringway.internal.op.io;

import dev.ringway.RingTimers;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Durations;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.VoidOp;
import java.time.Duration;

/// Completes when some time has passed.
public final class After extends VoidOp implements RingTimers.After {
    private long delayNanos;
    private boolean armed;

    public After(Driver driver, Duration delay) {
        super(driver, null);
        this.delayNanos = Durations.nanos(delay);
    }

    @Override
    public After timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public After reset(Duration delay) {
        long nanos = Durations.nanos(delay);
        renew();
        delayNanos = nanos;
        armed = false;
        return this;
    }

    @Override
    public String call() {
        return "timer";
    }

    @Override
    public Interest interest() {
        return Interest.LATER;
    }

    @Override
    public boolean isImmediate() {
        return true; // it needs the clock alone
    }

    @Override
    public long delayNanos() {
        return delayNanos;
    }

    @Override
    public int attempt(Sys sys) {
        if (armed || delayNanos <= 0) {
            return 0;
        }
        armed = true;
        return -Errno.EAGAIN;
    }
}
