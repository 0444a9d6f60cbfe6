package dev.ringway.internal.op.fs;

import dev.ringway.internal.op.Notes;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A file or directory with an fd of its own, by which the loop's queue tells of it. Confined to the polling thread.
final class Vnode extends WatchNode implements Notes.Noted {
    /// Device and inode, which nobody else gets while the fd is open.
    final Object key;
    final boolean isDirectory;
    /// What is in it, as it was listed last; null before.
    @Nullable Map<Path, Entry> entries;
    /// Whether what is in it is told, since it has come later than the watch.
    boolean announces;
    /// Whether it waits to be listed.
    boolean due;
    /// Whether a watch begins when this has been listed.
    boolean awaited;
    private final VnodeWatches watches;

    Vnode(VnodeWatches watches, int fd, Entry entry, @Nullable Vnode parent, Path name) {
        super(fd, parent, name);
        this.watches = watches;
        this.key = entry.key();
        this.isDirectory = entry.isDirectory();
    }

    @Override
    public void noted(int what, int count) {
        watches.noted(this, what);
    }

    /// Whether anybody wants to know what is in it.
    boolean isListed() {
        return isDirectory && !claims.isEmpty();
    }

    /// Whether what is in it needs fds of its own: to be followed, or since a queue tells of content and permissions
    /// only of what it has an fd for.
    boolean wants(boolean directories) {
        int needed = directories ? Change.METADATA : Change.METADATA | Change.MODIFY;
        return isListed() && ((mask() & needed) != 0 || (directories && isRecursive()));
    }

    /// Whether it is, or is below, another one.
    boolean isWithin(Vnode other) {
        for (WatchNode each = this; each != null; each = each.parent) {
            if (each == other) {
                return true;
            }
        }
        return false;
    }
}
