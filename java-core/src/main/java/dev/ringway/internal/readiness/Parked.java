package dev.ringway.internal.readiness;

import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Op;
import java.util.ArrayDeque;

/// What the readiness driver knows about one fd: whether it may be ready, and who waits until it is.
///
/// "Ready" is a guess that costs one call if it is wrong. It begins as yes; -EAGAIN, or a transfer that took everything
/// there was, make it no; an event makes it yes again. After a hang-up reading is always worth a call.
final class Parked {
    final Handle handle;
    /// Its token in the poller, or -1 before it is registered.
    long token = -1;
    /// The directions that the poller watches.
    int watched;
    /// An error that was taken from the fd and that nobody has been told yet: 0 or -errno.
    int error;
    private boolean readable = true;
    private boolean writable = true;
    private boolean hungUp;
    private final ArrayDeque<Op> readers = new ArrayDeque<>(1);
    private final ArrayDeque<Op> writers = new ArrayDeque<>(1);
    private final ArrayDeque<Op> watchers = new ArrayDeque<>(0);

    Parked(Handle handle) {
        this.handle = handle;
    }

    boolean mayBeReady(Interest interest) {
        return interest == Interest.READABLE ? readable || hungUp : writable;
    }

    void exhausted(Interest interest) {
        if (interest == Interest.READABLE) {
            readable = false;
        } else {
            writable = false;
        }
    }

    void happened(int bits) {
        readable |= (bits & Poller.READABLE) != 0;
        writable |= (bits & Poller.WRITABLE) != 0;
        hungUp |= (bits & Poller.HANG_UP) != 0;
    }

    /// Who waits to take or to give, the longest first.
    ArrayDeque<Op> waiting(Interest interest) {
        return interest == Interest.READABLE ? readers : writers;
    }

    /// Who waits to look, in either direction.
    ArrayDeque<Op> watchers() {
        return watchers;
    }

    /// Among whom an operation waits.
    ArrayDeque<Op> companyOf(Op op, Interest interest) {
        return op.watches() ? watchers : waiting(interest);
    }
}
