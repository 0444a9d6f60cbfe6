package dev.ringway.internal.loop;

import dev.ringway.internal.op.Task;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Tasks from other threads, in the order they came: a stack that the polling thread takes as a whole and turns around.
///
/// Its end is a state of the stack too: once [#close()] has run, nothing can be added any more, so that no task is left
/// behind between the last drain and the end.
final class Inbox {
    private static final VarHandle TOP;
    private static final VarHandle COUNT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            TOP = lookup.findVarHandle(Inbox.class, "top", Task.class);
            COUNT = lookup.findVarHandle(Inbox.class, "count", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private static final Task CLOSED = new Task() {
        @Override
        public void run() {
            throw new AssertionError("the mark of a closed inbox is no task");
        }
    };

    private final int limit;
    private volatile @Nullable Task top;
    private volatile int count;

    Inbox(int limit) {
        this.limit = limit;
    }

    /// What became of a task.
    enum Added {
        YES,
        FULL,
        CLOSED
    }

    /// Any thread: adds a task; a full fence, so that the sleeper's flag may be read after it.
    ///
    /// @param force adds beyond the limit: for what must not be refused, such as the end of something
    Added add(Task task, boolean force) {
        int before = (int) COUNT.getAndAdd(this, 1);
        if (before >= limit && !force) {
            COUNT.getAndAdd(this, -1);
            return Added.FULL;
        }
        while (true) {
            Task first = top;
            if (first == CLOSED) {
                COUNT.getAndAdd(this, -1);
                return Added.CLOSED;
            }
            task.nextPosted = first;
            if (TOP.compareAndSet(this, first, task)) {
                return Added.YES;
            }
        }
    }

    /// Any thread: how many tasks wait, about.
    int size() {
        return count;
    }

    boolean isEmpty() {
        return top == null;
    }

    /// Owner: takes everything, the first that came first, linked by [Task#nextPosted].
    @Nullable Task takeAll() {
        return top == null ? null : turnAround(exchange(null));
    }

    /// Owner: takes everything, and lets nothing in any more.
    @Nullable Task close() {
        return turnAround(exchange(CLOSED));
    }

    /// One place for both: at the end there may be no memory for linking another one.
    private @Nullable Task exchange(@Nullable Task next) {
        return (Task) TOP.getAndSet(this, next);
    }

    private @Nullable Task turnAround(@Nullable Task stack) {
        Task turned = null;
        int taken = 0;
        Task task = stack == CLOSED ? null : stack;
        while (task != null) {
            Task below = task.nextPosted;
            task.nextPosted = turned;
            turned = task;
            task = below;
            taken++;
        }
        if (taken > 0) {
            COUNT.getAndAdd(this, -taken);
        }
        return turned;
    }
}
