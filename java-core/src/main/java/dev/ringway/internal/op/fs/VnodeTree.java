package dev.ringway.internal.op.fs;

import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Notes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What has an fd, and which directory a file was seen in last. Confined to the polling thread.
final class VnodeTree {
    private final Sys sys;
    private final Notes notes;
    private final Map<Object, Vnode> nodes = new HashMap<>();
    private final Map<Object, Vnode> homes = new HashMap<>();

    VnodeTree(Sys sys, Notes notes) {
        this.sys = sys;
        this.notes = notes;
    }

    /// Whether it has not been closed.
    boolean has(Vnode node) {
        return nodes.get(node.key) == node;
    }

    @Nullable Vnode find(Object key) {
        return nodes.get(key);
    }

    /// From now on the queue tells of it.
    ///
    /// @return 0, or -errno and it is closed
    int add(Vnode node) {
        int res = notes.addFile(node.watch, node);
        if (res < 0) {
            node.detach();
            sys.close(node.watch);
        } else {
            nodes.put(node.key, node);
        }
        return res;
    }

    void closeUnused(int fd) {
        sys.close(fd);
    }

    /// A file is seen in a directory.
    ///
    /// @return where it was seen before
    @Nullable Vnode seen(Entry entry, Vnode directory) {
        return homes.put(entry.key(), directory);
    }

    void notSeen(Entry entry, Vnode directory) {
        homes.remove(entry.key(), directory);
    }

    /// Nobody has claimed it any more but for this.
    void end(Claim claim) {
        claim.root = null;
        List<Vnode> all = List.copyOf(nodes.values());
        all.forEach(node -> node.claims.remove(claim));
        all.stream().filter(node -> !isNeeded(node)).forEach(this::close);
    }

    private static boolean isNeeded(Vnode node) {
        return !node.claims.isEmpty() || (node.parent instanceof Vnode parent && parent.wants(node.isDirectory));
    }

    /// It and all below has left, but where another watch begins.
    void drop(Vnode top) {
        for (WatchNode each : top.all()) {
            if (each.isRoot()) {
                each.standAlone();
            } else {
                close((Vnode) each);
            }
        }
    }

    /// It is gone itself, and all below.
    void close(Vnode node) {
        if (nodes.remove(node.key, node)) {
            for (WatchNode below : List.copyOf(node.children.values())) {
                drop((Vnode) below);
            }
            node.detach();
            if (node.entries != null) {
                node.entries.values().forEach(entry -> notSeen(entry, node));
            }
            notes.removeFile(node.watch);
            sys.close(node.watch);
        }
    }

    void closeAll() {
        List.copyOf(nodes.values()).forEach(this::close);
    }
}
