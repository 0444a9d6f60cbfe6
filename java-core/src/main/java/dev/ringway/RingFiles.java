package dev.ringway;

import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.fs.Delete;
import dev.ringway.internal.op.fs.OpenWatcher;
import dev.ringway.internal.op.fs.Rename;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a ring can do with paths. Got from [Ring#files()]; may be used from any thread.
///
/// Paths are of the default file system and have 1 to 4095 bytes. A name is bytes, and those go to the system as they
/// are, also where they are no text: a [Path] that came from a directory's listing holds them, and one can be made by
/// `Path.of(URI.create("file:///%FF"))`. Failures are `java.nio.file`'s: [java.nio.file.NoSuchFileException],
/// [java.nio.file.FileAlreadyExistsException], [java.nio.file.AccessDeniedException],
/// [java.nio.file.DirectoryNotEmptyException], and [ErrnoException] for the rest. On a readiness backend the calls run
/// on the ring's offload executor, and one that runs cannot be cancelled; on io_uring the kernel's workers make them.
public final class RingFiles {
    private final Driver driver;

    RingFiles(Driver driver) {
        this.driver = driver;
    }

    /// Opens a file for reading. See `man 2 open`.
    public Operation<AsyncFile> open(Path path, Completion<? super AsyncFile> done) {
        return prepareOpen(path).start(done);
    }

    /// Opens a file. See `man 2 open`.
    ///
    /// @param options as for [#prepareOpen]
    public Operation<AsyncFile> open(
            Path path, Set<? extends OpenOption> options, Completion<? super AsyncFile> done) {
        return prepareOpen(path, options.toArray(OpenOption[]::new)).start(done);
    }

    /// The long form of [#open(Path, Completion)].
    ///
    /// @param path    of the default file system
    /// @param options [java.nio.file.StandardOpenOption]s other than `DELETE_ON_CLOSE` and `SPARSE`, and
    ///                `com.sun.nio.file.ExtendedOpenOption.DIRECT` (O_DIRECT), with which offsets, lengths and buffers
    ///                have to be aligned to the file's blocks, see [Ring#registeredBuffers]; without `WRITE` and
    ///                `APPEND` the file is opened for reading
    /// @throws IllegalArgumentException            for a combination that contradicts itself
    /// @throws UnsupportedOperationException       for an option that is not known
    /// @throws java.nio.file.InvalidPathException  for a path that has no native form
    public Open prepareOpen(Path path, OpenOption... options) {
        return new dev.ringway.internal.op.fs.Open(driver, path, options);
    }

    /// Opens a new file that has no name: it is gone when it is closed. It is read and written. See O_TMPFILE in `man 2
    /// open`.
    ///
    /// Fails with [ErrnoException] EOPNOTSUPP where the system (any but Linux) or the file system has no such files.
    ///
    /// @param directory on the file system that is to hold it
    public Operation<AsyncFile> openTemporary(Path directory, Completion<? super AsyncFile> done) {
        return prepareOpenTemporary(directory).start(done);
    }

    /// The long form of [#openTemporary(Path, Completion)].
    ///
    /// @param options `READ`, `WRITE`, `SYNC`, `DSYNC` and `DIRECT`, as for [#prepareOpen]
    /// @throws IllegalArgumentException            for an option that is about the name
    /// @throws UnsupportedOperationException       for an option that is not known
    /// @throws java.nio.file.InvalidPathException  for a path that has no native form
    public Open prepareOpenTemporary(Path directory, OpenOption... options) {
        return dev.ringway.internal.op.fs.Open.temporary(driver, directory, options);
    }

    /// Creates a directory, for its owner alone. See `man 2 mkdir`.
    public Operation<@Nullable Void> createDirectory(Path path, Completion<@Nullable Void> done) {
        return prepareCreateDirectory(path).start(done);
    }

    /// The long form of [#createDirectory(Path, Completion)].
    public CreateDirectory prepareCreateDirectory(Path path) {
        return new dev.ringway.internal.op.fs.CreateDirectory(driver, path);
    }

    /// Gives a file or a directory another name, also in another directory of its file system. A file, or an empty
    /// directory, that had this name is replaced, so that at every moment there is one. See `man 2 rename`.
    public Operation<@Nullable Void> rename(Path from, Path to, Completion<@Nullable Void> done) {
        return prepareRename(from, to).start(done);
    }

    /// The long form of [#rename(Path, Path, Completion)].
    public Operation<@Nullable Void> prepareRename(Path from, Path to) {
        return new Rename(driver, from, to);
    }

    /// Deletes the name of a file, of a symbolic link itself, not of a directory; the file goes with its last name,
    /// when nobody has it open any more. See `man 2 unlink`.
    public Operation<@Nullable Void> delete(Path path, Completion<@Nullable Void> done) {
        return prepareDelete(path).start(done);
    }

    /// The long form of [#delete(Path, Completion)].
    public Operation<@Nullable Void> prepareDelete(Path path) {
        return new Delete(driver, path, false);
    }

    /// Deletes an empty directory. See `man 2 rmdir`.
    public Operation<@Nullable Void> deleteDirectory(Path path, Completion<@Nullable Void> done) {
        return prepareDeleteDirectory(path).start(done);
    }

    /// The long form of [#deleteDirectory(Path, Completion)].
    public Operation<@Nullable Void> prepareDeleteDirectory(Path path) {
        return new Delete(driver, path, true);
    }

    /// Makes something that tells of changes to files and directories, and watches nothing yet. See `man 2
    /// inotify_init`.
    ///
    /// On Linux's own backends it fails with [ErrnoException] EMFILE if the user has too many of them (the sysctl
    /// fs.inotify.max_user_instances, often 128). With kqueue there is nothing to make, and it does not fail.
    public Operation<FileWatcher> watcher(Completion<? super FileWatcher> done) {
        return prepareWatcher().start(done);
    }

    /// The long form of [#watcher(Completion)].
    public Operation<FileWatcher> prepareWatcher() {
        return new OpenWatcher(driver);
    }

    /// A directory to be created. See `man 2 mkdir`.
    public interface CreateDirectory extends Operation<@Nullable Void> {
        /// Permissions of the directory, less the process's umask; by default `rwx------`.
        CreateDirectory permissions(Set<PosixFilePermission> permissions);

        @Override
        CreateDirectory timeout(Duration limit);
    }

    /// An open, before it starts. See `man 2 open`.
    public interface Open extends Operation<AsyncFile> {
        /// Permissions of a file that is created, less the process's umask; by default `rw-------`.
        Open permissions(Set<PosixFilePermission> permissions);

        /// Makes it known to the ring alone, as a direct descriptor; see [Ring#toDirectDescriptor].
        Open asDirectDescriptor();

        @Override
        Open timeout(Duration limit);
    }
}
