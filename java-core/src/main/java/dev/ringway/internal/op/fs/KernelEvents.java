package dev.ringway.internal.op.fs;

import dev.ringway.internal.ffi.generated.Linux;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Takes the kernel's events in their order: keeps the tree up with them, and says what to tell. Confined to the
/// polling thread.
///
/// A rename is two events with the same cookie: out of a directory, into another. Then comes the renamed directory's
/// own; one that has left by then and not arrived is not ours any more.
final class KernelEvents {
    private static final int MOVES_KEPT = 64;

    private final InotifyWatches watches;
    private final WatchTree tree;
    private final Map<Integer, Move> moves = new LinkedHashMap<>();

    KernelEvents(InotifyWatches watches, WatchTree tree) {
        this.watches = watches;
        this.tree = tree;
    }

    /// An event as it was read.
    record Raw(int watch, int mask, int cookie, @Nullable Path name) {
        boolean has(int bits) {
            return (mask & bits) != 0;
        }
    }

    private record Move(Path from, @Nullable WatchNode node) {}

    /// @return false if nobody knows what it is about
    boolean take(Raw raw) {
        if (raw.has(Change.OVERFLOW)) {
            watches.tell(new Change(Change.OVERFLOW, Path.of(""), null));
            tree.recursiveRoots().forEach(root -> watches.follow(root, root.path(), false));
            return true;
        }
        WatchNode node = tree.node(raw.watch());
        if (node == null) {
            return false;
        }
        if (raw.has(Linux.IN_IGNORED())) {
            tree.forget(node);
        } else if (raw.name() == null) {
            takeOwn(node, raw);
        } else {
            takeEntry(node, raw, raw.name());
        }
        return true;
    }

    /// Of others than those where a watch begins their directory tells.
    private void takeOwn(WatchNode node, Raw raw) {
        if (raw.has(Change.MOVE_SELF) && node.leaving) {
            watches.remove(tree.drop(node));
        }
        watches.tell(node, node.isRoot() ? raw.mask() : raw.mask() & Change.UNMOUNT, node.path(), null);
    }

    private void takeEntry(WatchNode node, Raw raw, Path name) {
        Path path = node.path().resolve(name);
        Path from = null;
        if (raw.has(Change.CREATE)) {
            if (node.wasReported(name)) {
                return;
            }
            WatchNode child = node.children.get(name);
            if (raw.has(Change.DIRECTORY) && node.isRecursive() && (child == null || !child.announced)) {
                watches.follow(node, path, true);
            }
        } else if (raw.has(Change.MOVED_FROM)) {
            node.wasReported(name);
            leave(node, name, path, raw.cookie());
        } else if (raw.has(Change.MOVED_TO)) {
            node.wasReported(name);
            Move move = moves.remove(raw.cookie());
            from = move == null ? null : move.from();
            arrive(node, name, path, raw, move == null ? null : move.node());
        } else if (raw.has(Change.DELETE)) {
            node.wasReported(name);
        }
        watches.tell(node, raw.mask(), path, from);
    }

    private void leave(WatchNode node, Path name, Path path, int cookie) {
        WatchNode child = node.children.get(name);
        if (child != null) {
            child.leaving = true;
        }
        moves.put(cookie, new Move(path, child));
        if (moves.size() > MOVES_KEPT) {
            moves.remove(moves.keySet().iterator().next());
        }
    }

    /// What has come below a directory while it was renamed has had another path: it is looked for again.
    private void arrive(WatchNode node, Path name, Path path, Raw raw, @Nullable WatchNode child) {
        boolean isNew = child == null || !tree.has(child);
        if (child != null && !isNew && node.isRecursive()) {
            List<WatchNode> all = child.all();
            all.forEach(each -> each.claims.removeIf(
                    claim -> !all.contains(claim.root) && !node.claims.contains(claim)));
            child.move(node, name);
            all.forEach(each -> each.inherit(node));
        }
        if (raw.has(Change.DIRECTORY) && node.isRecursive()) {
            watches.follow(node, path, isNew);
        }
    }
}
