package dev.ringway.internal.op.fs;

import dev.ringway.FileWatcher;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.Notes;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.ValueOp;
import dev.ringway.internal.op.Waits;

/// inotify_init1(2), always close-on-exec; where the loop's own queue tells of files there is nothing to open.
public final class OpenWatcher extends ValueOp<FileWatcher> {
    public OpenWatcher(Driver driver) {
        super(driver, null);
    }

    @Override
    public String call() {
        return driver.notes() == null ? "inotify_init" : "kqueue";
    }

    private boolean nonBlocking() {
        return (driver.socketFlags() & Linux.SOCK_NONBLOCK()) != 0;
    }

    @Override
    public int attempt(Sys sys) {
        return driver.notes() != null
                ? 0
                : sys.inotifyInit(Linux.IN_CLOEXEC() | (nonBlocking() ? Linux.IN_NONBLOCK() : 0));
    }

    @Override
    protected Step step(int res) {
        if (res < 0) {
            return fail(res);
        }
        Notes notes = driver.notes();
        return done(notes == null ? onInotify(res) : onQueue(new VnodeWatches(driver, notes)));
    }

    private FileWatcher onInotify(int fd) {
        Handle handle = new Handle(driver, fd, Kind.WATCHER, "of files",
                nonBlocking() ? Waits.NON_BLOCKING : Waits.ELSEWHERE);
        driver.born(handle);
        return Access.api().watcher(handle, new InotifyWatches(handle));
    }

    private FileWatcher onQueue(VnodeWatches watches) {
        driver.born(watches.watcher());
        return Access.api().watcher(watches.watcher(), watches);
    }

    @Override
    protected String remedy(int errno) {
        return errno == Errno.EMFILE ? ", or the sysctl fs.inotify.max_user_instances" : "";
    }

    @Override
    protected void discard(FileWatcher unwanted) {
        unwanted.close();
    }
}
