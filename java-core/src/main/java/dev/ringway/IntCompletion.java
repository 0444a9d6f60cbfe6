package dev.ringway;

import org.jspecify.annotations.Nullable;

/// Takes the outcome of an [IntOperation].
///
/// Called exactly once, on the polling thread, from inside [Ring#poll] and never on the stack that started the
/// operation. What it throws goes to the ring's uncaught handler.
@FunctionalInterface
public interface IntCompletion {
    /// The operation has ended.
    ///
    /// @param count   bytes moved, also if the operation failed; the buffer has advanced by exactly that. -1 says that
    ///                a stream or file has ended before the first byte
    /// @param failure null, or a [java.io.IOException], or a [java.util.concurrent.CancellationException]
    void complete(int count, @Nullable Throwable failure);
}
