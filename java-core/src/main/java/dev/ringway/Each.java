package dev.ringway;

/// Takes the items of an [Iteration], one call an item, on the polling thread.
///
/// What it throws goes to the ring's uncaught handler; the iteration goes on.
///
/// @param <T> the type of the items
@FunctionalInterface
public interface Each<T> {
    /// An item has come.
    ///
    /// @param item the next item; its receiver owns it and has to close or release it
    void next(T item);
}
