package dev.ringway;

import org.jspecify.annotations.Nullable;

/// Takes the outcome of an [Operation].
///
/// Called exactly once, on the polling thread, from inside [Ring#poll] and never on the stack that started the
/// operation. What it throws goes to the ring's uncaught handler.
///
/// @param <T> what the operation produces
@FunctionalInterface
public interface Completion<T extends @Nullable Object> {
    /// The operation has ended.
    ///
    /// @param result  the value, or null if the operation failed
    /// @param failure null, or a [java.io.IOException], or a [java.util.concurrent.CancellationException]
    void complete(@Nullable T result, @Nullable Throwable failure);
}
