package dev.ringway;

import dev.ringway.internal.op.Driver;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Set;

/// What a ring can do with paths. Got from [Ring#files()]; may be used from any thread.
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

    /// An open, before it starts. See `man 2 open`.
    public interface Open extends Operation<AsyncFile> {
        /// Permissions of a file that is created, less the process's umask; by default `rw-------`.
        Open permissions(Set<PosixFilePermission> permissions);

        @Override
        Open timeout(Duration limit);
    }
}
