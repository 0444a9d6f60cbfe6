package dev.ringway.internal.op.fs;

import dev.ringway.FileWatcher;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.ValueOp;
import dev.ringway.internal.op.Waits;

/// inotify_init1(2), always close-on-exec.
public final class OpenWatcher extends ValueOp<FileWatcher> {
    public OpenWatcher(Driver driver) {
        super(driver, null);
    }

    @Override
    public String call() {
        return "inotify_init";
    }

    private boolean nonBlocking() {
        return (driver.socketFlags() & Linux.SOCK_NONBLOCK()) != 0;
    }

    @Override
    public int attempt(Sys sys) {
        return sys.inotifyInit(Linux.IN_CLOEXEC() | (nonBlocking() ? Linux.IN_NONBLOCK() : 0));
    }

    @Override
    protected Step step(int res) {
        if (res < 0) {
            return fail(res);
        }
        Handle handle = new Handle(driver, res, Kind.WATCHER, "of files",
                nonBlocking() ? Waits.NON_BLOCKING : Waits.ELSEWHERE);
        driver.born(handle);
        return done(Access.api().watcher(handle, new Watches(handle)));
    }

    @Override
    protected String remedy(int errno) {
        if (errno == Errno.EMFILE) {
            return ", or the sysctl fs.inotify.max_user_instances";
        }
        return errno == Errno.ENOSYS ? "; only the backends of Linux have it" : "";
    }

    @Override
    protected void discard(FileWatcher unwanted) {
        unwanted.close();
    }
}
