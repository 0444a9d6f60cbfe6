package dev.ringway;

import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.io.Close;
import dev.ringway.internal.op.io.PollEach;
import java.lang.ref.Reference;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// An open file descriptor: what every kind of it can do.
///
/// All methods may be called from any thread. Operations on a closed handle complete with
/// [java.nio.channels.ClosedChannelException].
///
/// One that is dropped without being closed is a leak: when the garbage collector finds it, and no operation on it is
/// in flight or could be started any more, it is logged as a warning, with the place where it was made if
/// [Ring.Builder#trackCreation] is on, and closed.
public abstract sealed class AsyncFd implements AsyncCloseable
        permits AsyncFile, AsyncListener, AsyncSignals, AsyncSink, AsyncSocket, AsyncSource, FileWatcher {
    final Handle handle;

    @SuppressWarnings("this-escape") // nobody follows the weak reference before there is an operation
    AsyncFd(Handle handle) {
        this.handle = handle;
        Reach.watch(this, handle);
    }

    /// Closes the fd: operations in flight on this handle end with [java.nio.channels.AsynchronousCloseException], and
    /// when the last of them has ended close(2) is called. Closing again has no effect.
    ///
    /// A socket is shut down at once: its peer hears of it, a listening port refuses. With
    /// [java.net.StandardSocketOptions#SO_LINGER] of 0 seconds close(2) resets the connection instead. On the polling
    /// thread, and before anybody polls, this never waits; elsewhere it waits at most the ring's close deadline.
    @Override
    public final void close() {
        try {
            handle.close();
        } finally {
            Reference.reachabilityFence(this); // it was not dropped
        }
    }

    /// Closes the fd, as [#close()] does, and tells when close(2) has been called and what it said. Cannot be
    /// cancelled.
    ///
    /// See `man 2 close`.
    @Override
    public final Operation<@Nullable Void> close(Completion<@Nullable Void> done) {
        return prepareClose().start(done);
    }

    /// The long form of [#close(Completion)].
    @Override
    public final Operation<@Nullable Void> prepareClose() {
        return new Close(handle);
    }

    /// Waits until the fd is ready; a file always is. Takes nothing from it, and holds no turn: what is ready may be
    /// taken by somebody else before it is used. See `man 2 poll`.
    public final Operation<@Nullable Void> poll(Readiness wanted, Completion<@Nullable Void> done) {
        return preparePoll(wanted).start(done);
    }

    /// The long form of [#poll(Readiness, Completion)].
    public final Poll preparePoll(Readiness wanted) {
        return new dev.ringway.internal.op.io.Poll(handle, wanted);
    }

    /// Tells each time when the fd becomes ready, until it is cancelled or fails: once at first if it is ready already,
    /// then whenever something more has come or there is room again. Who leaves something behind is not told of it
    /// again. See `man 2 poll`.
    ///
    /// @param done told once why no more will come
    /// @throws UnsupportedOperationException for a file, which never changes: it is always ready
    public final Iteration<Readiness> pollEach(
            Readiness wanted, Each<? super Readiness> each, Completion<@Nullable Void> done) {
        return preparePollEach(wanted).start(each, done);
    }

    /// The long form of [#pollEach(Readiness, Each, Completion)].
    public final Iteration<Readiness> preparePollEach(Readiness wanted) {
        if (this instanceof AsyncFile) {
            throw new UnsupportedOperationException(
                    "poll of " + this + ": a file is always ready, so that no change can be waited for; use it");
        }
        return new PollEach(handle, wanted);
    }

    /// Moves some bytes from this fd to another one, without their being copied through the JVM: up to `length`, at
    /// least 1; completes with -1 when everything has been taken and no more will come. One of the two has to be an end
    /// of a pipe: from a socket to a socket it goes by a pipe in between. See `man 2 splice`.
    ///
    /// It takes its turn with the reads of this fd, and with the writes of the other one; closing either ends it. Where
    /// there is no such call (kqueue) the bytes go through a buffer; cancelled, or after an error, those that were
    /// taken and could not be given are the next read's.
    ///
    /// @param target of the same ring
    /// @param length in bytes, not negative
    public final IntOperation spliceTo(AsyncFd target, int length, IntCompletion done) {
        return prepareSpliceTo(target, length).start(done);
    }

    /// The long form of [#spliceTo(AsyncFd, int, IntCompletion)].
    ///
    /// @throws IllegalArgumentException if none of the two is an end of a pipe, they are of different rings, this one
    ///                                  cannot be read, or the other not be written
    public final Splice prepareSpliceTo(AsyncFd target, int length) {
        return new dev.ringway.internal.op.io.Splice(handle, target.handle, length);
    }

    /// Moves some bytes from another fd to this one: [#spliceTo], seen from the other side. See `man 2 splice`.
    ///
    /// @param source of the same ring
    /// @param length in bytes, not negative
    public final IntOperation spliceFrom(AsyncFd source, int length, IntCompletion done) {
        return prepareSpliceFrom(source, length).start(done);
    }

    /// The long form of [#spliceFrom(AsyncFd, int, IntCompletion)].
    public final Splice prepareSpliceFrom(AsyncFd source, int length) {
        return source.prepareSpliceTo(this, length);
    }

    /// The same door to another handle.
    abstract AsyncFd to(Handle other);

    /// Makes an empty buffer, as [Ring#buffer] does, of the ring that this belongs to.
    ///
    /// @param capacity in bytes, at least 1
    public final Buf buffer(int capacity) {
        return Buf.allocate(handle.driver.memory(), capacity);
    }

    /// Whether it has not been closed.
    @Override
    public final boolean isOpen() {
        return !handle.isClosed();
    }

    /// What it is and what it is connected to, for logs.
    @Override
    public final String toString() {
        return handle.toString();
    }

    /// A move of bytes from one fd to another, before it starts. See `man 2 splice`.
    public interface Splice extends IntOperation {
        /// Takes from this offset of a file, and leaves its position alone.
        ///
        /// @param offset in bytes from the start of the file, not negative
        /// @throws IllegalArgumentException if what is taken from is no file
        Splice from(long offset);

        /// Gives to this offset of a file, and leaves its position alone.
        ///
        /// @param offset in bytes from the start of the file, not negative
        /// @throws IllegalArgumentException if what is given to is no file
        Splice at(long offset);

        /// Asks the kernel to move pages rather than copy them, which is a hint: SPLICE_F_MOVE.
        Splice move();

        /// Says that more follows soon, so that a socket may wait for it: SPLICE_F_MORE.
        Splice more();

        @Override
        Splice timeout(Duration limit);
    }

    /// A look whether an fd is ready, before it starts. See `man 2 poll`.
    public interface Poll extends Operation<@Nullable Void> {
        @Override
        Poll timeout(Duration limit);

        /// Makes the finished operation startable again.
        Poll reset(Readiness wanted);
    }
}
