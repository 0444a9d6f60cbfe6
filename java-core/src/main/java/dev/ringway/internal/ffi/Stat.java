package dev.ringway.internal.ffi;

import static dev.ringway.internal.ffi.generated.Linux.*;

/**
 * How {@code struct stat} of a C library lies in memory, by the offsets of its fields, and how that becomes Linux's
 * {@code struct statx}.
 *
 * @param device {@code st_dev}
 * @param deviceBytes its size, also of {@code st_rdev}
 * @param mode {@code st_mode}, of which the lower 16 bits count
 * @param links {@code st_nlink}
 * @param linksBytes its size
 * @param owner {@code st_uid}
 * @param group {@code st_gid}
 * @param inode {@code st_ino}
 * @param size {@code st_size}
 * @param blocks {@code st_blocks}
 * @param blockSize {@code st_blksize}
 * @param accessed {@code st_atim}; then come that of the last modification and that of the last change
 * @param special {@code st_rdev}
 * @param created {@code st_birthtim}, or -1
 */
record Stat(
        int device,
        int deviceBytes,
        int mode,
        int links,
        int linksBytes,
        int owner,
        int group,
        int inode,
        int size,
        int blocks,
        int blockSize,
        int accessed,
        int special,
        int created) {

    static final Stat GNU_X86_64 = new Stat(0, 8, 24, 16, 8, 28, 32, 8, 48, 64, 56, 72, 40, -1);
    static final Stat GNU_AARCH64 = new Stat(0, 8, 16, 20, 4, 24, 28, 8, 48, 64, 56, 72, 32, -1);
    static final Stat FREEBSD = new Stat(0, 8, 24, 16, 8, 28, 32, 8, 112, 120, 128, 48, 40, 96);
    static final Stat MACOS = new Stat(0, 4, 4, 6, 2, 16, 20, 8, 96, 104, 112, 32, 24, 80);

    private static final int TIMESPEC = TIMESPEC_BYTES();

    /** Fills a {@code struct statx}, with a mask of what there is. */
    void translate(long stat, long statx) {
        Memory.fill(statx, STATX_BYTES(), (byte) 0);
        Memory.putInt(statx + STATX_OFFSET_MASK(), STATX_BASIC_STATS() | (created < 0 ? 0 : STATX_BTIME()));
        Memory.putInt(statx + STATX_OFFSET_BLKSIZE(), Memory.getInt(stat + blockSize));
        Memory.putInt(statx + STATX_OFFSET_NLINK(), (int) number(stat + links, linksBytes));
        Memory.putInt(statx + STATX_OFFSET_UID(), Memory.getInt(stat + owner));
        Memory.putInt(statx + STATX_OFFSET_GID(), Memory.getInt(stat + group));
        Memory.putShort(statx + STATX_OFFSET_MODE(), Memory.getShort(stat + mode));
        Memory.putLong(statx + STATX_OFFSET_INO(), Memory.getLong(stat + inode));
        Memory.putLong(statx + STATX_OFFSET_SIZE(), Memory.getLong(stat + size));
        Memory.putLong(statx + STATX_OFFSET_BLOCKS(), Memory.getLong(stat + blocks));
        time(stat + accessed, statx + STATX_OFFSET_ATIME());
        time(stat + accessed + TIMESPEC, statx + STATX_OFFSET_MTIME());
        time(stat + accessed + 2L * TIMESPEC, statx + STATX_OFFSET_CTIME());
        if (created >= 0) {
            time(stat + created, statx + STATX_OFFSET_BTIME());
        }
        device(stat + device, statx + STATX_OFFSET_DEV_MAJOR(), statx + STATX_OFFSET_DEV_MINOR());
        device(stat + special, statx + STATX_OFFSET_RDEV_MAJOR(), statx + STATX_OFFSET_RDEV_MINOR());
    }

    private static long number(long address, int bytes) {
        return switch (bytes) {
            case 2 -> Short.toUnsignedLong(Memory.getShort(address));
            case 4 -> Integer.toUnsignedLong(Memory.getInt(address));
            default -> Memory.getLong(address);
        };
    }

    private static void time(long timespec, long timestamp) {
        Memory.putLong(timestamp + STATX_TIMESTAMP_SEC(), Memory.getLong(timespec + TIMESPEC_SEC()));
        Memory.putInt(timestamp + STATX_TIMESTAMP_NSEC(), (int) Memory.getLong(timespec + TIMESPEC_NSEC()));
    }

    private void device(long address, long major, long minor) {
        long number = number(address, deviceBytes);
        Memory.putInt(major, DeviceNumber.major(number));
        Memory.putInt(minor, DeviceNumber.minor(number));
    }
}
