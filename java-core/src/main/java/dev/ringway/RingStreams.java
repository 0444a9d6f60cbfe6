package dev.ringway;

import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Foreign;
import dev.ringway.internal.op.io.OpenPipe;
import dev.ringway.internal.op.io.PipeCall;
import java.io.IOException;
import java.time.Duration;

/// What a ring can do with pipes, terminals and the standard streams. Got from [Ring#streams()]; may be used from any
/// thread.
///
/// An fd that Ringway did not make is taken as it is: other processes may share the file, so that it is never made
/// non-blocking. A ring of io_uring waits for it in the kernel; a readiness backend asks the kernel with every call not
/// to wait where it can be asked (pipes, sockets), and calls from the offload executor where it cannot.
public final class RingStreams {
    private final Driver driver;

    RingStreams(Driver driver) {
        this.driver = driver;
    }

    /// Makes a pipe, both ends close-on-exec; fails with [ErrnoException] EMFILE or ENFILE if no fd is left. See `man 2
    /// pipe`.
    public Operation<PipeEnds> pipe(Completion<? super PipeEnds> done) {
        return preparePipe().start(done);
    }

    /// The long form of [#pipe(Completion)].
    public Pipe preparePipe() {
        return new OpenPipe(driver);
    }

    /// Makes a pipe at once, for setting up: waits for nothing. See `man 2 pipe`.
    ///
    /// @throws IOException if the process has no fd left
    public PipeEnds openPipe() throws IOException {
        return PipeCall.now(driver);
    }

    /// The process's standard input. Closing the handle leaves fd 0 open. Bytes that a second handle, or `System.in`,
    /// reads are not seen here.
    ///
    /// @throws IOException if the process has no standard input
    public AsyncSource stdin() throws IOException {
        return new AsyncSource(Foreign.source(driver, 0, "stdin", true));
    }

    /// The process's standard output. Closing the handle leaves fd 1 open. What `System.out` has buffered comes when it
    /// is flushed.
    ///
    /// @throws IOException if the process has no standard output
    public AsyncSink stdout() throws IOException {
        return new AsyncSink(Foreign.sink(driver, 1, "stdout", true));
    }

    /// The process's standard error. Closing the handle leaves fd 2 open.
    ///
    /// @throws IOException if the process has no standard error
    public AsyncSink stderr() throws IOException {
        return new AsyncSink(Foreign.sink(driver, 2, "stderr", true));
    }

    /// Takes over an fd to read from, such as an inherited pipe: from now on the handle closes it, and nobody else may.
    ///
    /// @param fd open for reading, not negative
    /// @throws IOException              if there is no such fd; then it has not been taken over
    /// @throws IllegalArgumentException if it is not open for reading
    public AsyncSource source(int fd) throws IOException {
        return new AsyncSource(Foreign.source(driver, fd, "fd " + fd, false));
    }

    /// Takes over an fd to write to, such as an inherited pipe: from now on the handle closes it, and nobody else may.
    ///
    /// @param fd open for writing, not negative
    /// @throws IOException              if there is no such fd; then it has not been taken over
    /// @throws IllegalArgumentException if it is not open for writing
    public AsyncSink sink(int fd) throws IOException {
        return new AsyncSink(Foreign.sink(driver, fd, "fd " + fd, false));
    }

    /// A pipe, before it is made. See `man 2 pipe`.
    public interface Pipe extends Operation<PipeEnds> {
        /// Keeps writes apart (O_DIRECT): a read gets what one write of at most 4096 bytes has written, or as much of
        /// it as it has room for; the rest of that is lost. Linux alone, else it fails with an [ErrnoException] that
        /// names EINVAL. Reads of a number of bytes, and iterations whose buffers are smaller, are not for such a pipe.
        Pipe packets();

        /// How many bytes it holds before writes wait, by default 65,536; the kernel rounds up to a power of two. More
        /// than the sysctl `fs.pipe-max-size` needs a privilege: it fails with an [ErrnoException] that names EPERM.
        /// Linux alone, else EINVAL.
        ///
        /// @param bytes at least 1
        Pipe size(int bytes);

        /// Makes both ends known to the ring alone, as direct descriptors; see [Ring#toDirectDescriptor]. For a moment
        /// they have fds.
        Pipe asDirectDescriptor();

        @Override
        Pipe timeout(Duration limit);
    }
}
