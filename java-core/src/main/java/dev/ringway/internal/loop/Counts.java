package dev.ringway.internal.loop;

import dev.ringway.RingStats;

/// What a loop has done so far; see [RingStats], which says what each of them means. Counted by the polling thread.
public final class Counts {
    final Counter turns = new Counter();
    final Counter handled = new Counter();
    /// As of the last turn: only the thread itself can ask how many calls it has made.
    final Counter calls = new Counter();
    final Counter inFlight = new Counter();
    final Counter exhaustions = new Counter();
    final Counter offloads = new Counter();
    /// Entries that the kernel has taken.
    public final Counter submitted = new Counter();
    /// Calls that submit, wait, or both.
    public final Counter enters = new Counter();
    /// Looks at a completion queue that had been too small.
    public final Counter overflows = new Counter();
    /// Completions for which there was no operation.
    public final Counter stale = new Counter();

    RingStats snapshot(int timers, long wakeUps) {
        return new RingStats(turns.get(), handled.get(), calls.get(), submitted.get(), enters.get(),
                (int) inFlight.get(), timers, overflows.get(), exhaustions.get(), offloads.get(), wakeUps,
                stale.get());
    }
}
