package dev.ringway.internal.op;

/// Where the memory of buffers comes from and goes back to; from any thread.
public interface Allocator extends Store {
    /// Address of a block of at least so many bytes, at least 1.
    ///
    /// @throws OutOfMemoryError if there is no memory
    long allocate(int bytes);
}
