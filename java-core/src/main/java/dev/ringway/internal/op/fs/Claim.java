package dev.ringway.internal.op.fs;

import dev.ringway.FileWatcher;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What the user has asked to be told of: a path, or a tree. Several may be of the same directory.
final class Claim implements FileWatcher.Watch {
    final Watches owner;
    final int mask;
    private final Path path;
    private final boolean recursive;
    /// Where it begins; null before it does and after its end. Confined to the polling thread.
    @Nullable WatchNode root;

    Claim(Watches owner, Path path, int mask, boolean recursive) {
        this.owner = owner;
        this.path = path;
        this.mask = mask;
        this.recursive = recursive;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public boolean isRecursive() {
        return recursive;
    }

    @Override
    public String toString() {
        return "watch of " + path + (recursive ? " and all below" : "");
    }
}
