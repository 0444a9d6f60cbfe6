package dev.ringway.internal.op;

/// What an operation does when it is attempted by plain system calls.
public enum Interest {
    /// Direct: the call never waits.
    NOW,
    /// Evented: -EAGAIN waits until the fd can be read.
    READABLE,
    /// Evented: -EAGAIN waits until the fd can be written.
    WRITABLE,
    /// May block, so it runs on the offload executor.
    OFFLOAD,
    /// -EAGAIN waits for a time that the operation names.
    LATER
}
