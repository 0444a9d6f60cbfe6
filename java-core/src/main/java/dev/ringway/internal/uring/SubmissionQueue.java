package dev.ringway.internal.uring;

import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.generated.Linux;

/// The ring's submission side: entries are written at the tail and become the kernel's with the next enter.
///
/// Indexes run on and wrap as 32-bit numbers; only their difference and their masked value mean anything.
final class SubmissionQueue {
    private final RingLayout layout;
    private final int mask;
    private int tail;
    private int published;
    /// How far the kernel had consumed them when it was asked last.
    private int consumed;

    /// @param hasArray whether entries are named through an array of indexes; it is filled once, since entries are used
    ///                 in order
    SubmissionQueue(RingLayout layout, boolean hasArray) {
        this.layout = layout;
        this.mask = layout.sqEntries - 1;
        this.tail = Memory.getInt(layout.sqTail);
        this.published = tail;
        this.consumed = tail;
        if (hasArray) {
            for (int i = 0; i < layout.sqEntries; i++) {
                Memory.putInt(layout.sqArray + (long) i * Integer.BYTES, i);
            }
        }
    }

    /// Address of the next entry, or 0 if all are waiting for the kernel.
    long next() {
        if (tail - consumed == layout.sqEntries) {
            consumed = Memory.getIntAcquire(layout.sqHead);
            if (tail - consumed == layout.sqEntries) {
                return 0;
            }
        }
        return layout.sqes + (long) (tail++ & mask) * Linux.SQE_BYTES();
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
            Memory.putIntRelease(layout.sqTail, tail);
            published = tail;
        }
        return tail - Memory.getIntAcquire(layout.sqHead);
    }

    /// Whether the kernel has not consumed everything that was written.
    boolean hasWaiting() {
        return tail != Memory.getIntAcquire(layout.sqHead);
    }

    /// Whether completions did not fit and wait in the kernel until it is entered.
    boolean overflown() {
        return (Memory.getIntOpaque(layout.sqFlags) & Linux.IORING_SQ_CQ_OVERFLOW()) != 0;
    }
}
