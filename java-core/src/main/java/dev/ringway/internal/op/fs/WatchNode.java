package dev.ringway.internal.op.fs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A file or directory that the kernel watches. Confined to the polling thread.
class WatchNode {
    /// The kernel's number for it, or its fd.
    final int watch;
    final List<Claim> claims = new ArrayList<>(1);
    final Map<Path, WatchNode> children = new HashMap<>();
    /// The directory that it was found in; null for where a watch begins.
    @Nullable WatchNode parent;
    /// Its name there, or the path that was given.
    Path name;
    /// What was told to be in it when it was found, and the kernel may tell again.
    @Nullable Set<Path> reported;
    /// Whether what is in it was told, since it came later than the watch.
    boolean announced;
    /// Whether it has left its directory, and nobody has said yet where to.
    boolean leaving;

    WatchNode(int watch, @Nullable WatchNode parent, Path name) {
        this.watch = watch;
        this.parent = parent;
        this.name = name;
        if (parent != null) {
            parent.children.put(name, this);
        }
    }

    Path path() {
        return parent == null ? name : parent.path().resolve(name);
    }

    /// What anybody wants to be told of it.
    int mask() {
        int mask = 0;
        for (Claim claim : claims) {
            mask |= claim.mask;
        }
        return mask;
    }

    boolean isRecursive() {
        return claims.stream().anyMatch(Claim::isRecursive);
    }

    /// Whether a watch begins here, so that its own end and move are told.
    boolean isRoot() {
        return claims.stream().anyMatch(claim -> claim.root == this);
    }

    void claim(Claim claim) {
        if (!claims.contains(claim)) {
            claims.add(claim);
        }
    }

    /// Takes part in what its directory is watched for.
    void inherit(WatchNode from) {
        from.claims.stream().filter(Claim::isRecursive).forEach(this::claim);
    }

    void move(WatchNode into, Path newName) {
        detach();
        parent = into;
        name = newName;
        into.children.put(newName, this);
        leaving = false;
    }

    /// It and all below.
    List<WatchNode> all() {
        List<WatchNode> all = new ArrayList<>(List.of(this));
        for (int i = 0; i < all.size(); i++) {
            all.addAll(all.get(i).children.values());
        }
        return all;
    }

    /// Only the watches that begin here are left.
    void standAlone() {
        Path path = path();
        detach();
        parent = null;
        name = path;
        leaving = false;
        claims.removeIf(claim -> claim.root != this);
    }

    void detach() {
        if (parent != null) {
            parent.children.remove(name, this);
        }
    }

    void report(Path entry) {
        Set<Path> names = reported;
        if (names == null) {
            names = new HashSet<>();
            reported = names;
        }
        names.add(entry);
    }

    /// Whether this was told already, and the kernel tells it again.
    boolean wasReported(Path entry) {
        return reported != null && reported.remove(entry);
    }
}
