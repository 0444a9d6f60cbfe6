package dev.ringway.internal.op.fs;

import dev.ringway.internal.ffi.Kevent;

/// What the queue says of one file: tells it, or has the directory listed. Confined to the polling thread.
final class VnodeNotes {
    private final VnodeWatches watches;
    private final VnodeTree tree;
    private final Scanning scanning;

    VnodeNotes(VnodeWatches watches, VnodeTree tree, Scanning scanning) {
        this.watches = watches;
        this.tree = tree;
        this.scanning = scanning;
    }

    /// @param what `NOTE_…`, several at a time
    void take(Vnode node, int what) {
        boolean written = (what & (Kevent.NOTE_WRITE | Kevent.NOTE_EXTEND)) != 0;
        boolean linked = (what & Kevent.NOTE_LINK) != 0;
        boolean gone = (what & Kevent.NOTE_DELETE) != 0 && isLast(node);
        if (node.isDirectory && (written || linked)) {
            scanning.list(node);
        } else if (written) {
            tell(node, Change.MODIFY);
        }
        boolean names = !node.isDirectory && !gone && (what & (Kevent.NOTE_LINK | Kevent.NOTE_DELETE)) != 0;
        if (names || (what & Kevent.NOTE_ATTRIB) != 0) {
            tell(node, Change.METADATA | (node.isDirectory ? Change.DIRECTORY : 0));
        }
        boolean unmounted = (what & Kevent.NOTE_REVOKE) != 0;
        tellOwn(node, (what & Kevent.NOTE_RENAME) != 0 ? Change.MOVE_SELF : 0);
        tellOwn(node, gone ? Change.DELETE_SELF : 0);
        tellOwn(node, unmounted ? Change.UNMOUNT : 0);
        if ((gone || unmounted) && node.parent == null) {
            tree.close(node);
        }
    }

    /// Whether the name that was removed was its last one.
    private boolean isLast(Vnode node) {
        return node.isDirectory || VnodeFile.links(watches.watcher().driver.sys(), node.watch) == 0;
    }

    /// In its directory, and of itself if a watch begins with it.
    private void tell(Vnode node, int what) {
        if (node.parent != null) {
            watches.tell(node.parent, what, node.path(), null);
        }
        tellOwn(node, what);
    }

    private void tellOwn(Vnode node, int what) {
        if (what != 0 && node.isRoot()) {
            watches.tell(node, what, node.path(), null);
        }
    }
}
