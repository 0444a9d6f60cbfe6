package dev.ringway.internal.op;

import dev.ringway.internal.ffi.generated.Linux;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;

/// Handles on fds that Ringway did not make. Any thread.
public final class Foreign {
    private Foreign() {}

    /// @param keepsFd whether closing the handle leaves the fd open
    public static Handle source(Driver driver, int fd, String name, boolean keepsFd) throws IOException {
        return adopt(driver, fd, Kind.SOURCE, Linux.O_WRONLY(), name, keepsFd);
    }

    /// @param keepsFd whether closing the handle leaves the fd open
    public static Handle sink(Driver driver, int fd, String name, boolean keepsFd) throws IOException {
        return adopt(driver, fd, Kind.SINK, Linux.O_RDONLY(), name, keepsFd);
    }

    /// @param wrongMode the access mode with which it is of no use
    private static Handle adopt(Driver driver, int fd, Kind kind, int wrongMode, String name, boolean keepsFd)
            throws IOException {
        String subject = kind + " " + name;
        if (fd < 0) {
            throw new IllegalArgumentException(subject + ": an fd is not negative");
        }
        int mode = required("fstat", subject, driver.sys().fileMode(fd));
        int flags = required("fcntl", subject, driver.sys().fcntl(fd, Linux.F_GETFL(), 0));
        if ((flags & Linux.O_ACCMODE()) == wrongMode) {
            throw new IllegalArgumentException(subject + ": it is not open for "
                    + (kind == Kind.SOURCE ? "reading; take it as a sink" : "writing; take it as a source"));
        }
        Handle handle = Handle.foreign(driver, fd, kind, name, waits(mode), keepsFd);
        handle.madeAt(driver.tracksCreation() ? new Throwable("taken over") : null);
        if (!driver.post(handle.birth())) {
            throw new RejectedExecutionException(subject + ": " + driver.ringName() + " is closed");
        }
        return handle;
    }

    private static int required(String call, String subject, int res) throws IOException {
        return Failures.require(call, subject, res);
    }

    /// O_NONBLOCK belongs to the file, and others may clear it at any time, so that it does not count.
    private static Waits waits(int mode) {
        int type = mode & Linux.S_IFMT();
        return type == Linux.S_IFIFO() || type == Linux.S_IFSOCK() ? Waits.WITH_NOWAIT : Waits.ELSEWHERE;
    }
}
