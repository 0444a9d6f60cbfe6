package dev.ringway.internal.op.fs;

import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.VoidOp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Adds watches to directories that have come into trees that are watched, or may have.
final class FollowTrees extends VoidOp {
    private final InotifyWatches watches;
    private final List<Top> tops;

    FollowTrees(Handle watcher, InotifyWatches watches, List<Top> tops) {
        super(watcher.driver, watcher);
        this.watches = watches;
        this.tops = tops;
    }

    /// A directory to begin with.
    ///
    /// @param parent where it has come into; if it is the directory that a watch begins with, itself
    /// @param isNew  whether it was not there when the watch began, so that what it contains is told
    record Top(WatchNode parent, Path path, int mask, boolean isNew, List<TreeWalk.Found> found) {
        Top(WatchNode parent, Path path, boolean isNew) {
            this(parent, path, parent.mask() | Change.STRUCTURE, isNew, new ArrayList<>());
        }

        boolean isParentItself() {
            return path.equals(parent.path());
        }
    }

    @Override
    public String subject() {
        return tops.getFirst().path().toString();
    }

    @Override
    public String call() {
        return "inotify_add_watch";
    }

    @Override
    public Interest interest() {
        return Interest.OFFLOAD;
    }

    @Override
    public int attempt(Sys sys) {
        int res = 0;
        for (Top top : tops) {
            top.found().clear();
            int one = new TreeWalk(sys, fd(), top.mask(), top.found()).walk(
                    top.path(), Linux.IN_ONLYDIR(), true);
            res = res < 0 ? res : one;
        }
        return res;
    }

    @Override
    protected Step step(int res) {
        tops.forEach(watches::follow);
        watches.walkEnds();
        return super.step(res);
    }
}
