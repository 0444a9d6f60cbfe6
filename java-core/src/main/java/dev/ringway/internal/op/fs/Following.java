package dev.ringway.internal.op.fs;

import dev.ringway.Operation;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/// What has come into watched trees and has to be watched too: one walk at a time, for all that has come meanwhile.
/// Confined to the polling thread.
final class Following {
    private final Handle watcher;
    private final InotifyWatches watches;
    private List<FollowTrees.Top> next = new ArrayList<>();
    private boolean underWay;

    Following(Handle watcher, InotifyWatches watches) {
        this.watcher = watcher;
        this.watches = watches;
    }

    void add(FollowTrees.Top top) {
        if (next.isEmpty()) {
            watches.walkBegins(); // from now on what is not known may be what this one will find
            if (!underWay) {
                underWay = true;
                watcher.driver.later(new Task() {
                    @Override
                    public void run() {
                        walk();
                    }
                });
            }
        }
        next.add(top);
    }

    private void walk() {
        List<FollowTrees.Top> tops = next;
        underWay = !tops.isEmpty();
        if (underWay) {
            next = new ArrayList<>();
            start(new FollowTrees(watcher, watches, tops), this::walk);
        }
    }

    /// Starts what nobody has asked for; when the watcher or the ring is closing nobody wants it any more.
    void start(Operation<?> operation, Runnable then) {
        if (!watcher.isClosed()) {
            try {
                operation.start((nothing, failure) -> then.run());
            } catch (RejectedExecutionException closing) {
                underWay = true; // for ever
            }
        }
    }
}
