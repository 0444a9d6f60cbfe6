package dev.ringway.internal.op.fs;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.NativePath;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Adds watches to a file, or to a directory and all below; on an offload thread.
///
/// Every directory is watched before it is listed: what comes later the kernel tells, what was there before is found.
/// What cannot be watched any more when its turn has come is left out.
final class TreeWalk {
    private static final int NEVER_FOLLOW = Linux.IN_DONT_FOLLOW() | Linux.IN_EXCL_UNLINK() | Linux.IN_MASK_ADD();

    private final Sys sys;
    private final int fd;
    private final int mask;
    private final List<Found> found;

    /// @param found gets what is watched, directories before what is in them
    TreeWalk(Sys sys, int fd, int mask, List<Found> found) {
        this.sys = sys;
        this.fd = fd;
        this.mask = mask;
        this.found = found;
    }

    /// @param watch  the kernel's number
    /// @param parent where it was found; null for the top
    /// @param entries what was in it; empty if that does not matter
    record Found(int watch, Path path, @Nullable Found parent, List<Path> entries) {
        Path name() {
            Path last = path.getFileName();
            return last == null ? path : last;
        }
    }

    /// @param flags how to take the top: `IN_ONLYDIR`, or 0
    /// @return 0 or -errno; then some may have been found
    int walk(Path top, int flags, boolean recursive) {
        int watch = add(top, flags);
        if (watch < 0) {
            return watch;
        }
        found.add(new Found(watch, top, null, recursive ? new ArrayList<>() : List.of()));
        for (int next = found.size() - 1; recursive && next < found.size(); next++) {
            int res = descend(found.get(next));
            if (res < 0) {
                return res;
            }
        }
        return 0;
    }

    private int descend(Found directory) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory.path())) {
            for (Path entry : entries) {
                directory.entries().add(entry.getFileName());
                int watch = add(entry, Linux.IN_ONLYDIR());
                if (watch >= 0) {
                    found.add(new Found(watch, entry, directory, new ArrayList<>()));
                } else if (watch == -Errno.ENOSPC || watch == -Errno.ENOMEM) {
                    return watch;
                }
            }
        } catch (IOException | DirectoryIteratorException gone) {
            return 0; // or it is a file, or not for us to read
        }
        return 0;
    }

    private int add(Path path, int flags) {
        byte[] name;
        try {
            name = NativePath.bytes(path);
        } catch (InvalidPathException tooLong) {
            return -Errno.ENAMETOOLONG;
        }
        try (Arena arena = Arena.ofConfined()) {
            long address = arena.allocate(name.length).address();
            Memory.copy(name, 0, address, name.length);
            return sys.inotifyAddWatch(fd, address, mask | NEVER_FOLLOW | flags);
        }
    }
}
