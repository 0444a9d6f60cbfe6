package dev.ringway.internal.op;

/// Who holds an operation at this moment. See [Op] for the story.
///
/// Numbers and not an enum: a state is written some five times an operation, and a garbage collector's barrier belongs
/// to each write of a reference.
public final class State {
    /// Prepared, or reset: its creator.
    public static final int NEW = 0;
    /// Started from another thread: the inbox.
    public static final int POSTED = 1;
    /// Waits for its turn: the lane of its stream.
    public static final int QUEUED = 2;
    /// Begun, and about to run: the loop, until the part of its turn that submits.
    public static final int STARTED = 3;
    /// Out with the kernel: a slot of the ring.
    public static final int KERNEL = 4;
    /// Waits until its fd is ready: the readiness driver.
    public static final int PARKED = 5;
    /// Waits for a moment: the timers.
    public static final int TIMER = 6;
    /// Runs, or waits to run, on another thread: the offload executor.
    public static final int OFFLOAD = 7;
    /// Waits until somebody resumes or completes it: a pool, a consumer, a closing handle.
    public static final int IDLE = 8;
    /// Its result is known and will be delivered from the top of the loop: the ready queue.
    public static final int READY = 9;
    /// Over: its creator, again.
    public static final int DONE = 10;

    private static final String[] NAMES = {
        "NEW", "POSTED", "QUEUED", "STARTED", "KERNEL", "PARKED", "TIMER", "OFFLOAD", "IDLE", "READY", "DONE"
    };

    private State() {}

    static String name(int state) {
        return NAMES[state];
    }
}
