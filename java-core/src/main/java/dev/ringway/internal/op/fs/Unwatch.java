package dev.ringway.internal.op.fs;

import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.VoidOp;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// inotify_rm_watch(2), for everything that a watch was of and no other is.
final class Unwatch extends VoidOp {
    private final Handle watcher;
    private final InotifyWatches watches;
    private final @Nullable Claim claim;
    private final List<Integer> numbers;

    Unwatch(Handle watcher, InotifyWatches watches, Claim claim) {
        super(watcher.driver, watcher);
        this.watcher = watcher;
        this.watches = watches;
        this.claim = claim;
        this.numbers = new ArrayList<>();
    }

    /// Ends watches that are not known any more.
    Unwatch(Handle watcher, InotifyWatches watches, List<Integer> numbers) {
        super(watcher.driver, watcher);
        this.watcher = watcher;
        this.watches = watches;
        this.claim = null;
        this.numbers = numbers;
    }

    @Override
    public String call() {
        return "inotify_rm_watch";
    }

    /// In turns with others that change what is watched, unless nobody asked for it.
    @Override
    public @Nullable Lane lane() {
        return claim == null ? null : watcher.writes;
    }

    @Override
    public Interest interest() {
        return Interest.OFFLOAD;
    }

    @Override
    public int beforeOffload() {
        if (claim != null) {
            watches.end(claim, numbers);
        }
        return 0;
    }

    /// What has gone by itself meanwhile is no failure.
    @Override
    public int attempt(Sys sys) {
        for (int number : numbers) {
            sys.inotifyRmWatch(fd(), number);
        }
        return 0;
    }
}
