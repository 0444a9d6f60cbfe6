package dev.ringway.internal.op.fs;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.NativePath;
import dev.ringway.internal.ffi.OpenFlags;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/// What a path stands for at the moment, symbolic links not followed. On any thread; may block.
///
/// @param hasBirths whether its file system keeps times of creation: elsewhere the JDK gives the last change for one
record VnodeFile(Entry entry, boolean isRegular, boolean isLink, boolean hasBirths) {
    /// A directory whose listing has changed was changed after its creation; so there the two times differ.
    static @Nullable VnodeFile look(Path path) {
        BasicFileAttributes attributes = attributes(path);
        return attributes == null
                ? null
                : of(attributes, !attributes.creationTime().equals(attributes.lastModifiedTime()));
    }

    static @Nullable VnodeFile look(Path path, boolean births) {
        BasicFileAttributes attributes = attributes(path);
        return attributes == null ? null : of(attributes, births);
    }

    private static VnodeFile of(BasicFileAttributes attributes, boolean births) {
        return new VnodeFile(Entry.of(attributes, births), attributes.isRegularFile(), attributes.isSymbolicLink(),
                births);
    }

    private static @Nullable BasicFileAttributes attributes(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException gone) {
            return null;
        }
    }

    /// Opens it to be told of, not to be read where the system knows the difference: that needs no permission, and
    /// holds up no unmount on macOS.
    ///
    /// @return an fd or -errno
    static int open(Sys sys, Path path) {
        byte[] name;
        try {
            name = NativePath.bytes(path);
        } catch (InvalidPathException tooLong) {
            return -Errno.ENAMETOOLONG;
        }
        int flags = Linux.O_PATH() | OpenFlags.O_NOFOLLOW | Linux.O_NONBLOCK() | Linux.O_CLOEXEC();
        try (Arena arena = Arena.ofConfined()) {
            long address = arena.allocate(name.length).address();
            Memory.copy(name, 0, address, name.length);
            int fd;
            do {
                fd = sys.openat(Linux.AT_FDCWD(), address, flags, 0);
            } while (fd == -Errno.EINTR);
            return fd;
        }
    }

    /// How many names a file has.
    ///
    /// @return 0 too if that cannot be asked
    static int links(Sys sys, int fd) {
        try (Arena arena = Arena.ofConfined()) {
            long statx = arena.allocate(Linux.STATX_BYTES() + 1L, Long.BYTES).address(); // and an empty path
            int res = sys.statx(fd, statx + Linux.STATX_BYTES(), Linux.AT_EMPTY_PATH(), Linux.STATX_NLINK(), statx);
            return res < 0 ? 0 : Memory.getInt(statx + Linux.STATX_OFFSET_NLINK());
        }
    }
}
