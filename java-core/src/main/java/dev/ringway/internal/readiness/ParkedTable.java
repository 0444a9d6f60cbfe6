package dev.ringway.internal.readiness;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Registered fds by token: an index in its lower half, the index's generation in the upper.
final class ParkedTable {
    private static final int GENERATIONS = 0x7fff_ffff;

    private @Nullable Parked[] entries = new Parked[64];
    private int[] generations = new int[64];
    private int[] free = new int[64];
    private int freeCount;
    private int used;

    /// The new token.
    long add(Parked parked) {
        int index = freeCount > 0 ? free[--freeCount] : grownTo(used++);
        entries[index] = parked;
        return (long) generations[index] << 32 | index;
    }

    private int grownTo(int index) {
        if (index == entries.length) {
            entries = Arrays.copyOf(entries, 2 * index);
            generations = Arrays.copyOf(generations, 2 * index);
            free = Arrays.copyOf(free, 2 * index);
        }
        return index;
    }

    void remove(long token) {
        int index = (int) token;
        entries[index] = null;
        generations[index] = (generations[index] + 1) & GENERATIONS;
        free[freeCount++] = index;
    }

    /// How many there are.
    int size() {
        return used - freeCount;
    }

    @Nullable Parked find(long token) {
        int index = (int) token;
        if (index < 0 || index >= used || generations[index] != (int) (token >>> 32)) {
            return null;
        }
        return entries[index];
    }
}
