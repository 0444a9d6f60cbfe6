package dev.ringway.internal.op.fs;

import dev.ringway.FileWatcher;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.NativePath;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.ValueOp;
import dev.ringway.internal.op.fs.Watches.Target;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// inotify_add_watch(2), of a path or of a whole tree.
final class StartWatch extends ValueOp<FileWatcher.Watch> implements FileWatcher.Start {
    private final Handle watcher;
    private final InotifyWatches watches;
    private final Path path;
    private final Target target;
    private final int mask;
    private final List<TreeWalk.Found> found = new ArrayList<>();
    private boolean recursive;
    private boolean counted;

    StartWatch(Handle watcher, InotifyWatches watches, Path path, Target target, int mask) {
        super(watcher.driver, watcher);
        this.watcher = watcher;
        this.watches = watches;
        this.path = required(path, "path");
        this.target = target;
        this.mask = mask;
        NativePath.bytes(path); // throws here, if it has to
    }

    @Override
    public StartWatch recursive() {
        checkNew();
        recursive = true;
        return this;
    }

    @Override
    public StartWatch timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public String call() {
        return "inotify_add_watch";
    }

    @Override
    public String subject() {
        return path.toString();
    }

    /// In turns with others that change what is watched.
    @Override
    public @Nullable Lane lane() {
        return watcher.writes;
    }

    @Override
    public Interest interest() {
        return Interest.OFFLOAD;
    }

    @Override
    public int beforeOffload() {
        if (!counted) {
            counted = true;
            watches.walkBegins();
        }
        return 0;
    }

    @Override
    public int attempt(Sys sys) {
        found.clear();
        if (target == Target.FILE && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            return -Errno.EISDIR;
        }
        int flags = target == Target.DIRECTORY ? Linux.IN_ONLYDIR() : 0;
        return new TreeWalk(sys, fd(), recursive ? mask | Change.STRUCTURE : mask, found).walk(path, flags, recursive);
    }

    @Override
    protected Step step(int res) {
        Claim claim = new Claim(watches, path, mask, recursive);
        if (res < 0) {
            watches.dropUnknown(found);
        } else {
            watches.begin(claim, found);
        }
        if (counted) {
            counted = false;
            watches.walkEnds();
        }
        return res < 0 ? fail(res) : done(claim);
    }

    @Override
    protected String remedy(int errno) {
        return errno == Errno.ENOSPC ? "; raise the sysctl fs.inotify.max_user_watches, or watch less" : "";
    }

    @Override
    protected void discard(FileWatcher.Watch unwanted) {
        watches.endLater(unwanted);
    }
}
