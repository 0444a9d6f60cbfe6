package dev.ringway.internal.uring;

import dev.ringway.internal.ffi.Window;
import dev.ringway.internal.ffi.generated.Linux;

/// The ring's completion side: entries are read from the head; [#advance()] gives them back to the kernel.
///
/// Indexes run on and wrap as 32-bit numbers; only their difference and their masked value mean anything.
final class CompletionQueue {
    private final RingLayout layout;
    private final Window ring;
    private final int mask;
    private int head;
    private int tail;
    private int entry;

    CompletionQueue(RingLayout layout) {
        this.layout = layout;
        this.ring = layout.rings;
        this.mask = layout.cqEntries - 1;
        this.head = ring.getInt(layout.cqHead);
        this.tail = head;
    }

    /// Looks how many entries there are.
    int look() {
        tail = ring.getIntAcquire(layout.cqTail);
        return tail - head;
    }

    /// Moves to the next of the entries that [#look()] has seen.
    boolean next() {
        if (head == tail) {
            return false;
        }
        entry = layout.cqes + (head++ & mask) * Linux.CQE_BYTES();
        return true;
    }

    long userData() {
        return ring.getLong(entry + Linux.CQE_USER_DATA());
    }

    /// Result and flags, which lie in one word: with one look at the entry.
    long outcome() {
        return ring.getLong(entry + Linux.CQE_RES());
    }

    static int res(long outcome) {
        return (int) outcome;
    }

    static int flags(long outcome) {
        return (int) (outcome >>> 32);
    }

    /// Gives the kernel what has been read.
    void advance() {
        ring.putIntRelease(layout.cqHead, head);
    }
}
