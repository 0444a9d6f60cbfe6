package dev.ringway;

import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.io.Duplicate;
import dev.ringway.internal.op.io.SourceRead;
import dev.ringway.internal.op.io.SourceReadEach;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// Something that is read in order and has no position: the read end of a pipe, a FIFO, a terminal, standard input.
///
/// Reads run one at a time in the order they were started; at most [Ring.Builder#queueLimit] can wait for their turn,
/// and none while an iteration reads: one more throws [java.nio.channels.ReadPendingException]. Bytes that were read
/// and that nobody got, because their reader was cancelled, come first in the next read.
///
/// On a readiness backend a read from a terminal or a device that Ringway did not make runs on the ring's offload
/// executor, and one that runs there cannot be cancelled.
public final class AsyncSource extends AsyncFd {
    AsyncSource(Handle handle) {
        super(handle);
    }

    @Override
    AsyncSource to(Handle other) {
        return new AsyncSource(other);
    }

    /// Reads what there is, up to [Buf#writable()] bytes, and appends it to `dst`; completes with -1 when everything
    /// has been read and nobody can write any more. See `man 2 read`.
    public IntOperation read(Buf dst, IntCompletion done) {
        return prepareRead(dst).start(done);
    }

    /// The long form of [#read(Buf, IntCompletion)].
    public Read prepareRead(Buf dst) {
        return new SourceRead(handle, dst);
    }

    /// Reads exactly `n` bytes; fails with [java.io.EOFException] if the end comes before, and then says how many have
    /// come. See `man 2 read`.
    ///
    /// @param n 0 to [Buf#writable()]
    public IntOperation readN(Buf dst, int n, IntCompletion done) {
        return prepareReadN(dst, n).start(done);
    }

    /// The long form of [#readN(Buf, int, IntCompletion)].
    public ReadN prepareReadN(Buf dst, int n) {
        return new SourceRead(handle, dst, n);
    }

    /// Reads what there is into several buffers, the first of them first, and appends to them; completes with -1 when
    /// everything has been read and nobody can write any more. See `man 2 readv`.
    ///
    /// @param dsts 1 to 1024, none of them twice; the array is copied
    public IntOperation read(Buf[] dsts, IntCompletion done) {
        return prepareRead(dsts).start(done);
    }

    /// The long form of [#read(Buf\[\], IntCompletion)].
    public Read prepareRead(Buf[] dsts) {
        return new SourceRead(handle, dsts);
    }

    /// Reads exactly `n` bytes into several buffers, the first of them first; otherwise like
    /// [#readN(Buf, int, IntCompletion)]. See `man 2 readv`.
    ///
    /// @param dsts 1 to 1024, none of them twice; the array is copied
    /// @param n 0 to what the buffers can take together
    public IntOperation readN(Buf[] dsts, int n, IntCompletion done) {
        return prepareReadN(dsts, n).start(done);
    }

    /// The long form of [#readN(Buf\[\], int, IntCompletion)].
    public ReadN prepareReadN(Buf[] dsts, int n) {
        return new SourceRead(handle, dsts, n);
    }

    /// Reads until the end, into buffers of a pool. While the pool is empty nothing is read; it goes on when a buffer
    /// comes back. See `man 2 read`.
    ///
    /// @param pool of the same ring
    /// @param each gets the filled buffers, which are its to release
    /// @param done told once why no more will come: null at the end
    public Iteration<Buf> readEach(BufPool pool, Each<? super Buf> each, Completion<@Nullable Void> done) {
        return prepareReadEach(pool).start(each, done);
    }

    /// The long form of [#readEach(BufPool, Each, Completion)].
    public Iteration<Buf> prepareReadEach(BufPool pool) {
        return new SourceReadEach(handle, pool.memory());
    }

    /// What is read as a publisher of buffers, which are the subscriber's to release; it completes at the end.
    ///
    /// One subscriber at a time, signalled on the polling thread; what a subscriber throws cancels its subscription and
    /// goes to the ring's uncaught handler. See `man 2 read`.
    public Flow.Publisher<Buf> readPublisher(BufPool pool) {
        return new IterationPublisher<>(handle.driver, () -> prepareReadEach(pool));
    }

    /// The source as a channel for threads that may wait, virtual ones above all; also behind
    /// [java.nio.channels.Channels#newInputStream] and its kin.
    ///
    /// A read moves what there is, at most 8192 bytes. One thread at a time reads; on the polling thread, which must
    /// never wait, it throws [IllegalStateException]. Closing the channel closes the source, and so does an interrupt
    /// of a thread that reads, which then gets [java.nio.channels.ClosedByInterruptException]. See `man 2 read`.
    public ReadableByteChannel channel() {
        return new BlockingChannel(this, this::prepareRead, null, false);
    }

    /// Makes another fd for the same source, close-on-exec. Duplicates share what was read and not delivered; each has
    /// turns of its own, and between operations on different ones no order is promised. See `man 2 dup`.
    public Operation<AsyncSource> duplicate(Completion<? super AsyncSource> done) {
        return prepareDuplicate().start(done);
    }

    /// The long form of [#duplicate(Completion)].
    public Operation<AsyncSource> prepareDuplicate() {
        return new Duplicate<>(handle, this::to);
    }

    /// A read, before it starts. See `man 2 read`.
    public interface Read extends IntOperation {
        /// Takes no more than so many bytes, however much room there is: the rest stays where it is.
        ///
        /// @param bytes not negative
        Read atMost(int bytes);

        @Override
        Read timeout(Duration limit);

        /// Makes the finished operation startable again.
        Read reset(Buf dst);

        /// Makes the finished operation startable again.
        Read reset(Buf[] dsts);
    }

    /// A read of a number of bytes, before it starts. See `man 2 read`.
    public interface ReadN extends IntOperation {
        @Override
        ReadN timeout(Duration limit);

        /// Makes the finished operation startable again.
        ///
        /// @param n 0 to [Buf#writable()]
        ReadN reset(Buf dst, int n);

        /// Makes the finished operation startable again.
        ///
        /// @param n 0 to what the buffers can take together
        ReadN reset(Buf[] dsts, int n);
    }
}
