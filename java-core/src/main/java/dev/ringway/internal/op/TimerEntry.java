package dev.ringway.internal.op;

import org.jspecify.annotations.Nullable;

/// A timer of a ring; armed and disarmed on the polling thread only. What it has of the wheel's, the wheel keeps.
public abstract class TimerEntry {
    /// Not armed; see [#place].
    public static final int NOWHERE = -1;

    /// [java.lang.System#nanoTime()]-like moment at which it is due.
    public long deadlineNanos;
    /// Where it is: [#NOWHERE], an index in the heap, or the complement of a bucket below that.
    public int place = NOWHERE;
    /// Links of its bucket.
    public @Nullable TimerEntry next;
    public @Nullable TimerEntry previous;

    /// Whether it waits for its moment.
    public final boolean isArmed() {
        return place != NOWHERE;
    }

    /// Runs on the polling thread, once for each time it was armed.
    public abstract void expired();
}
