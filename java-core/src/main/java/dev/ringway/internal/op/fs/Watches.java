package dev.ringway.internal.op.fs;

import dev.ringway.FileEvent;
import dev.ringway.FileWatcher;
import dev.ringway.internal.Access;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.MultiOp;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a watcher watches, and the events of it that have not been told. Confined to the polling thread.
///
/// 1. *Walks* add watches on an offload thread; the kernel may tell of one of them before its walk has come back and it
///    is known here.
/// 2. So an event of a watch that is *not known* waits, and those behind it, while a walk is under way. With none under
///    way it is of a watch that was ended, and is dropped.
/// 3. An event is *taken* in the order of the kernel ([KernelEvents]), which keeps the tree ([WatchTree]) as it was at
///    that point of the events, so that paths are right. What has come into a tree is *followed* ([Following]).
/// 4. When a walk *ends*, what it found is known, and what waited is taken.
public final class Watches {
    private final Handle watcher;
    private final WatchTree tree = new WatchTree(this);
    private final KernelEvents kernel = new KernelEvents(this, tree);
    private final Following following;
    private final Deque<FileEvent> events = new ArrayDeque<>();
    private final Deque<KernelEvents.Raw> waiting = new ArrayDeque<>();
    private @Nullable MultiOp<?> reader;
    private int walks;

    Watches(Handle watcher) {
        this.watcher = watcher;
        this.following = new Following(watcher, this);
    }

    // ---- events

    void readBy(MultiOp<?> operation) {
        reader = operation;
    }

    void readNoMoreBy(MultiOp<?> operation) {
        if (reader == operation) {
            reader = null;
        }
    }

    void accept(KernelEvents.Raw raw) {
        if (!waiting.isEmpty() || !take(raw)) {
            waiting.addLast(raw);
        }
    }

    /// @return false if it has to wait
    private boolean take(KernelEvents.Raw raw) {
        return kernel.take(raw) || walks == 0;
    }

    void drained() {
        tree.drained();
    }

    /// Tells what somebody wants to be told.
    void tell(WatchNode node, int mask, Path path, @Nullable Path from) {
        int told = mask & (node.mask() | Change.UNMOUNT);
        if (told != 0) {
            tell(new Change(told | (mask & Change.DIRECTORY), path, from));
        }
    }

    void tell(Change change) {
        events.addLast(Access.api().event(change));
    }

    boolean hasEvents() {
        return !events.isEmpty();
    }

    FileEvent nextEvent() {
        return events.removeFirst();
    }

    /// It was not told after all.
    void keep(FileEvent untold, boolean first) {
        if (first) {
            events.addFirst(untold);
        } else {
            events.addLast(untold);
        }
    }

    // ---- walks

    void walkBegins() {
        walks++;
    }

    /// What was found has been made known.
    void walkEnds() {
        walks--;
        while (!waiting.isEmpty() && take(waiting.peekFirst())) {
            waiting.removeFirst();
        }
        MultiOp<?> operation = reader;
        if (hasEvents() && operation != null) {
            watcher.driver.runAgain(operation);
        }
    }

    void begin(Claim claim, List<TreeWalk.Found> found) {
        tree.begin(claim, found);
    }

    void follow(WatchNode parent, Path path, boolean isNew) {
        following.add(new FollowTrees.Top(parent, path, isNew));
    }

    void follow(FollowTrees.Top top) {
        tree.follow(top);
    }

    // ---- ends

    /// @param numbers gets those of watches that nobody claims any more
    void end(Claim claim, List<Integer> numbers) {
        tree.end(claim, numbers);
    }

    void endLater(FileWatcher.Watch watch) {
        List<Integer> numbers = new ArrayList<>();
        tree.end((Claim) watch, numbers);
        remove(numbers);
    }

    void dropUnknown(List<TreeWalk.Found> found) {
        remove(found.stream().map(TreeWalk.Found::watch).filter(number -> !tree.knows(number)).distinct().toList());
    }

    /// Ends watches of the kernel's, elsewhere.
    void remove(List<Integer> numbers) {
        if (!numbers.isEmpty()) {
            following.start(new Unwatch(watcher, this, numbers), () -> {});
        }
    }
}
