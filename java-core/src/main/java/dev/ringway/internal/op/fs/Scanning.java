package dev.ringway.internal.op.fs;

import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Task;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/// Which directories are to be listed: one scan at a time, for what has changed meanwhile. Confined to the polling
/// thread.
///
/// When nothing is to be listed any more the queue is looked at once again: only then is what is gone gone, rather than
/// renamed into a directory that the queue had not told of yet.
final class Scanning {
    private static final int DIRECTORIES = 16;
    private static final int QUIET_TURNS = 2;

    private final VnodeWatches watches;
    private final VnodeTree tree;
    private final VnodeChanges changes;
    private final Deque<Vnode> due = new ArrayDeque<>();
    private final VnodeWalk walk = new VnodeWalk();
    private boolean busy;
    private int quiet;

    Scanning(VnodeWatches watches, VnodeTree tree) {
        this.watches = watches;
        this.tree = tree;
        this.changes = new VnodeChanges(watches, tree, this);
    }

    /// It has changed, or has come into a tree.
    void list(Vnode node) {
        if (node.isListed() && !node.due) {
            node.due = true;
            due.addLast(node);
            later(this::scan);
        }
    }

    /// The same, and a watch begins when that is done.
    void await(Vnode node) {
        if (node.isListed()) {
            walk.add(node);
        }
        list(node);
    }

    VnodeWalk walk() {
        return walk;
    }

    private void later(Runnable what) {
        if (!busy) {
            busy = true;
            driver().later(new Task() {
                @Override
                public void run() {
                    busy = false;
                    what.run();
                }
            });
        }
    }

    private Driver driver() {
        return watches.watcher().driver;
    }

    private void scan() {
        List<Listing> listings = new ArrayList<>();
        while (listings.size() < DIRECTORIES && !due.isEmpty()) {
            Vnode node = due.removeFirst();
            node.due = false;
            if (tree.has(node) && node.isListed()) {
                listings.add(new Listing(node));
            } else {
                walk.remove(node);
            }
        }
        if (listings.isEmpty()) {
            walk.endIfDone();
            settleSoon();
            return;
        }
        busy = true;
        if (!watches.watcher().isClosed()) {
            try {
                new VnodeScan(watches.watcher(), this, listings).start((nothing, cancelled) -> {});
            } catch (RejectedExecutionException closing) {
                return; // busy for ever
            }
        }
    }

    void scanned(List<Listing> listings) {
        busy = false;
        listings.sort(Comparator.comparingInt(Listing::depth));
        changes.take(listings);
        for (Listing listing : listings) {
            listing.close(driver().sys());
            if (listing.failure < 0) {
                failed(listing.node, listing.failure);
            }
            if (!listing.node.due) {
                walk.remove(listing.node);
            }
        }
        walk.endIfDone();
        if (due.isEmpty()) {
            settleSoon();
        } else {
            later(this::scan);
        }
        watches.runReader();
    }

    /// It needs an fd, and gets none.
    void failed(Vnode node, int res) {
        if (node.awaited) {
            walk.fail(res);
        } else {
            watches.failed(res);
        }
    }

    private void settleSoon() {
        quiet = 0;
        if (changes.arePending()) {
            later(this::settle);
        }
    }

    private void settle() {
        if (!due.isEmpty()) {
            later(this::scan);
        } else if (++quiet < QUIET_TURNS) {
            later(this::settle);
        } else {
            changes.settle();
            watches.runReader();
        }
    }
}
