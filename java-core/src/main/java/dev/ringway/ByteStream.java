package dev.ringway;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Bytes in order, in both directions: an [AsyncSocket] of a stream, or what speaks over one. Who reads and writes
/// bytes is written against this, and need not know which. Not meant to be implemented outside Ringway.
///
/// All methods may be called from any thread. Operations of one direction run one at a time, in the order they were
/// started, and the directions do not wait for each other. At most [Ring.Builder#queueLimit] operations can wait for
/// their turn; one more throws [java.nio.channels.ReadPendingException] or
/// [java.nio.channels.WritePendingException].
public interface ByteStream extends AsyncCloseable {
    /// Receives up to [Buf#writable()] bytes, at least one, and appends them to `dst`; completes with -1 at the end of
    /// the stream. With no room it completes with 0 and takes nothing. Cancelled, it loses no byte: what has come is in
    /// `dst`, or the next receive's. See `man 2 recv`.
    default IntOperation receive(Buf dst, IntCompletion done) {
        return prepareReceive(dst).start(done);
    }

    /// The long form of [#receive(Buf, IntCompletion)].
    Transfer prepareReceive(Buf dst);

    /// Sends the whole content of `src` and consumes it; after a failure, or cancelled, the rest is what is left in
    /// `src`. It keeps its turn until the end, so that nothing is sent in between. See `man 2 send`.
    default IntOperation sendAll(Buf src, IntCompletion done) {
        return prepareSendAll(src).start(done);
    }

    /// The long form of [#sendAll(Buf, IntCompletion)].
    Transfer prepareSendAll(Buf src);

    /// Ends the output, behind everything that is being sent: the peer sees the end of the stream. See `man 2
    /// shutdown`.
    default Operation<@Nullable Void> shutdownOutput(Completion<@Nullable Void> done) {
        return prepareShutdownOutput().start(done);
    }

    /// The long form of [#shutdownOutput(Completion)].
    Operation<@Nullable Void> prepareShutdownOutput();

    /// Makes an empty buffer, as [Ring#buffer] does, of the ring that this belongs to.
    ///
    /// @param capacity in bytes, at least 1
    Buf buffer(int capacity);

    /// What comes, as a stream of the JDK for threads that may wait, virtual ones above all: they park.
    ///
    /// A read is one receive of at most 16384 bytes, and nothing is kept in between: `available` is always 0, other
    /// receives may come before and after, and [java.io.BufferedInputStream] makes reads of single bytes cheap. A skip
    /// is one receive too. At the end of the stream every read returns -1. Closing it closes this.
    ///
    /// On the polling thread a read throws [IllegalStateException], since it would wait for itself. An interrupt ends a
    /// read with [java.io.InterruptedIOException], the thread's interrupt status set; nothing is closed, and no byte is
    /// lost: if some had come the read returns them.
    default InputStream inputStream() {
        return inputStream(Duration.ZERO);
    }

    /// Like [#inputStream()]; a read that gets nothing fails after some time with [java.net.SocketTimeoutException],
    /// and the next one goes on.
    ///
    /// @param timeout positive, for each read; [Duration#ZERO] means no limit
    default InputStream inputStream(Duration timeout) {
        return new StreamInput(this, timeout);
    }

    /// What is sent, as a stream of the JDK for threads that may wait, virtual ones above all: they park.
    ///
    /// A write returns when everything has been sent, in parts of at most 65536 bytes, and nothing is kept:
    /// [java.io.BufferedOutputStream] makes writes of single bytes cheap. Between the parts other sends may come.
    /// Closing it closes this.
    ///
    /// On the polling thread a write throws [IllegalStateException], since it would wait for itself. An interrupt ends
    /// a write with [java.io.InterruptedIOException], which says how many bytes have been sent, the thread's interrupt
    /// status set; nothing is closed.
    default OutputStream outputStream() {
        return outputStream(Duration.ZERO);
    }

    /// Like [#outputStream()]; a write of which a part takes longer fails with [java.net.SocketTimeoutException], which
    /// says how many bytes have been sent.
    ///
    /// @param timeout positive, for each part; [Duration#ZERO] means no limit
    default OutputStream outputStream(Duration timeout) {
        return new StreamOutput(this, timeout);
    }

    /// A receive or a send, before it starts.
    interface Transfer extends IntOperation {
        @Override
        Transfer timeout(Duration limit);

        /// Makes the finished operation startable again.
        Transfer reset(Buf buf);
    }
}
