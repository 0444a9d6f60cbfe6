package dev.ringway.internal.op;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// One direction of a stream: its operations run one at a time, in the order they were started.
///
/// The queue is confined to the polling thread. What other threads need in order to refuse an operation at once, the
/// bound and the iteration that holds the lane, they read here without being exact about operations that are on their
/// way through the inbox at the same moment.
public final class Lane {
    private static final VarHandle IN_TRANSIT;
    private static final VarHandle HOLDER;
    private static final VarHandle LENGTH;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            IN_TRANSIT = lookup.findVarHandle(Lane.class, "inTransit", int.class);
            HOLDER = lookup.findVarHandle(Lane.class, "holder", Op.class);
            LENGTH = lookup.findVarHandle(Lane.class, "length", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private @Nullable Op head;
    private @Nullable Op tail;
    private int length;
    private volatile int inTransit;
    private volatile @Nullable Op holder;

    /// Any thread: lets an operation in, or throws; followed by [#enter] on the polling thread, or by [#refuse].
    ///
    /// @param travels whether [#arrived] comes before [#enter]
    void admit(Op op, boolean travels) {
        if (holder != null) {
            throw pending(op, "an iteration holds this side; cancel it, or take the items from it");
        }
        int waiting = (int) LENGTH.getOpaque(this) + inTransit;
        if (waiting >= op.driver.queueLimit()) {
            throw pending(op, waiting + " operations wait for their turn, the limit (Ring.Builder.queueLimit)");
        }
        if (op instanceof MultiOp<?> && !HOLDER.compareAndSet(this, (Op) null, op)) {
            throw pending(op, "an iteration holds this side; cancel it, or take the items from it");
        }
        if (travels) {
            IN_TRANSIT.getAndAdd(this, 1);
        }
    }

    private static RuntimeException pending(Op op, String why) {
        String message = op.call() + " on " + op.subject() + ": " + why;
        return op.reads() ? Failures.readPending(message) : Failures.writePending(message);
    }

    /// Any thread: an admitted operation will not come.
    void refuse(Op op, boolean travels) {
        if (travels) {
            IN_TRANSIT.getAndAdd(this, -1);
        }
        if (holder == op) {
            holder = null;
        }
    }

    /// Owner: an operation from another thread has arrived.
    public void arrived() {
        IN_TRANSIT.getAndAdd(this, -1);
    }

    /// Owner: takes a place; true if it is its turn at once.
    public boolean enter(Op op) {
        LENGTH.setOpaque(this, length + 1);
        Op last = tail;
        tail = op;
        if (last == null) {
            head = op;
            return true;
        }
        last.nextInLane = op;
        return false;
    }

    /// Owner: the operation whose turn it is.
    @Nullable Op head() {
        return head;
    }

    /// Any thread: whether it is somebody's turn.
    boolean isTaken() {
        return (int) LENGTH.getOpaque(this) > 0;
    }

    /// Owner: gives up its place.
    ///
    /// @return the operation whose turn has come by that, if there is one
    public @Nullable Op leave(Op op) {
        if (holder == op) {
            holder = null;
        }
        Op next = op.nextInLane;
        op.nextInLane = null;
        if (head == op) {
            LENGTH.setOpaque(this, length - 1);
            head = next;
            if (next == null) {
                tail = null;
            }
            return next;
        }
        Op before = head;
        while (before != null && before.nextInLane != op) {
            before = before.nextInLane;
        }
        if (before != null) {
            LENGTH.setOpaque(this, length - 1);
            before.nextInLane = next;
            if (tail == op) {
                tail = before;
            }
        }
        return null;
    }
}
