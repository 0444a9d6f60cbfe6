package dev.ringway.internal.readiness;

import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Op;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the readiness driver knows about one fd: whether it may be ready, and who waits until it is.
///
/// "Ready" is a guess that costs one call if it is wrong. It begins as yes; -EAGAIN, or a transfer that took everything
/// there was, make it no; an event makes it yes again. After a hang-up reading is always worth a call.
///
/// Who waits is in one list, in the order in which they came, linked by [Op#nextWaiting], whether it is to take, to
/// give or to look: mostly there is one, and there may be many connections on which it waits for long.
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
    private @Nullable Op first;
    private @Nullable Op last;

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

    void add(Op op) {
        if (last == null) {
            first = op;
        } else {
            last.nextWaiting = op;
        }
        last = op;
    }

    void remove(Op op) {
        Op before = null;
        for (Op each = first; each != null; each = each.nextWaiting) {
            if (each == op) {
                unlink(before, op);
                return;
            }
            before = each;
        }
    }

    private void unlink(@Nullable Op before, Op op) {
        if (before == null) {
            first = op.nextWaiting;
        } else {
            before.nextWaiting = op.nextWaiting;
        }
        if (last == op) {
            last = before;
        }
        op.nextWaiting = null;
    }

    /// How many wait to look.
    int watchers() {
        int count = 0;
        for (Op op = first; op != null; op = op.nextWaiting) {
            count += op.watches() ? 1 : 0;
        }
        return count;
    }

    /// Removes the one of them that has waited longest; null if there is none.
    @Nullable Op pollWatcher() {
        Op before = null;
        for (Op op = first; op != null; op = op.nextWaiting) {
            if (op.watches()) {
                unlink(before, op);
                return op;
            }
            before = op;
        }
        return null;
    }

    /// How many wait to take, or to give.
    int waiting(Interest interest) {
        int count = 0;
        for (Op op = first; op != null; op = op.nextWaiting) {
            count += !op.watches() && op.interest() == interest ? 1 : 0;
        }
        return count;
    }

    /// Removes the one of them that has waited longest; null if there is none.
    @Nullable Op pollWaiting(Interest interest) {
        Op before = null;
        for (Op op = first; op != null; op = op.nextWaiting) {
            if (!op.watches() && op.interest() == interest) {
                unlink(before, op);
                return op;
            }
            before = op;
        }
        return null;
    }

    /// All that wait for one direction.
    List<Op> all(Interest interest) {
        List<Op> all = new ArrayList<>();
        for (Op op = first; op != null; op = op.nextWaiting) {
            if (op.interest() == interest) {
                all.add(op);
            }
        }
        return all;
    }
}
