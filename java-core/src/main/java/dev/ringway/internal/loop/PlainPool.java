package dev.ringway.internal.loop;

import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.PoolMemory;

/// A pool from which the driver itself takes a buffer, just before the call.
public final class PlainPool extends PoolMemory {
    private final int[] free;
    private int freeCount;

    public PlainPool(Driver driver, int count, int size) {
        super(driver, count, size);
        free = new int[count];
        for (int id = count - 1; id >= 0; id--) {
            free[freeCount++] = id;
        }
    }

    @Override
    public int group() {
        return -1;
    }

    @Override
    public int take() {
        return freeCount == 0 ? -1 : free[--freeCount];
    }

    @Override
    protected void put(int id) {
        free[freeCount++] = id;
    }
}
