package dev.ringway.internal.uring;

import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Pages;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.Window;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.PoolMemory;

/// A pool from whose free buffers some lie in a ring that the kernel takes from.
///
/// Only some: the kernel takes them in turn, and the fewer there are, the sooner it comes back to one that is still in
/// the processor's cache. It is offered as many as one turn has ever needed; what is released is offered again before
/// the next wait, the last one first. A receive that finds the ring empty goes on at once, with twice as many.
///
/// It is registered by the polling thread, as only that may. Where the registration fails the pool works as a plain
/// one: the kernel then cannot pick, and receives are attempted when their fd is ready.
final class BufferRing extends PoolMemory {
    private static final int UNREGISTERED = -1;
    private static final int FIRST_OFFER = 128;

    private final Sys sys;
    private final int mask;
    private final Pages ring;
    private final Window entries;
    /// Free ones that the kernel has not been offered.
    private final int[] spare;
    private int spareCount;
    /// Which ones the kernel has been offered, or were taken for a call, and have not come back filled.
    private final boolean[] offered;
    private int offeredCount;
    private int wanted;
    private boolean ranShort;
    private int group = UNREGISTERED;
    private short tail;

    BufferRing(Driver driver, int count, int size) {
        super(driver, count, size);
        this.sys = driver.sys();
        this.mask = count - 1;
        this.ring = Pages.map(sys, (long) count * Linux.BUF_BYTES());
        this.entries = new Window(ring.address(), ring.bytes());
        this.offered = new boolean[count];
        this.wanted = Math.min(count, FIRST_OFFER);
        this.spare = new int[count];
        for (int id = count - 1; id >= 0; id--) {
            spare[spareCount++] = id;
        }
    }

    /// Owner.
    ///
    /// @return 0 or -errno
    int register(int ringFd, int newGroup) {
        int res;
        try (Pages registration = Pages.map(sys, Linux.BUF_REG_BYTES())) {
            long reg = registration.address();
            Memory.putLong(reg + Linux.BUF_REG_RING_ADDR(), ring.address());
            Memory.putInt(reg + Linux.BUF_REG_RING_ENTRIES(), count());
            Memory.putShort(reg + Linux.BUF_REG_BGID(), (short) newGroup);
            res = sys.ioUringRegister(ringFd, Linux.IORING_REGISTER_PBUF_RING(), reg, 1);
        }
        if (res >= 0) {
            group = newGroup;
            refill();
        }
        return res;
    }

    /// Owner, at the end: the kernel takes from it no longer.
    void unregister(int ringFd) {
        if (group != UNREGISTERED) {
            try (Pages registration = Pages.map(sys, Linux.BUF_REG_BYTES())) {
                Memory.putShort(registration.address() + Linux.BUF_REG_BGID(), (short) group);
                sys.ioUringRegister(ringFd, Linux.IORING_UNREGISTER_PBUF_RING(), registration.address(), 1);
            }
            group = UNREGISTERED;
        }
        ring.close();
    }

    @Override
    public int group() {
        return group;
    }

    @Override
    public int take() {
        if (spareCount == 0) {
            return -1;
        }
        int id = spare[--spareCount];
        offered[id] = true;
        offeredCount++;
        return id;
    }

    @Override
    protected void put(int id) {
        spare[spareCount++] = id;
    }

    @Override
    protected boolean picked(int id) {
        if (!offered[id]) {
            return false;
        }
        offered[id] = false;
        offeredCount--;
        return true;
    }

    @Override
    protected boolean offerMore() {
        if (group == UNREGISTERED || spareCount == 0) {
            return false;
        }
        ranShort = true;
        return true;
    }

    /// Owner: the kernel is about to take buffers.
    void refill() {
        if (group == UNREGISTERED) {
            return;
        }
        if (ranShort) {
            ranShort = false;
            wanted = Math.min(count(), 2 * wanted);
        }
        if (offeredCount < wanted && spareCount > 0) {
            do {
                offer(spare[--spareCount]);
            } while (offeredCount < wanted && spareCount > 0);
            entries.putShortRelease(Linux.BUF_RING_TAIL(), tail);
        }
    }

    private void offer(int id) {
        int entry = (tail & mask) * Linux.BUF_BYTES();
        entries.putLong(entry + Linux.BUF_ADDR(), address(id));
        entries.putInt(entry + Linux.BUF_LEN(), size());
        entries.putShort(entry + Linux.BUF_BID(), (short) id);
        offered[id] = true;
        offeredCount++;
        tail++;
    }
}
