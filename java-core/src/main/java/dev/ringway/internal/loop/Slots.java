package dev.ringway.internal.loop;

import dev.ringway.internal.op.Op;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Operations out with the kernel, by slot and generation.
///
/// The name that the kernel gets, and gives back with every completion, is the slot in its lower half and a generation
/// in its upper half, 31 bits of it. Each use of a slot has the next generation, so that a late completion finds
/// nobody, and never a stranger.
public final class Slots {
    private static final int GENERATIONS = 0x7fff_ffff;

    private @Nullable Op[] ops;
    private int[] free;
    private int freeCount;
    private int generation;
    private int used;

    public Slots(int capacity) {
        ops = new Op[capacity];
        free = new int[capacity];
        for (int slot = capacity - 1; slot >= 0; slot--) {
            free[freeCount++] = slot;
        }
    }

    /// Makes sure that the next [#put] needs no memory, which there may be none of: once an entry is filled it is too
    /// late for that.
    public void reserve() {
        if (freeCount == 0) {
            grow();
        }
    }

    /// Gives the operation a slot, and with it a name: [Op#userData].
    public void put(Op op) {
        reserve();
        int slot = free[--freeCount];
        ops[slot] = op;
        generation = (generation + 1) & GENERATIONS;
        op.userData = (long) generation << 32 | slot;
        used++;
    }

    private void grow() {
        int old = ops.length;
        int larger = 2 * old;
        ops = Arrays.copyOf(ops, larger);
        free = Arrays.copyOf(free, larger);
        for (int slot = larger - 1; slot >= old; slot--) {
            free[freeCount++] = slot;
        }
    }

    /// The operation's slot is free again.
    public void remove(Op op) {
        int slot = (int) op.userData;
        ops[slot] = null;
        free[freeCount++] = slot;
        op.userData = -1;
        used--;
    }

    /// Who has this name, if anybody has.
    public @Nullable Op find(long name) {
        int slot = (int) name;
        if (slot < 0 || slot >= ops.length) {
            return null;
        }
        Op op = ops[slot];
        return op != null && op.userData == name ? op : null;
    }

    /// How many are in use.
    public int used() {
        return used;
    }

    /// How many there are; slots from 0 to this may be asked for.
    public int capacity() {
        return ops.length;
    }

    /// Who is in a slot.
    public @Nullable Op at(int slot) {
        return ops[slot];
    }
}
