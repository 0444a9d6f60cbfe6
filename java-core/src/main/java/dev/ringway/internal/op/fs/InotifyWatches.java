package dev.ringway.internal.op.fs;

import dev.ringway.FileWatcher;
import dev.ringway.internal.op.Handle;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// A watcher whose kernel tells what has happened to which name: inotify(7). Confined to the polling thread.
///
/// 1. *Walks* add watches on an offload thread; the kernel may tell of one of them before its walk has come back and it
///    is known here.
/// 2. So an event of a watch that is *not known* waits, and those behind it, while a walk is under way. With none under
///    way it is of a watch that was ended, and is dropped.
/// 3. An event is *taken* in the order of the kernel ([KernelEvents]), which keeps the tree ([WatchTree]) as it was at
///    that point of the events, so that paths are right. What has come into a tree is *followed* ([Following]).
/// 4. When a walk *ends*, what it found is known, and what waited is taken.
final class InotifyWatches extends Watches {
    private final Handle watcher;
    private final WatchTree tree = new WatchTree(this);
    private final KernelEvents kernel = new KernelEvents(this, tree);
    private final Following following;
    private final Deque<KernelEvents.Raw> waiting = new ArrayDeque<>();
    private int walks;

    InotifyWatches(Handle watcher) {
        this.watcher = watcher;
        this.following = new Following(watcher, this);
    }

    // ---- events

    @Override
    public StartWatch start(Path path, Target target, FileWatcher.Interest... interests) {
        return new StartWatch(watcher, this, path, target, Interests.mask(interests));
    }

    @Override
    Unwatch unwatch(Claim claim) {
        return new Unwatch(watcher, this, claim);
    }

    @Override
    Handle watcher() {
        return watcher;
    }

    @Override
    boolean take(long address, int length, boolean all) {
        boolean taken = InotifyRead.parse(address, length, this::accept);
        if (taken && all) {
            tree.drained();
        }
        return taken;
    }

    private void accept(KernelEvents.Raw raw) {
        if (!waiting.isEmpty() || !take(raw)) {
            waiting.addLast(raw);
        }
    }

    /// @return false if it has to wait
    private boolean take(KernelEvents.Raw raw) {
        return kernel.take(raw) || walks == 0;
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
        runReader();
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

    @Override
    void end(Claim claim) {
        List<Integer> numbers = new ArrayList<>();
        tree.end(claim, numbers);
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
