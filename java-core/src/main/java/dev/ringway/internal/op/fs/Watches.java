package dev.ringway.internal.op.fs;

import dev.ringway.FileEvent;
import dev.ringway.FileWatcher;
import dev.ringway.Iteration;
import dev.ringway.Operation;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.MultiOp;
import dev.ringway.internal.op.Source;
import dev.ringway.internal.op.Task;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a watcher watches, and the events of it that have not been told: what is the same however the kernel tells of
/// changes. Confined to the polling thread, but for the making of operations.
public abstract class Watches {
    private final Deque<FileEvent> events = new ArrayDeque<>();
    private @Nullable MultiOp<?> reader;

    /// What a path may name.
    public enum Target {
        ANY, DIRECTORY, FILE
    }

    /// A watch, before it begins.
    public abstract FileWatcher.Start start(Path path, Target target, FileWatcher.Interest... interests);

    abstract Operation<@Nullable Void> unwatch(Claim claim);

    /// Ends a watch.
    abstract void end(Claim claim);

    abstract Handle watcher();

    /// Reads what the kernel has to tell.
    ///
    /// @return how many bytes there are to [#take], or -errno
    final int read(Sys sys, long address, int length) {
        Source source = watcher().source();
        return source == null ? sys.read(watcher().fd, address, length) : source.read(address, length);
    }

    /// Makes events of what was read.
    ///
    /// @param all whether the kernel had no more
    /// @return false if it makes no sense
    abstract boolean take(long address, int length, boolean all);

    /// Whether a read need not look at the kernel.
    boolean isReady() {
        return hasEvents();
    }

    /// The end of a watch.
    ///
    /// @throws IllegalArgumentException if it is of another watcher
    public final Operation<@Nullable Void> unwatch(FileWatcher.Watch watch) {
        if (!(Objects.requireNonNull(watch, "watch") instanceof Claim own) || own.owner != this) {
            throw new IllegalArgumentException("unwatch: " + watch + " is of another watcher");
        }
        return unwatch(own);
    }

    /// Any thread: nobody has got it.
    final void endLater(FileWatcher.Watch untaken) {
        watcher().driver.post(new Task() {
            @Override
            public void run() {
                end((Claim) untaken);
            }
        });
    }

    /// The events, as they come.
    public final Iteration<FileEvent> events() {
        return new EventEach(watcher(), this);
    }

    // ---- events that have not been told

    final void readBy(MultiOp<?> operation) {
        reader = operation;
    }

    final void readNoMoreBy(MultiOp<?> operation) {
        if (reader == operation) {
            reader = null;
        }
    }

    /// Who waits for events is told those that came by another way than its read.
    final void runReader() {
        MultiOp<?> operation = reader;
        if (isReady() && operation != null) {
            watcher().driver.runAgain(operation);
        }
    }

    /// Tells what somebody wants to be told.
    final void tell(WatchNode node, int mask, Path path, @Nullable Path from) {
        int told = mask & (node.mask() | Change.UNMOUNT);
        if (told != 0) {
            tell(new Change(told | (mask & Change.DIRECTORY), path, from));
        }
    }

    void tell(Change change) {
        events.addLast(Access.api().event(change));
    }

    final int eventCount() {
        return events.size();
    }

    final boolean hasEvents() {
        return !events.isEmpty();
    }

    final FileEvent nextEvent() {
        return events.removeFirst();
    }

    /// It was not told after all.
    final void keep(FileEvent untold, boolean first) {
        if (first) {
            events.addFirst(untold);
        } else {
            events.addLast(untold);
        }
    }
}
