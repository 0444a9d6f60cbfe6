package dev.ringway;

/// Told that an operation which was polled has finished, or has something new to say.
///
/// The primitive under callbacks, futures and coroutines. [#wake()] is called on the polling thread and must neither
/// block nor throw.
@FunctionalInterface
public interface Waker {
    /// Called at least once after the operation has finished.
    void wake();
}
