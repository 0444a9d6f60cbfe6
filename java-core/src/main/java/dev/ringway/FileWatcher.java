package dev.ringway;

import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.fs.Watches;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// Tells of changes to files and directories: inotify, or kqueue. Got from [RingFiles#prepareWatcher].
///
/// What to watch is added and ended at any time, also while events are taken. The kernel collects the events until
/// [#eventEach] takes them; it keeps a bounded number (the sysctl fs.inotify.max_queued_events, often 16384), and says
/// so when it has lost some ([FileEvent#isOverflow()]).
///
/// A *recursive* watch of a directory is one of everything below it, symbolic links not followed. Directories that are
/// created there, or moved there, are watched too by the time their event has been told, and what they contain by then
/// is reported as created, so that nothing is missed; in a race something may be told twice. This goes on while events
/// are taken. Directories are listed for that, which shows as events if [Interest#OPEN], [Interest#ACCESS] or
/// [Interest#CLOSE_NOWRITE] are asked for, and those that may not be read are left out. A directory that leaves is not
/// watched any more.
///
/// Walks through trees run on the ring's offload executor, on every backend. Closing the watcher ends all of it.
///
/// Beginning a watch fails with [java.nio.file.NoSuchFileException], [java.nio.file.AccessDeniedException], or
/// [ErrnoException] ENOSPC if the user watches too much (the sysctl fs.inotify.max_user_watches).
///
/// With *kqueue* (EVFILT_VNODE in `man 2 kqueue`) the kernel says of a directory only that it has changed. It is listed
/// again then, and compared with what was in it. So this differs there:
///
/// - Whatever is watched has an fd: each directory, and with [Interest#MODIFY] or [Interest#METADATA] each file in it
///   too. Without one left, beginning a watch fails with EMFILE, and so does [#eventEach] when it cannot follow a tree.
/// - What is created and gone again before it was listed is not told. Events of one directory come in no certain order.
/// - A rename within what is watched is told as a pair. What has left it is told as deleted, what comes from elsewhere
///   as created.
/// - [Interest#OPEN], [Interest#ACCESS], [Interest#CLOSE], [Interest#CLOSE_WRITE] and [Interest#CLOSE_NOWRITE] are
///   refused with UnsupportedOperationException; [Interest#ALL] is the others.
/// - A symbolic link cannot be watched itself: ELOOP. Once a watched directory itself is renamed, what is in it is not
///   told any more.
/// - There is no fd to be polled: [#poll] fails with EOPNOTSUPP. Up to 16384 events wait to be taken.
public final class FileWatcher extends AsyncFd {
    private final Watches watches;

    FileWatcher(Handle handle, Watches watches) {
        super(handle);
        this.watches = watches;
    }

    @Override
    FileWatcher to(Handle other) {
        throw new UnsupportedOperationException("a watcher of files has one fd: " + this);
    }

    /// Begins to watch a file or a directory, not what is in its subdirectories. Watching the same again adds to what
    /// is told. See `man 2 inotify_add_watch`.
    ///
    /// @param interests at least one
    public Operation<Watch> watch(Path path, Set<Interest> interests, Completion<? super Watch> done) {
        return prepareWatch(path, interests.toArray(Interest[]::new)).start(done);
    }

    /// The long form of [#watch(Path, Set, Completion)].
    ///
    /// @throws IllegalArgumentException            without an interest
    /// @throws UnsupportedOperationException       for an interest that the backend does not tell
    /// @throws java.nio.file.InvalidPathException  for a path that has no native form
    public Start prepareWatch(Path path, Interest... interests) {
        return watches.start(path, Watches.Target.ANY, interests);
    }

    /// Begins to watch a directory; fails with [ErrnoException] ENOTDIR if it is none. See `man 2 inotify_add_watch`.
    ///
    /// @param interests at least one
    public Operation<Watch> watchDirectory(Path path, Set<Interest> interests, Completion<? super Watch> done) {
        return prepareWatchDirectory(path, interests.toArray(Interest[]::new)).start(done);
    }

    /// The long form of [#watchDirectory(Path, Set, Completion)].
    public Start prepareWatchDirectory(Path path, Interest... interests) {
        return watches.start(path, Watches.Target.DIRECTORY, interests);
    }

    /// Begins to watch a file; fails with [ErrnoException] EISDIR if it is a directory. See `man 2 inotify_add_watch`.
    ///
    /// @param interests at least one
    public Operation<Watch> watchFile(Path path, Set<Interest> interests, Completion<? super Watch> done) {
        return prepareWatchFile(path, interests.toArray(Interest[]::new)).start(done);
    }

    /// The long form of [#watchFile(Path, Set, Completion)].
    public Start prepareWatchFile(Path path, Interest... interests) {
        return watches.start(path, Watches.Target.FILE, interests);
    }

    /// Ends a watch, with everything below it that no other one is of; events of before that have not been taken yet
    /// are not told. Ending it again, or after its file has gone, has no effect. See `man 2 inotify_rm_watch`.
    public Operation<@Nullable Void> unwatch(Watch watch, Completion<@Nullable Void> done) {
        return prepareUnwatch(watch).start(done);
    }

    /// The long form of [#unwatch(Watch, Completion)].
    ///
    /// @throws IllegalArgumentException if it is of another watcher
    public Operation<@Nullable Void> prepareUnwatch(Watch watch) {
        return watches.unwatch(watch);
    }

    /// Takes the events, in order, until it is cancelled or fails; what it was not told of then is told first the next
    /// time. See `man 7 inotify`.
    ///
    /// @param done told once why no more will come
    public Iteration<FileEvent> eventEach(Each<? super FileEvent> each, Completion<@Nullable Void> done) {
        return prepareEventEach().start(each, done);
    }

    /// The long form of [#eventEach(Each, Completion)].
    public Iteration<FileEvent> prepareEventEach() {
        return watches.events();
    }

    /// The events as a publisher; it never completes. One subscriber at a time, signalled on the polling thread; what a
    /// subscriber throws cancels its subscription and goes to the ring's uncaught handler. See `man 7 inotify`.
    public Flow.Publisher<FileEvent> eventPublisher() {
        return new IterationPublisher<>(handle.driver, this::prepareEventEach);
    }

    /// What is watched.
    public interface Watch {
        /// The path, as it was given.
        Path path();

        /// Whether it is of everything below as well.
        boolean isRecursive();
    }

    /// A watch, before it begins. See `man 2 inotify_add_watch`.
    public interface Start extends Operation<Watch> {
        /// Watches everything below a directory too; has no effect on a file.
        Start recursive();

        @Override
        Start timeout(Duration limit);
    }

    /// What to be told of. The events of a watched directory are those of what is in it, and its own.
    public enum Interest {
        /// All that the backend tells.
        ALL,
        /// Something is read.
        ACCESS,
        /// Content changes.
        MODIFY,
        /// Permissions, times, owners or the number of names change.
        METADATA,
        /// Somebody who could write closes it.
        CLOSE_WRITE,
        /// Somebody who could only read closes it.
        CLOSE_NOWRITE,
        /// Somebody closes it.
        CLOSE,
        /// Somebody opens it.
        OPEN,
        /// Something is moved out of a directory.
        MOVE_FROM,
        /// Something is moved into a directory.
        MOVE_INTO,
        /// Something is moved out of or into a directory.
        MOVE,
        /// Something is created in a directory.
        CREATE,
        /// Something is deleted from a directory.
        DELETE,
        /// The watched file or directory itself is deleted.
        DELETE_SELF,
        /// The watched file or directory itself is moved.
        MOVE_SELF
    }
}
