package dev.ringway.internal.ffi;

/**
 * {@code struct pidfd_info}, in its first version, which the headers of older systems do not have: what the kernel
 * knows of a process that an fd names, also after its status has been taken. See ioctl_pidfd(2).
 */
final class PidfdInfo {

    /** The request, with the structure's size in it. */
    static final int GET = 0xc040ff0b;

    /** Users and groups, of a process that is alive. */
    static final long CREDS = 1 << 1;

    /** The status, of one that its parent has taken leave of; since Linux 6.15. */
    static final long EXIT = 1 << 3;

    private static final int BYTES = 64;
    private static final int REAL_USER = 28;
    private static final int EXIT_STATUS = 60;

    private PidfdInfo() {}

    static void want(long address, long what) {
        Memory.fill(address, BYTES, (byte) 0);
        Memory.putLong(address, what);
    }

    /** Whether the kernel has filled in what was wanted. */
    static boolean has(long address, long what) {
        return (Memory.getLong(address) & what) != 0;
    }

    static int exit(long address) {
        return Memory.getInt(address + EXIT_STATUS);
    }

    static int user(long address) {
        return Memory.getInt(address + REAL_USER);
    }

    /** Whether this kernel tells of an exit at all: what it does not know it leaves out, as what is not so yet. */
    static boolean tellsExits() {
        return Platform.kernelVersion().isAtLeast(6, 15);
    }
}
