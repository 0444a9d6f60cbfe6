package dev.ringway;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.CompletionHandler;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// An operation that produces one value. Not meant to be implemented outside Ringway. What all operations have in
/// common (failures, threads, cancelling) is told at [dev.ringway].
///
/// It is lazy: nothing happens before [#start], [#poll], [#future] or [#join], each of which starts it, and only one of
/// which may be used. One thread at a time may use the handle, but [#cancel()] and [#isDone()] may be called from any
/// thread.
///
/// One that has a `reset` can be started again when it has ended, with the options that it was given before; on one in
/// flight that throws [IllegalStateException].
///
/// @param <T> what the operation produces
public interface Operation<T extends @Nullable Object> {
    /// Starts the operation; `done` gets the outcome on the polling thread.
    ///
    /// @return this, as a handle to cancel it
    /// @throws IllegalStateException                            if it was started already
    /// @throws java.util.concurrent.RejectedExecutionException  if the ring is closed or its inbox is full
    Operation<T> start(Completion<? super T> done);

    /// Starts the operation; the handler gets the outcome on the polling thread, a failure of any kind, also a
    /// [java.util.concurrent.CancellationException], through `failed`: for code that comes from
    /// [java.nio.channels.AsynchronousSocketChannel] and its kin.
    ///
    /// @param attachment passed on to the handler; may be null
    /// @return this, as a handle to cancel it
    /// @throws IllegalStateException                            if it was started already
    /// @throws java.util.concurrent.RejectedExecutionException  if the ring is closed or its inbox is full
    @SuppressWarnings("NullAway") // without a failure the value is a T
    default <A extends @Nullable Object> Operation<T> start(
            A attachment, CompletionHandler<? super T, ? super A> handler) {
        Objects.requireNonNull(handler, "handler");
        return start((value, failure) -> {
            if (failure == null) {
                handler.completed(value, attachment);
            } else {
                handler.failed(failure, attachment);
            }
        });
    }

    /// Starts the operation on first use, remembers the waker for when it finishes, and says whether it has.
    ///
    /// @param waker woken when the operation has finished; the latest one given counts
    /// @return true if the operation has finished, so that [#result()] may be called
    boolean poll(Waker waker);

    /// The value of a finished operation that was polled.
    ///
    /// @throws IOException           why it failed
    /// @throws IllegalStateException if it has not finished
    T result() throws IOException;

    /// Asks the operation to end early; its completion tells what really happened: the value if the kernel won, a
    /// [java.util.concurrent.CancellationException] if not. Has no effect on a finished operation.
    void cancel();

    /// Gives back a value that nobody can use, for bridges to code that may have gone when it arrives: a file or socket
    /// is closed, a watch is ended, bytes of a stream and a signal are what the next receive gets. A receive that has
    /// been waiting for its turn since before may have got what came later. A message is lost. Elsewhere than on the
    /// polling thread closing may wait, for at most the ring's close deadline.
    ///
    /// @param value the value that this operation has produced; it must not be used any more. At the end of a stream,
    ///              null has no effect
    /// @throws IllegalArgumentException if it is another value, or was put back before
    void putBack(T value);

    /// Whether the operation has finished.
    boolean isDone();

    /// Limits the time from start to end; after it the operation is cancelled and fails with
    /// [java.net.SocketTimeoutException] on sockets, else with [java.nio.channels.InterruptedByTimeoutException],
    /// unless the kernel has won the race.
    ///
    /// @param limit positive; [Duration#ZERO] means no limit
    /// @return this
    /// @throws IllegalStateException    if it was started already
    /// @throws IllegalArgumentException if the limit is negative
    Operation<T> timeout(Duration limit);

    /// Starts the operation and gives its outcome as a future; cancelling the future cancels the operation, and a value
    /// that arrives nevertheless is [put back][#putBack].
    CompletableFuture<T> future();

    /// Starts the operation and waits for it: made for virtual threads, which park.
    ///
    /// An interrupt cancels the operation; a value that arrives nevertheless is [put back][#putBack].
    ///
    /// @throws IOException            why it failed
    /// @throws InterruptedIOException if the thread was interrupted; its interrupt status stays set
    /// @throws IllegalStateException  on the polling thread, which must never wait
    T join() throws IOException;

    /// Why the finished operation failed, or null if it did not.
    ///
    /// @throws IllegalStateException if it has not finished
    @Nullable Throwable failure();

    /// What the operation works on and how far it is, for logs.
    @Override
    String toString();
}
