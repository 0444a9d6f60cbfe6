package dev.ringway.internal.uring;

import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Pages;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.PoolMemory;
import java.util.ArrayDeque;

/// A pool whose free buffers lie in a ring that the kernel takes from.
///
/// It is registered by the polling thread, as only that may. Where the registration fails the pool works as a plain
/// one: the kernel then cannot pick, and receives are attempted when their fd is ready.
final class BufferRing extends PoolMemory {
    private static final int UNREGISTERED = -1;

    private final Sys sys;
    private final int mask;
    private final Pages ring;
    private final ArrayDeque<Integer> unregistered = new ArrayDeque<>();
    private int group = UNREGISTERED;
    private short tail;

    BufferRing(Driver driver, int count, int size) {
        super(driver, count, size);
        this.sys = driver.sys();
        this.mask = count - 1;
        this.ring = Pages.map(sys, (long) count * Linux.BUF_BYTES());
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
        }
        for (int id = 0; id < count(); id++) {
            put(id);
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

    /// With a registered ring there is nothing to take: the free buffers are the kernel's.
    @Override
    public int take() {
        Integer id = unregistered.pollFirst();
        return id == null ? -1 : id;
    }

    @Override
    protected void put(int id) {
        if (group == UNREGISTERED) {
            unregistered.addLast(id);
            return;
        }
        long entry = ring.address() + (long) (tail & mask) * Linux.BUF_BYTES();
        Memory.putLong(entry + Linux.BUF_ADDR(), address(id));
        Memory.putInt(entry + Linux.BUF_LEN(), size());
        Memory.putShort(entry + Linux.BUF_BID(), (short) id);
        tail++;
        Memory.putShortRelease(ring.address() + Linux.BUF_RING_TAIL(), tail);
    }
}
