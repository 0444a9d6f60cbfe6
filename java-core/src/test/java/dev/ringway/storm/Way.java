package dev.ringway.storm;

/// How an operation is made to end.
enum Way {
    /// `cancel()` on the polling thread.
    OWNER,
    /// `cancel()` on another thread.
    OTHER,
    /// Its time limit.
    TIMEOUT,
    /// The close of its handle, on the polling thread or on another one.
    CLOSE
}
