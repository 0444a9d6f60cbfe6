package dev.ringway.internal.op;

/// What follows a round of an operation.
public enum Step {
    /// The operation has its outcome.
    DONE,
    /// Prepare and submit it once more.
    AGAIN,
    /// Submit it once more after [Op#delayNanos()].
    LATER,
    /// An iteration goes on: the kernel will post more by itself.
    MORE,
    /// An iteration that watches waits for the next event of its fd.
    EVENT,
    /// An iteration waits until somebody resumes it: for demand, or for a buffer.
    IDLE,
    /// The outcome is known, and the kernel still reads the memory: neither the next one's turn nor close(2) waits for
    /// that, and the user is told afterwards.
    OWED,
    /// The memory of an operation that had come to [#OWED] is free.
    RETURNED
}
