package dev.ringway.internal.loop;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.op.Op;
import dev.ringway.internal.op.Task;
import java.util.concurrent.atomic.AtomicInteger;

/// One attempt of an operation on another thread: made there, brought back through the inbox.
///
/// It can be taken back until it begins. An executor that drops it without running it leaves its operation in flight.
final class OffloadedAttempt extends Task {
    private static final int WAITING = 0;
    private static final int RUNNING = 1;
    private static final int TAKEN_BACK = 2;

    private final AtomicInteger stage = new AtomicInteger(WAITING);
    private final EventLoop loop;
    private final Op op;
    private int result;

    OffloadedAttempt(EventLoop loop, Op op) {
        this.loop = loop;
        this.op = op;
    }

    /// The executor's thread.
    void make() {
        if (stage.compareAndSet(WAITING, RUNNING)) {
            result = EventLoop.attemptWith(op, loop.sys());
            if (!loop.postAlways(this)) {
                op.late(loop.sys(), result);
            }
        }
    }

    /// Owner.
    ///
    /// @return false if it has begun
    boolean takeBack() {
        return stage.compareAndSet(WAITING, TAKEN_BACK);
    }

    /// Back on the polling thread.
    @Override
    public void run() {
        op.offloaded = null;
        if (result == -Errno.EAGAIN && !op.ending()) {
            loop.retryLater(op); // somebody has made the fd non-blocking, and it cannot be watched
        } else {
            loop.completed(op, result, op.attemptFlags());
        }
    }
}
