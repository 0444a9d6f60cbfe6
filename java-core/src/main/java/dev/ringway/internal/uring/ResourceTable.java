package dev.ringway.internal.uring;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Pages;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import org.jspecify.annotations.Nullable;

/// What entries name by an index instead of an address or a number: the ring's registered buffers, or its registered
/// files ("resources" to the kernel).
///
/// The table is made when it is first needed, empty, and filled slot by slot. What lies in a slot is held, since the
/// kernel holds it too: memory is not freed before it has been taken out. The kernel keeps what operations in flight
/// use, so that nothing has to be waited for. Confined to the polling thread, as the calls are.
///
/// The table of files may go on with slots that the kernel gives away itself, to direct descriptors.
final class ResourceTable {
    private static final int SLOTS = 1024; // not more than fds, for files
    private static final int UNMADE = 1;

    private final Sys sys;
    private final int ringFd;
    private final long update;
    private final int make;
    private final int change;
    private final long absent;
    private final @Nullable Object[] held = new Object[SLOTS];
    private final int[] free = new int[SLOTS];
    private int freeCount;
    /// Of making the table: 0, -errno, or that it has not been tried.
    private int made = UNMADE;

    private ResourceTable(Sys sys, int ringFd, long update, int make, int change, long absent) {
        this.sys = sys;
        this.ringFd = ringFd;
        this.update = update;
        this.make = make;
        this.change = change;
        this.absent = absent;
        for (int slot = SLOTS - 1; slot >= 0; slot--) {
            free[freeCount++] = slot;
        }
    }

    /// @param update memory for what the kernel is to be told
    static ResourceTable ofBuffers(Sys sys, int ringFd, long update) {
        return new ResourceTable(sys, ringFd, update,
                Linux.IORING_REGISTER_BUFFERS2(), Linux.IORING_REGISTER_BUFFERS_UPDATE(), 0);
    }

    /// @param update memory for what the kernel is to be told
    static ResourceTable ofFiles(Sys sys, int ringFd, long update) {
        return new ResourceTable(sys, ringFd, update,
                Linux.IORING_REGISTER_FILES2(), Linux.IORING_REGISTER_FILES_UPDATE2(), -1);
    }

    /// Makes the table with so many slots more, for the kernel to give away, before there is a polling thread.
    ///
    /// @return 0 or -errno
    int makeWithSlotsOfTheKernel(int count) {
        made = make(SLOTS + count);
        if (made < 0) {
            return made;
        }
        try (Pages range = Pages.map(sys, Linux.FILE_INDEX_RANGE_BYTES())) {
            Memory.putInt(range.address() + Linux.FILE_INDEX_RANGE_OFF(), SLOTS);
            Memory.putInt(range.address() + Linux.FILE_INDEX_RANGE_LEN(), count);
            return sys.ioUringRegister(ringFd, Linux.IORING_REGISTER_FILE_ALLOC_RANGE(), range.address(), 0);
        }
    }

    /// Takes a file out of a slot that the kernel gave away.
    ///
    /// @return 0 or -errno
    int clear(int slot) {
        return Math.min(0, set(slot, absent, 0));
    }

    /// Registers one more.
    ///
    /// @param first  a buffer's address, or a file's number
    /// @param second a buffer's length, or 0
    /// @param holder what must live for as long as it is registered
    /// @return its slot, or -errno
    int add(long first, long second, Object holder) {
        if (made == UNMADE) {
            made = make(SLOTS);
        }
        if (made < 0) {
            return made;
        }
        if (freeCount == 0) {
            return -Errno.ENOSPC;
        }
        int slot = free[freeCount - 1];
        int res = set(slot, first, second);
        if (res < 0) {
            return res;
        }
        freeCount--;
        held[slot] = holder;
        return slot;
    }

    /// The slot is free again. If the kernel does not say so, which it has no reason for, it stays taken.
    void remove(int slot) {
        if (held[slot] != null && set(slot, absent, 0) >= 0) {
            held[slot] = null;
            free[freeCount++] = slot;
        }
    }

    int used() {
        return SLOTS - freeCount;
    }

    private int make(int slots) {
        try (Pages registration = Pages.map(sys, Linux.RSRC_REGISTER_BYTES())) {
            long reg = registration.address();
            Memory.putInt(reg + Linux.RSRC_REGISTER_NR(), slots);
            Memory.putInt(reg + Linux.RSRC_REGISTER_FLAGS(), Linux.IORING_RSRC_REGISTER_SPARSE());
            return sys.ioUringRegister(ringFd, make, reg, Linux.RSRC_REGISTER_BYTES());
        }
    }

    private int set(int slot, long first, long second) {
        long entry = update + Linux.RSRC_UPDATE_BYTES();
        Memory.fill(update, Linux.RSRC_UPDATE_BYTES(), (byte) 0);
        Memory.putInt(update + Linux.RSRC_UPDATE_OFFSET(), slot);
        Memory.putLong(update + Linux.RSRC_UPDATE_DATA(), entry);
        Memory.putInt(update + Linux.RSRC_UPDATE_NR(), 1);
        Memory.putLong(entry + Linux.IOVEC_BASE(), first); // a file is the int at the front, on little-endian machines
        Memory.putLong(entry + Linux.IOVEC_LEN(), second);
        int res = sys.ioUringRegister(ringFd, change, update, Linux.RSRC_UPDATE_BYTES());
        return res == 0 ? -Errno.EAGAIN : res;
    }
}
