package dev.ringway;

import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.io.Duplicate;
import dev.ringway.internal.op.io.SinkWrite;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;

/// Something that is written in order and has no position: the write end of a pipe, a FIFO, a terminal, standard
/// output.
///
/// Writes run one at a time in the order they were started; at most [Ring.Builder#queueLimit] can wait for their turn:
/// one more throws [java.nio.channels.WritePendingException]. Writing to a pipe that nobody can read any more fails
/// with an [java.io.IOException] that names EPIPE; the process stays alive, since the JVM ignores SIGPIPE.
///
/// On a readiness backend a write to a terminal or a device that Ringway did not make runs on the ring's offload
/// executor, and one that runs there cannot be cancelled.
public final class AsyncSink extends AsyncFd {
    AsyncSink(Handle handle) {
        super(handle);
    }

    @Override
    AsyncSink to(Handle other) {
        return new AsyncSink(other);
    }

    /// Writes some of the content of `src`, as much as there is room for, and consumes it. See `man 2 write`.
    public IntOperation write(Buf src, IntCompletion done) {
        return prepareWrite(src).start(done);
    }

    /// The long form of [#write(Buf, IntCompletion)].
    public Write prepareWrite(Buf src) {
        return new SinkWrite(handle, src, false);
    }

    /// Writes the whole content of `src` and consumes it; after a failure the rest is what is left in `src`. See `man 2
    /// write`.
    public IntOperation writeAll(Buf src, IntCompletion done) {
        return prepareWriteAll(src).start(done);
    }

    /// The long form of [#writeAll(Buf, IntCompletion)].
    public Write prepareWriteAll(Buf src) {
        return new SinkWrite(handle, src, true);
    }

    /// Writes some of the content of several buffers, that of the first of them first, as much as there is room for,
    /// and consumes it. See `man 2 writev`.
    ///
    /// @param srcs 1 to 1024, none of them twice; the array is copied
    public IntOperation write(Buf[] srcs, IntCompletion done) {
        return prepareWrite(srcs).start(done);
    }

    /// The long form of [#write(Buf\[\], IntCompletion)].
    public Write prepareWrite(Buf[] srcs) {
        return new SinkWrite(handle, srcs, false);
    }

    /// Writes the whole content of several buffers, that of the first of them first, and consumes it; after a failure
    /// the rest is what is left in them. See `man 2 writev`.
    ///
    /// @param srcs 1 to 1024, none of them twice; the array is copied
    public IntOperation writeAll(Buf[] srcs, IntCompletion done) {
        return prepareWriteAll(srcs).start(done);
    }

    /// The long form of [#writeAll(Buf\[\], IntCompletion)].
    public Write prepareWriteAll(Buf[] srcs) {
        return new SinkWrite(handle, srcs, true);
    }

    /// The sink as a channel for threads that may wait, virtual ones above all; also behind
    /// [java.nio.channels.Channels#newOutputStream] and its kin.
    ///
    /// A write moves everything. One thread at a time writes; on the polling thread, which must never wait, it throws
    /// [IllegalStateException]. Closing the channel closes the sink, and so does an interrupt of a thread that writes,
    /// which then gets [java.nio.channels.ClosedByInterruptException]. See `man 2 write`.
    public WritableByteChannel channel() {
        return new BlockingChannel(this, null, this::prepareWriteAll, false);
    }

    /// Makes another fd for the same sink, close-on-exec. Each duplicate has turns of its own, and between operations
    /// on different ones no order is promised; the reader sees the end when the last is closed. See `man 2 dup`.
    public Operation<AsyncSink> duplicate(Completion<? super AsyncSink> done) {
        return prepareDuplicate().start(done);
    }

    /// The long form of [#duplicate(Completion)].
    public Operation<AsyncSink> prepareDuplicate() {
        return new Duplicate<>(handle, this::to);
    }

    /// A write, before it starts. See `man 2 write`.
    public interface Write extends IntOperation {
        /// Gives no more than so many bytes of the content, and consumes no more: the rest stays in the buffer.
        ///
        /// @param bytes not negative
        Write atMost(int bytes);

        @Override
        Write timeout(Duration limit);

        /// Makes the finished operation startable again.
        Write reset(Buf src);

        /// Makes the finished operation startable again.
        Write reset(Buf[] srcs);
    }
}
