package dev.ringway.internal.op.fs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The watched files and directories, as they are at the point of the events that was reached. Confined to the polling
/// thread.
///
/// It grows by what walks have found. What was in a directory that has come into a tree is told as created; the kernel
/// may tell of a part of it again, which is found by its name until the kernel had no more events twice: by then it has
/// told everything of that time.
final class WatchTree {
    private final InotifyWatches watches;
    private final Map<Integer, WatchNode> nodes = new HashMap<>();
    private final List<WatchNode> freshlyTold = new ArrayList<>();
    private int drainedSince;

    WatchTree(InotifyWatches watches) {
        this.watches = watches;
    }

    boolean knows(int watch) {
        return nodes.containsKey(watch);
    }

    @Nullable WatchNode node(int watch) {
        return nodes.get(watch);
    }

    /// Whether it has not been forgotten.
    boolean has(WatchNode node) {
        return nodes.get(node.watch) == node;
    }

    /// Directories with which recursive watches begin.
    List<WatchNode> recursiveRoots() {
        return nodes.values().stream().filter(node -> node.isRoot() && node.isRecursive()).toList();
    }

    // ---- what walks have found

    /// A watch begins.
    void begin(Claim claim, List<TreeWalk.Found> found) {
        for (TreeWalk.Found each : found) {
            WatchNode node = nodes.get(each.watch());
            if (node == null) {
                WatchNode parent = each.parent() == null ? null : nodes.get(each.parent().watch());
                node = added(each, parent, parent == null ? each.path() : each.name());
            }
            node.claim(claim);
            claim.root = each.parent() == null ? node : claim.root;
        }
    }

    private WatchNode added(TreeWalk.Found found, @Nullable WatchNode parent, Path name) {
        WatchNode node = new WatchNode(found.watch(), parent, name);
        nodes.put(node.watch, node);
        return node;
    }

    /// Something has come into a tree.
    void follow(FollowTrees.Top top) {
        if (!has(top.parent())) {
            watches.dropUnknown(top.found());
            return;
        }
        Set<TreeWalk.Found> told = new HashSet<>();
        for (TreeWalk.Found each : top.found()) {
            WatchNode known = nodes.get(each.watch());
            WatchNode parent = each.parent() == null ? top.parent() : nodes.get(each.parent().watch());
            if (parent == null || (each.parent() == null && top.isParentItself() && known != parent)) {
                watches.dropUnknown(List.of(each));
                continue;
            }
            WatchNode node = known == null ? added(each, parent, each.name()) : known;
            if (known == null && each.parent() != null && !told.contains(each.parent())) {
                watches.tell(parent, Change.CREATE | Change.DIRECTORY, node.path(), null);
            }
            if (node != parent) {
                node.inherit(parent);
            }
            if (known == null || (top.isNew() && each.parent() == null && !node.announced)) {
                told.add(each);
                tellEntries(node, each, top.found());
            }
        }
    }

    private void tellEntries(WatchNode node, TreeWalk.Found found, List<TreeWalk.Found> all) {
        Set<Path> directories = new HashSet<>();
        all.stream().filter(each -> each.parent() == found).forEach(each -> directories.add(each.name()));
        for (Path entry : found.entries()) {
            int directory = directories.contains(entry) ? Change.DIRECTORY : 0;
            watches.tell(node, Change.CREATE | directory, node.path().resolve(entry), null);
            node.report(entry);
        }
        node.announced = true;
        freshlyTold.add(node);
        drainedSince = 0;
    }

    /// The kernel had no more events.
    void drained() {
        if (!freshlyTold.isEmpty() && ++drainedSince > 1) {
            freshlyTold.forEach(node -> node.reported = null);
            freshlyTold.clear();
            drainedSince = 0;
        }
    }

    // ---- ends

    /// @param numbers gets those of watches that nobody claims any more
    void end(Claim claim, List<Integer> numbers) {
        claim.root = null;
        for (WatchNode node : List.copyOf(nodes.values())) {
            if (node.claims.remove(claim) && node.claims.isEmpty()) {
                forget(node);
                numbers.add(node.watch);
            }
        }
    }

    void forget(WatchNode node) {
        nodes.remove(node.watch);
        node.detach();
    }

    /// It and all below has left, but where another watch begins.
    ///
    /// @return the numbers of watches that nobody claims any more
    List<Integer> drop(WatchNode node) {
        List<Integer> numbers = new ArrayList<>();
        for (WatchNode each : node.all()) {
            if (each.isRoot()) {
                each.standAlone();
            } else {
                forget(each);
                numbers.add(each.watch);
            }
        }
        return numbers;
    }
}
