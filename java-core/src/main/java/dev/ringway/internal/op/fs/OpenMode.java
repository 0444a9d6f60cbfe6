package dev.ringway.internal.op.fs;

import dev.ringway.internal.ffi.OpenFlags;
import dev.ringway.internal.ffi.generated.Linux;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/// java.nio's open options as the flags of openat(2).
final class OpenMode {
    private OpenMode() {}

    /// @throws IllegalArgumentException      for a combination that contradicts itself
    /// @throws UnsupportedOperationException for an option that is not known
    static int flags(OpenOption... options) {
        Set<OpenOption> given = new HashSet<>(Arrays.asList(options));
        int flags = Linux.O_CLOEXEC();
        for (OpenOption option : given) {
            flags |= flag(option);
        }
        boolean write = given.contains(StandardOpenOption.WRITE) || given.contains(StandardOpenOption.APPEND);
        if (!write && (flags & (Linux.O_TRUNC() | Linux.O_CREAT())) != 0) {
            throw new IllegalArgumentException("open: " + given + " changes the file, so it needs WRITE or APPEND too");
        }
        if ((flags & Linux.O_APPEND()) != 0 && (flags & Linux.O_TRUNC()) != 0) {
            throw new IllegalArgumentException("open: APPEND and TRUNCATE_EXISTING contradict each other");
        }
        if (!write) {
            return flags | Linux.O_RDONLY();
        }
        return flags | (given.contains(StandardOpenOption.READ) ? Linux.O_RDWR() : Linux.O_WRONLY());
    }

    /// A file without a name is read and written.
    ///
    /// @throws IllegalArgumentException      for an option that makes or changes a file of some name
    /// @throws UnsupportedOperationException for an option that is not known
    static int temporary(OpenOption... options) {
        int flags = Linux.O_CLOEXEC() | Linux.O_RDWR() | OpenFlags.O_TMPFILE;
        for (OpenOption option : options) {
            int flag = flag(option);
            if ((flag & (Linux.O_APPEND() | Linux.O_TRUNC() | Linux.O_CREAT())) != 0) {
                throw new IllegalArgumentException("open: " + option + " says nothing of a file without a name");
            }
            flags |= flag;
        }
        return flags;
    }

    static boolean isTemporary(int flags) {
        return (flags & OpenFlags.O_TMPFILE) == OpenFlags.O_TMPFILE;
    }

    private static int flag(OpenOption option) {
        return switch (option) {
            case StandardOpenOption.READ, StandardOpenOption.WRITE -> 0;
            case StandardOpenOption.APPEND -> Linux.O_APPEND();
            case StandardOpenOption.TRUNCATE_EXISTING -> Linux.O_TRUNC();
            case StandardOpenOption.CREATE -> Linux.O_CREAT();
            case StandardOpenOption.CREATE_NEW -> Linux.O_CREAT() | Linux.O_EXCL();
            case StandardOpenOption.SYNC -> Linux.O_SYNC();
            case StandardOpenOption.DSYNC -> Linux.O_DSYNC();
            case Enum<?> other when isDirect(other) -> OpenFlags.O_DIRECT;
            default -> throw new UnsupportedOperationException("open: the option " + option + " is not supported");
        };
    }

    /// By name: its module, jdk.unsupported, need not be there.
    private static boolean isDirect(Enum<?> option) {
        return option.name().equals("DIRECT")
                && option.getDeclaringClass().getName().equals("com.sun.nio.file.ExtendedOpenOption");
    }

    static boolean isDirect(int flags) {
        return (flags & ~Linux.O_CLOEXEC() & OpenFlags.O_DIRECT) != 0;
    }
}
