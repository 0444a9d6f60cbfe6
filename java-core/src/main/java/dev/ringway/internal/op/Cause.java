package dev.ringway.internal.op;

/// Why an operation was told to end before its time; it decides which exception a cancelled operation reports.
public enum Cause {
    /// Nobody asked.
    NONE,
    /// The user called `cancel`.
    CANCEL,
    /// Its time limit passed.
    TIMEOUT,
    /// Its handle was closed under it.
    CLOSE,
    /// Its handle had been closed before it could start.
    CLOSED,
    /// Its ring was closed.
    TEARDOWN
}
