package dev.ringway.internal.uring;

import dev.ringway.internal.ffi.Window;
import dev.ringway.internal.ffi.generated.Linux;
import java.lang.invoke.VarHandle;

/// The ring's submission side: entries are written at the tail and become the kernel's with the next enter.
///
/// Indexes run on and wrap as 32-bit numbers; only their difference and their masked value mean anything.
final class SubmissionQueue {
    /// Instead of an entry: all are waiting for the kernel.
    static final int FULL = -1;

    private final RingLayout layout;
    private final Window ring;
    private final int mask;
    private int tail;
    private int published;
    /// How far the kernel had consumed them when it was asked last.
    private int consumed;

    /// @param hasArray whether entries are named through an array of indexes; it is filled once, since entries are used
    ///                 in order
    SubmissionQueue(RingLayout layout, boolean hasArray) {
        this.layout = layout;
        this.ring = layout.rings;
        this.mask = layout.sqEntries - 1;
        this.tail = ring.getInt(layout.sqTail);
        this.published = tail;
        this.consumed = tail;
        if (hasArray) {
            for (int i = 0; i < layout.sqEntries; i++) {
                ring.putInt(layout.sqArray + i * Integer.BYTES, i);
            }
        }
    }

    /// Where the next entry is, or [#FULL].
    int next() {
        if (tail - consumed == layout.sqEntries) {
            consumed = ring.getIntAcquire(layout.sqHead);
            if (tail - consumed == layout.sqEntries) {
                return FULL;
            }
        }
        return (tail++ & mask) * Linux.SQE_BYTES();
    }

    /// Takes the entry back that [#next()] gave last.
    void takeBack() {
        tail--;
    }

    /// Shows the kernel what was written.
    ///
    /// @return how many entries it has not consumed yet
    int publish() {
        if (published != tail) {
            ring.putIntRelease(layout.sqTail, tail);
            published = tail;
        }
        return tail - ring.getIntAcquire(layout.sqHead);
    }

    /// Whether the kernel has not consumed everything that was written.
    boolean hasWaiting() {
        return tail != ring.getIntAcquire(layout.sqHead);
    }

    /// Whether something was written that has not been shown.
    boolean hasUnpublished() {
        return tail != published;
    }

    /// Whether the kernel's thread that takes entries sleeps. Asked after [#publish]: it looks once more after it has
    /// said so.
    boolean needsWakeup() {
        VarHandle.fullFence();
        return (ring.getIntOpaque(layout.sqFlags) & Linux.IORING_SQ_NEED_WAKEUP()) != 0;
    }

    /// Whether completions did not fit and wait in the kernel until it is entered.
    boolean overflown() {
        return (ring.getIntOpaque(layout.sqFlags) & Linux.IORING_SQ_CQ_OVERFLOW()) != 0;
    }
}
