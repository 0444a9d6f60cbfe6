package dev.ringway.internal.op;

/// Who holds an operation at this moment. See [Op] for the story.
public enum State {
    /// Prepared, or reset: its creator.
    NEW,
    /// Started from another thread: the inbox.
    POSTED,
    /// Waits for its turn: the lane of its stream.
    QUEUED,
    /// Begun, and about to run: the loop, until the part of its turn that submits.
    STARTED,
    /// Out with the kernel: a slot of the ring.
    KERNEL,
    /// Waits until its fd is ready: the readiness driver.
    PARKED,
    /// Waits for a moment: the timers.
    TIMER,
    /// Runs, or waits to run, on another thread: the offload executor.
    OFFLOAD,
    /// Waits until somebody resumes or completes it: a pool, a consumer, a closing handle.
    IDLE,
    /// Its result is known and will be delivered from the top of the loop: the ready queue.
    READY,
    /// Over: its creator, again.
    DONE
}
