package dev.ringway;

import org.jspecify.annotations.Nullable;

/// What is open until it is closed, and whose closing may take a while. Not meant to be implemented outside Ringway.
public interface AsyncCloseable extends AutoCloseable {
    /// Closes it: operations in flight on it end with [java.nio.channels.AsynchronousCloseException]. Closing again has
    /// no effect. On the polling thread, and before anybody polls, this never waits; elsewhere it waits at most the
    /// ring's close deadline.
    @Override
    void close();

    /// Closes it, as [#close()] does, and tells when that is over; fails with the [java.io.IOException] that close(2)
    /// reported, and is closed in any case. Cannot be cancelled. See `man 2 close`.
    default Operation<@Nullable Void> close(Completion<@Nullable Void> done) {
        return prepareClose().start(done);
    }

    /// The long form of [#close(Completion)].
    Operation<@Nullable Void> prepareClose();

    /// Whether it has not been closed.
    boolean isOpen();
}
