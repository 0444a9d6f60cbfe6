package dev.ringway.internal.loop;

import dev.ringway.internal.op.TimerEntry;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Timers in user space: a binary heap whose entries know their place, so that disarming costs O(log n) at the worst.
///
/// Confined to the polling thread. Moments are compared by difference, as [System#nanoTime()] demands.
final class Timers {
    /// The farthest a moment may be: two of them can then still be compared by difference.
    static final long LONGEST_NANOS = Long.MAX_VALUE / 2;

    private static final VarHandle SIZE;

    static {
        try {
            SIZE = MethodHandles.lookup().findVarHandle(Timers.class, "size", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private @Nullable TimerEntry[] heap = new TimerEntry[16];
    private int size;

    void arm(TimerEntry entry, long deadlineNanos) {
        if (entry.isArmed()) {
            disarm(entry);
        }
        entry.deadlineNanos = deadlineNanos;
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        up(size++, entry);
    }

    void disarm(TimerEntry entry) {
        int hole = entry.heapIndex;
        if (hole < 0) {
            return;
        }
        entry.heapIndex = -1;
        TimerEntry last = at(--size);
        heap[size] = null;
        if (last != entry) {
            up(hole, last);
            down(last.heapIndex, last);
        }
    }

    /// Any thread, exact on the polling one: how many are armed.
    int size() {
        return (int) SIZE.getOpaque(this);
    }

    boolean isEmpty() {
        return size == 0;
    }

    /// Nanoseconds to the next deadline, not negative; -1 if there is none.
    long untilNext(long now) {
        return size == 0 ? -1 : Math.max(0, at(0).deadlineNanos - now);
    }

    /// Runs what is due at the given moment; what is armed meanwhile for that moment waits for the next call.
    ///
    /// @return how many were due
    int expire(long now) {
        int due = 0;
        int most = size;
        while (due < most && size > 0 && at(0).deadlineNanos - now <= 0) {
            TimerEntry first = at(0);
            disarm(first);
            due++;
            first.expired();
        }
        return due;
    }

    private void up(int hole, TimerEntry entry) {
        int index = hole;
        while (index > 0) {
            int parent = (index - 1) >>> 1;
            TimerEntry above = at(parent);
            if (above.deadlineNanos - entry.deadlineNanos <= 0) {
                break;
            }
            place(index, above);
            index = parent;
        }
        place(index, entry);
    }

    private void down(int hole, TimerEntry entry) {
        int index = hole;
        while (true) {
            int child = 2 * index + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && at(child + 1).deadlineNanos - at(child).deadlineNanos < 0) {
                child++;
            }
            if (entry.deadlineNanos - at(child).deadlineNanos <= 0) {
                break;
            }
            place(index, at(child));
            index = child;
        }
        place(index, entry);
    }

    private void place(int index, TimerEntry entry) {
        heap[index] = entry;
        entry.heapIndex = index;
    }

    @SuppressWarnings("NullAway") // below size there is no null
    private TimerEntry at(int index) {
        return heap[index];
    }
}
