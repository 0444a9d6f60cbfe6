package dev.ringway.internal.op.fs;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.op.fs.Difference.Come;
import dev.ringway.internal.op.fs.Difference.Gone;
import dev.ringway.internal.op.fs.Difference.Place;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tells what was found out, and makes the tree so. Confined to the polling thread.
final class VnodeTelling {
    private final VnodeWatches watches;
    private final VnodeTree tree;
    private final Scanning scanning;

    VnodeTelling(VnodeWatches watches, VnodeTree tree, Scanning scanning) {
        this.watches = watches;
        this.tree = tree;
        this.scanning = scanning;
    }

    private static int directory(Entry entry) {
        return entry.isDirectory() ? Change.DIRECTORY : 0;
    }

    void created(Come each) {
        if (!tree.has(each.place.directory())) {
            close(each.fd);
            return;
        }
        watches.tell(each.place.directory(), Change.CREATE | directory(each.entry), each.place.path(), null);
        attach(each.place, each.entry, each.fd, true);
    }

    void deleted(Gone each) {
        watches.tell(each.place.directory(), Change.DELETE | directory(each.entry), each.path, null);
        Vnode node = each.node;
        if (node != null && tree.has(node) && node.parent == each.place.directory()) {
            tree.drop(node);
        }
    }

    void moved(Gone from, Come to) {
        Vnode into = to.place.directory();
        if (!tree.has(into)) {
            close(to.fd);
            deleted(from);
            return;
        }
        watches.tell(from.place.directory(), Change.MOVED_FROM | directory(from.entry), from.path, null);
        watches.tell(into, Change.MOVED_TO | directory(to.entry), to.place.path(), from.path);
        Vnode node = from.node;
        if (node != null && tree.has(node) && !into.isWithin(node)) {
            close(to.fd);
            follow(node, into, to.place.name());
        } else {
            attach(to.place, to.entry, to.fd, true);
        }
    }

    /// What has come below a directory while it was renamed has had another path: all is listed again.
    private void follow(Vnode node, Vnode into, Path name) {
        List<WatchNode> all = node.all();
        all.forEach(each -> each.claims.removeIf(
                claim -> !all.contains(claim.root) && !into.claims.contains(claim)));
        node.move(into, name);
        for (WatchNode each : all) {
            each.inherit(into);
            scanning.list((Vnode) each);
        }
        if (!into.wants(node.isDirectory)) {
            tree.drop(node);
        }
    }

    /// What has got an fd is told of from now on.
    ///
    /// @param announces whether what is in it is told
    void attach(Place place, Entry entry, @Nullable Integer fd, boolean announces) {
        if (fd == null) {
            return;
        }
        Vnode directory = place.directory();
        Vnode known = tree.find(entry.key());
        if (known != null) {
            close(fd);
            adopt(known, directory, place.name());
            return;
        }
        Vnode node = new Vnode(watches, fd, entry, directory, place.name());
        int res = tree.add(node);
        if (res < 0) {
            if (res != -Errno.ENOENT) { // it has gone meanwhile, which its directory tells
                scanning.failed(directory, res);
            }
            return;
        }
        node.inherit(directory);
        node.announces = announces;
        if (directory.awaited) {
            scanning.await(node);
        } else {
            scanning.list(node);
        }
    }

    /// A watch of its own has begun with it, or it has several names.
    private void adopt(Vnode known, Vnode directory, Path name) {
        if (known.parent == null && !directory.isWithin(known)) {
            known.move(directory, name);
        }
        known.inherit(directory);
        scanning.list(known);
    }

    void close(@Nullable Integer fd) {
        if (fd != null) {
            tree.closeUnused(fd);
        }
    }
}
