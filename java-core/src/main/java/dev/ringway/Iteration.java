package dev.ringway;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The handle of an operation that produces items until it is cancelled, fails, or its source ends.
///
/// All methods may be called from any thread. On the polling thread they take effect at once: after [#pause()] or
/// [#cancel()] from inside [Each#next] no further item is delivered. An item that is not delivered is not lost: a
/// socket is closed, bytes stay at their handle in order and are what the next receive gets.
///
/// @param <T> the type of the items
public interface Iteration<T> {
    /// Starts the iteration.
    ///
    /// @param each gets the items
    /// @param done told once that no item will follow: with no failure if the source has ended, else with a
    ///             [java.io.IOException] or a [java.util.concurrent.CancellationException]
    /// @return this
    /// @throws IllegalStateException                            if it was started already
    /// @throws java.nio.channels.ReadPendingException           if another iteration holds the handle's read side
    /// @throws java.util.concurrent.RejectedExecutionException  if the ring is closed or its inbox is full
    Iteration<T> start(Each<? super T> each, Completion<@Nullable Void> done);

    /// Stops the delivery of items; the kernel may go on collecting a bounded number of them.
    void pause();

    /// Delivers items again, those that were collected first.
    void resume();

    /// Ends the iteration; its completion then gets a [java.util.concurrent.CancellationException].
    void cancel();

    /// Gives back an item that could not be used: it will be the first one to be delivered again, if the iteration has
    /// ended by then, a socket is closed and bytes go to the next receive.
    ///
    /// @param item the item that [Each#next] got last
    void putBack(T item);

    /// Whether the iteration has ended.
    boolean isDone();

    /// A limit for the time from the start to the first item and between items, after which the iteration fails with
    /// [java.net.SocketTimeoutException] on sockets, else with [java.nio.channels.InterruptedByTimeoutException]; time
    /// spent paused does not count.
    ///
    /// @param limit positive; [Duration#ZERO] means no limit
    /// @return this
    /// @throws IllegalStateException    if the iteration has been started
    /// @throws IllegalArgumentException if the limit is negative
    Iteration<T> idleTimeout(Duration limit);
}
