package dev.ringway.internal.op.io;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.VoidOp;

/// Completes when some time has passed.
public final class After extends VoidOp {
    private final long delayNanos;
    private boolean armed;

    public After(Driver driver, long delayNanos) {
        super(driver, null);
        this.delayNanos = delayNanos;
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
