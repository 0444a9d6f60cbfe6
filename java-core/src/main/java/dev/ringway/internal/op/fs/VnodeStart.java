package dev.ringway.internal.op.fs;

import dev.ringway.FileWatcher;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.NativePath;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.ValueOp;
import dev.ringway.internal.op.fs.Watches.Target;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// EVFILT_VNODE of kqueue(2), of a path or of a whole tree.
///
/// 1. *Open* the path, on an offload thread, which also tells what it is.
/// 2. *Claim* it: from now on the queue tells of it.
/// 3. *Idle* until all there is below has been listed.
final class VnodeStart extends ValueOp<FileWatcher.Watch> implements FileWatcher.Start {
    private final VnodeWatches watches;
    private final Path path;
    private final Target target;
    private final int mask;
    private boolean recursive;
    private @Nullable VnodeFile file;
    private @Nullable Claim claim;
    private int walked = -Errno.EAGAIN;

    VnodeStart(VnodeWatches watches, Path path, Target target, int mask) {
        super(watches.watcher().driver, watches.watcher());
        this.watches = watches;
        this.path = path;
        this.target = target;
        this.mask = mask;
        NativePath.bytes(path); // throws here, if it has to
    }

    @Override
    public VnodeStart recursive() {
        checkNew();
        recursive = true;
        return this;
    }

    @Override
    public VnodeStart timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public String call() {
        return "kevent";
    }

    @Override
    public String subject() {
        return path.toString();
    }

    /// In turns with others that change what is watched.
    @Override
    public @Nullable Lane lane() {
        return watches.watcher().writes;
    }

    @Override
    public Interest interest() {
        return Interest.OFFLOAD;
    }

    /// It was idle, and all is listed.
    @Override
    public boolean isImmediate() {
        return claim != null;
    }

    @Override
    public int attempt(Sys sys) {
        if (claim != null) {
            return walked;
        }
        int fd = VnodeFile.open(sys, path);
        file = fd < 0 ? null : VnodeFile.look(path);
        int refused = fd < 0 ? fd : refused(file);
        if (fd >= 0 && refused < 0) {
            sys.close(fd);
        }
        return refused < 0 ? refused : fd;
    }

    private int refused(@Nullable VnodeFile found) {
        if (found == null || found.isLink()) {
            return found == null ? -Errno.ENOENT : -Errno.ELOOP;
        }
        boolean isDirectory = found.entry().isDirectory();
        return target == Target.FILE && isDirectory ? -Errno.EISDIR
                : target == Target.DIRECTORY && !isDirectory ? -Errno.ENOTDIR : 0;
    }

    @Override
    protected Step step(int res) {
        return claim != null ? end(claim, res) : res < 0 || file == null ? fail(res) : begin(res, file.entry());
    }

    private Step begin(int fd, Entry entry) {
        if (ending()) {
            driver.sys().close(fd);
            return fail(-Errno.ECANCELED);
        }
        Claim begun = new Claim(watches, path, mask, recursive);
        claim = begun;
        int added = watches.begin(this, begun, fd, entry);
        return added == 0 && walked == -Errno.EAGAIN ? Step.IDLE : end(begun, added < 0 ? added : walked);
    }

    private Step end(Claim begun, int res) {
        watches.started(this);
        if (res >= 0) {
            return done(begun);
        }
        watches.end(begun);
        return fail(res);
    }

    /// All below has been listed, or could not be.
    void walked(int res) {
        walked = res;
        driver.resume(this);
    }

    @Override
    protected String remedy(int errno) {
        return VnodeWatches.remedy(errno);
    }

    @Override
    public void late(Sys sys, int res) {
        if (claim == null && res >= 0) {
            sys.close(res);
        }
    }

    @Override
    protected void discard(FileWatcher.Watch unwanted) {
        watches.endLater(unwanted);
    }
}
