package dev.ringway.internal.op;

/// A place in the timer heap; armed and disarmed on the polling thread only.
public abstract class TimerEntry {
    /// [java.lang.System#nanoTime()]-like moment at which it is due; kept by the heap.
    public long deadlineNanos;
    /// Its index in the heap, or -1 when it is not armed; kept by the heap.
    public int heapIndex = -1;

    /// Whether it waits for its moment.
    public final boolean isArmed() {
        return heapIndex >= 0;
    }

    /// Runs on the polling thread, once for each time it was armed.
    public abstract void expired();
}
