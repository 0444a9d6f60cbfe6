package dev.ringway.internal.op.fs;

import dev.ringway.Metadata;
import dev.ringway.internal.ffi.DeviceNumber;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.generated.Linux;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// What statx(2) has said of a file.
///
/// @param given   the fields that were asked for and that there are, `STATX_…`
/// @param mode    type and permissions
/// @param special what a file that stands for a device stands for
public record StatFields(
        int given,
        int mode,
        long links,
        long owner,
        long group,
        long inode,
        long size,
        long blocks,
        long blockSize,
        long device,
        long special,
        FileTime accessed,
        FileTime modified,
        FileTime changed,
        FileTime created) {

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    static int mask(Set<Metadata.Field> fields) {
        int mask = 0;
        for (Metadata.Field field : fields) {
            mask |= bit(field);
        }
        return mask;
    }

    private static int bit(Metadata.Field field) {
        return switch (field) {
            case TYPE -> Linux.STATX_TYPE();
            case PERMISSIONS -> Linux.STATX_MODE();
            case LINKS -> Linux.STATX_NLINK();
            case OWNER -> Linux.STATX_UID();
            case GROUP -> Linux.STATX_GID();
            case INODE -> Linux.STATX_INO();
            case SIZE -> Linux.STATX_SIZE();
            case BLOCKS -> Linux.STATX_BLOCKS();
            case ACCESSED -> Linux.STATX_ATIME();
            case MODIFIED -> Linux.STATX_MTIME();
            case CHANGED -> Linux.STATX_CTIME();
            case CREATED -> Linux.STATX_BTIME();
        };
    }

    /// The kernel may say more than it was asked for; that counts as not said.
    static StatFields read(long statx, Set<Metadata.Field> wanted) {
        return new StatFields(
                Memory.getInt(statx + Linux.STATX_OFFSET_MASK()) & mask(wanted),
                Short.toUnsignedInt(Memory.getShort(statx + Linux.STATX_OFFSET_MODE())),
                unsigned(statx + Linux.STATX_OFFSET_NLINK()),
                unsigned(statx + Linux.STATX_OFFSET_UID()),
                unsigned(statx + Linux.STATX_OFFSET_GID()),
                Memory.getLong(statx + Linux.STATX_OFFSET_INO()),
                Memory.getLong(statx + Linux.STATX_OFFSET_SIZE()),
                Memory.getLong(statx + Linux.STATX_OFFSET_BLOCKS()),
                unsigned(statx + Linux.STATX_OFFSET_BLKSIZE()),
                device(statx + Linux.STATX_OFFSET_DEV_MAJOR(), statx + Linux.STATX_OFFSET_DEV_MINOR()),
                device(statx + Linux.STATX_OFFSET_RDEV_MAJOR(), statx + Linux.STATX_OFFSET_RDEV_MINOR()),
                time(statx + Linux.STATX_OFFSET_ATIME()),
                time(statx + Linux.STATX_OFFSET_MTIME()),
                time(statx + Linux.STATX_OFFSET_CTIME()),
                time(statx + Linux.STATX_OFFSET_BTIME()));
    }

    private static long unsigned(long address) {
        return Integer.toUnsignedLong(Memory.getInt(address));
    }

    private static long device(long major, long minor) {
        return DeviceNumber.of(Memory.getInt(major), Memory.getInt(minor));
    }

    /// A file system may hold any number; one that an instant cannot be made of is a time in whole seconds.
    private static FileTime time(long timestamp) {
        long seconds = Memory.getLong(timestamp + Linux.STATX_TIMESTAMP_SEC());
        long nanos = unsigned(timestamp + Linux.STATX_TIMESTAMP_NSEC());
        return seconds >= Instant.MIN.getEpochSecond() && seconds <= Instant.MAX.getEpochSecond()
                        && nanos < NANOS_PER_SECOND
                ? FileTime.from(Instant.ofEpochSecond(seconds, nanos))
                : FileTime.from(seconds, TimeUnit.SECONDS);
    }

    /// Whether this was asked for and is known.
    public boolean has(Metadata.Field field) {
        return (given & bit(field)) != 0;
    }

    /// The kind of file.
    public Metadata.Type type() {
        int type = mode & Linux.S_IFMT();
        if (type == Linux.S_IFREG()) {
            return Metadata.Type.REGULAR_FILE;
        }
        if (type == Linux.S_IFDIR()) {
            return Metadata.Type.DIRECTORY;
        }
        if (type == Linux.S_IFLNK()) {
            return Metadata.Type.SYMBOLIC_LINK;
        }
        if (type == Linux.S_IFCHR()) {
            return Metadata.Type.CHARACTER_DEVICE;
        }
        if (type == Linux.S_IFBLK()) {
            return Metadata.Type.BLOCK_DEVICE;
        }
        if (type == Linux.S_IFIFO()) {
            return Metadata.Type.FIFO;
        }
        return type == Linux.S_IFSOCK() ? Metadata.Type.SOCKET : Metadata.Type.OTHER;
    }

    /// Who may do what.
    public Set<PosixFilePermission> permissions() {
        return Set.copyOf(Mode.permissions(mode));
    }
}
