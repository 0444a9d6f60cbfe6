package dev.ringway;

import dev.ringway.internal.op.fs.Change;
import java.nio.file.Path;
import java.util.Optional;

/// What has happened to a file or a directory that is watched. Got from [FileWatcher#eventEach].
///
/// One event may say several things. Immutable; may be used from any thread. See `man 7 inotify`.
public final class FileEvent {
    private final Change change;

    FileEvent(Change change) {
        this.change = change;
    }

    /// What it is about: the watched path, as it was given, and below a watched directory the names that lead there, as
    /// they are at this point of the events: those of renamed directories are the new ones. If the watched file or
    /// directory itself is renamed, its path stays what it was. Empty for [#isOverflow()].
    public Path path() {
        return change.path();
    }

    /// Where it was before, if it was renamed within what is watched; only with [#fileMovedInto()].
    public Optional<Path> from() {
        return Optional.ofNullable(change.from());
    }

    /// Whether events were lost, because they came faster than they were taken. New directories are looked for again;
    /// whatever else the program knows of the watched files, it has to find out anew.
    public boolean isOverflow() {
        return change.has(Change.OVERFLOW);
    }

    /// Whether it is about a directory. Not known of the watched path itself.
    public boolean isDirectory() {
        return change.has(Change.DIRECTORY);
    }

    /// Whether something was read, or a directory listed.
    public boolean accessed() {
        return change.has(Change.ACCESS);
    }

    /// Whether the content has changed.
    public boolean modified() {
        return change.has(Change.MODIFY);
    }

    /// Whether permissions, times, owners or the number of names have changed.
    public boolean metadataChanged() {
        return change.has(Change.METADATA);
    }

    /// Whether somebody who could write has closed it.
    public boolean closedWrite() {
        return change.has(Change.CLOSE_WRITE);
    }

    /// Whether somebody who could only read has closed it.
    public boolean closedNoWrite() {
        return change.has(Change.CLOSE_NOWRITE);
    }

    /// Whether somebody has closed it.
    public boolean closed() {
        return change.has(Change.CLOSE_WRITE | Change.CLOSE_NOWRITE);
    }

    /// Whether somebody has opened it.
    public boolean opened() {
        return change.has(Change.OPEN);
    }

    /// Whether the watched file or directory itself was deleted.
    public boolean deleted() {
        return change.has(Change.DELETE_SELF);
    }

    /// Whether the watched file or directory itself was renamed.
    public boolean moved() {
        return change.has(Change.MOVE_SELF);
    }

    /// Whether the file system of what is watched was unmounted; no more events of it will come.
    public boolean unmounted() {
        return change.has(Change.UNMOUNT);
    }

    /// Whether something was moved out of a watched directory.
    public boolean fileMovedFrom() {
        return change.has(Change.MOVED_FROM);
    }

    /// Whether something was moved into a watched directory; [#from()] says from where if that is watched too.
    public boolean fileMovedInto() {
        return change.has(Change.MOVED_TO);
    }

    /// Whether something was moved out of, or into, a watched directory.
    public boolean fileMoved() {
        return change.has(Change.MOVED_FROM | Change.MOVED_TO);
    }

    /// Whether something was created in a watched directory.
    public boolean fileCreated() {
        return change.has(Change.CREATE);
    }

    /// Whether something was deleted from a watched directory.
    public boolean fileDeleted() {
        return change.has(Change.DELETE);
    }

    /// What has happened to what, for logs.
    @Override
    public String toString() {
        return change.toString();
    }
}
