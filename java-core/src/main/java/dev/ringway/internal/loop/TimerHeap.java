package dev.ringway.internal.loop;

import dev.ringway.internal.op.TimerEntry;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Timers in the order of their moments: a binary heap whose entries know their place in it.
final class TimerHeap {
    private @Nullable TimerEntry[] heap = new TimerEntry[16];
    private int size;

    /// Makes room for as many entries altogether.
    void reserve(int entries) {
        if (entries > heap.length) {
            heap = Arrays.copyOf(heap, Math.max(entries, 2 * heap.length));
        }
    }

    /// Adds an entry, for which there must be room.
    void add(TimerEntry entry) {
        up(size++, entry);
    }

    void remove(TimerEntry entry) {
        int hole = entry.place;
        TimerEntry last = at(--size);
        heap[size] = null;
        if (last != entry) {
            up(hole, last);
            down(last.place, last);
        }
    }

    int size() {
        return size;
    }

    /// The entry whose moment comes first; there must be one.
    TimerEntry first() {
        return at(0);
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
        entry.place = index;
    }

    @SuppressWarnings("NullAway") // below size there is no null
    private TimerEntry at(int index) {
        return heap[index];
    }
}
