package dev.ringway.internal.op.fs;

import dev.ringway.AsyncFile;
import dev.ringway.RingFiles;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.DirectFd;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Set;

/// openat(2), always close-on-exec.
public final class Open extends OnPath<AsyncFile> implements RingFiles.Open {
    private final int flags;
    private int mode = 0600;
    private boolean direct;

    /// Opens what the path names.
    public Open(Driver driver, Path path, OpenOption... options) {
        this(driver, path, OpenMode.flags(options));
    }

    /// Opens a new file that has no name.
    public static Open temporary(Driver driver, Path directory, OpenOption... options) {
        return new Open(driver, directory, OpenMode.temporary(options));
    }

    private Open(Driver driver, Path path, int flags) {
        super(driver, path);
        this.flags = flags;
    }

    @Override
    public Open permissions(Set<PosixFilePermission> permissions) {
        checkNew();
        mode = Mode.bits(permissions);
        return this;
    }

    @Override
    public Open asDirectDescriptor() {
        checkNew();
        direct = true;
        return this;
    }

    @Override
    public Open timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public String call() {
        return "open";
    }

    @Override
    public void prepare(Sqe sqe) {
        if (direct && driver.refusesDirect() < 0) {
            sqe.none();
        } else if (direct) {
            sqe.openat(Linux.AT_FDCWD(), scratch, flags & ~Linux.O_CLOEXEC(), mode);
            sqe.direct();
        } else {
            sqe.openat(Linux.AT_FDCWD(), scratch, flags, mode);
        }
    }

    @Override
    public int attempt(Sys sys) {
        return direct ? driver.refusesDirect() : sys.openat(Linux.AT_FDCWD(), scratch, flags, mode);
    }

    @Override
    protected Step step(int res) {
        if (res < 0) {
            return fail(res);
        }
        int fd = direct ? DirectFd.of(res) : res;
        Handle handle = new Handle(
                driver, fd, Kind.FILE, OpenMode.isTemporary(flags) ? "without a name in " + subject() : subject());
        if (OpenMode.isDirect(flags)) {
            handle.markDirect();
        }
        driver.born(handle);
        return done(Access.api().file(handle));
    }

    @Override
    protected String remedy(int errno) {
        if (direct) {
            return DirectFd.remedy(errno);
        }
        return errno == Errno.EOPNOTSUPP && OpenMode.isTemporary(flags)
                ? "; this system, or this file system, has no files without a name: create one and delete it"
                : "";
    }

    @Override
    public void late(Sys sys, int res) {
        if (res >= 0 && !direct) { // the place has gone with the ring
            sys.close(res);
        }
    }

    @Override
    protected void discard(AsyncFile unwanted) {
        unwanted.close();
    }
}
