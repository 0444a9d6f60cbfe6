package dev.ringway.internal.op.fs;

import dev.ringway.FileWatcher;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.Notes;
import dev.ringway.internal.op.Source;
import java.nio.file.Path;
import java.util.List;

/// A watcher whose loop's own queue tells which files have changed: EVFILT_VNODE in kqueue(2).
///
/// 1. Everything that is watched has an fd ([Vnode]). Of a directory the queue says that it has changed, and no more.
/// 2. So it is *listed* again ([Scanning]), and compared with what was in it: names come from there, and renames from
///    the same file being gone here and there anew ([VnodeChanges]).
/// 3. A directory that has come into a tree is opened, then told of by the queue, then listed: what is created after
///    the listing the queue tells, what was there before is found. A watch begins in the same way, and tells nothing.
///
/// What was created and is gone again by the time of the listing nobody learns of.
final class VnodeWatches extends Watches implements Source {
    /// As many as inotify keeps.
    static final int MOST_EVENTS = 16384;

    private final Handle watcher;
    private final VnodeTree tree;
    private final Scanning scanning;
    private final VnodeNotes notes;
    private int failure;

    VnodeWatches(Driver driver, Notes queue) {
        this.watcher = Handle.of(driver, this, Kind.WATCHER, "of files");
        this.tree = new VnodeTree(driver.sys(), queue);
        this.scanning = new Scanning(this, tree);
        this.notes = new VnodeNotes(this, tree, scanning);
    }

    @Override
    public FileWatcher.Start start(Path path, Target target, FileWatcher.Interest... interests) {
        return new VnodeStart(this, path, target, Interests.maskOfChanges(path, interests));
    }

    @Override
    VnodeEnd unwatch(Claim claim) {
        return new VnodeEnd(this, claim);
    }

    @Override
    Handle watcher() {
        return watcher;
    }

    static String remedy(int errno) {
        return errno == Errno.EMFILE
                ? "; each file and directory has an fd (through libkqueue also an inotify instance, of which the sysctl"
                        + " fs.inotify.max_user_instances gives so many): watch less"
                : "";
    }

    // ---- watches

    /// @param fd of the path
    /// @return 0, or -errno and the fd is closed
    int begin(VnodeStart operation, Claim claim, int fd, Entry entry) {
        Vnode node = tree.find(entry.key());
        if (node == null) {
            node = new Vnode(this, fd, entry, null, claim.path());
            int res = tree.add(node);
            if (res < 0) {
                return res;
            }
        } else {
            tree.closeUnused(fd);
        }
        claim.root = node;
        scanning.walk().begin(operation);
        List<WatchNode> all = claim.isRecursive() ? node.all() : List.of(node);
        for (WatchNode each : all) {
            if (each == node || ((Vnode) each).isDirectory) {
                each.claim(claim);
                scanning.await((Vnode) each);
            }
        }
        scanning.walk().endIfDone();
        return 0;
    }

    /// It has begun, or will not.
    void started(VnodeStart operation) {
        scanning.walk().leave(operation);
    }

    @Override
    void end(Claim claim) {
        tree.end(claim);
    }

    // ---- events

    void noted(Vnode node, int what) {
        if (tree.has(node)) {
            notes.take(node, what);
            runReader();
        }
    }

    /// More than that nobody takes: they are lost, which is told.
    @Override
    void tell(Change change) {
        if (eventCount() < MOST_EVENTS) {
            super.tell(change);
        } else if (eventCount() == MOST_EVENTS) {
            super.tell(new Change(Change.OVERFLOW, Path.of(""), null));
        }
    }

    // ---- in the place of an fd

    /// Not all that has come into a tree could be opened: who takes events is told once.
    void failed(int res) {
        failure = res;
    }

    @Override
    public boolean isReady() {
        return hasEvents() || failure < 0;
    }

    @Override
    public int read(long address, int length) {
        int res = failure;
        failure = 0;
        return res < 0 ? res : -Errno.EAGAIN;
    }

    @Override
    boolean take(long address, int length, boolean all) {
        return false; // nothing was read
    }

    @Override
    public void close() {
        tree.closeAll();
    }
}
