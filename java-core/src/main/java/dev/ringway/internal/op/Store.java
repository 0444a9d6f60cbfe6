package dev.ringway.internal.op;

/// Where the memory of a buffer goes back to.
@FunctionalInterface
public interface Store {
    /// Takes back what a buffer used; from any thread, once.
    ///
    /// @param address  where it begins
    /// @param capacity its size in bytes
    void free(long address, int capacity);
}
