package dev.ringway;

/// What an fd can become ready for. See `man 2 poll`.
public enum Readiness {
    /// Reading would not wait: there is something to read, an end, or an error. POLLIN.
    READABLE,
    /// Writing would not wait: there is room, or an error. POLLOUT.
    WRITABLE
}
