package dev.ringway.internal.op;

import dev.ringway.internal.ffi.Errno;

/// The numbers of direct descriptors: files that a ring knows by their place in its table, and the process by no number
/// at all.
///
/// Such a place travels where the number of an fd does, as a number that no fd has and no system call takes: handed to
/// one by mistake it is EBADF, never the fd of somebody else.
public final class DirectFd {
    private static final int FIRST = Integer.MIN_VALUE;
    /// The kernel's own limit for a table is far below.
    private static final int MOST = 1 << 24;

    private DirectFd() {}

    /// The number of a place in the table.
    public static int of(int slot) {
        if (slot < 0 || slot >= MOST) {
            throw new IllegalStateException("the kernel named the slot " + slot + " of a table of files");
        }
        return FIRST + slot;
    }

    /// Whether a number is that of a direct descriptor.
    public static boolean is(int fd) {
        return fd < FIRST + MOST;
    }

    /// What may help if none could be made.
    public static String remedy(int errno) {
        if (errno == Errno.EOPNOTSUPP) {
            return "; only io_uring has direct descriptors";
        }
        if (errno == Errno.ENXIO) {
            return "; the ring has no place for direct descriptors: Ring.Builder.directDescriptors makes some";
        }
        return errno == Errno.ENFILE ? ", or have more places, Ring.Builder.directDescriptors" : "";
    }

    /// The place in the table.
    public static int slot(int fd) {
        return fd - FIRST;
    }
}
