package dev.ringway.internal.op;

import dev.ringway.Completion;
import dev.ringway.IntCompletion;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A thread that waits for an operation; made for virtual threads, which park.
final class Joiner implements IntCompletion, Completion<@Nullable Object> {
    private final Op op;
    private final Thread thread = Thread.currentThread();
    private volatile boolean arrived;

    Joiner(Op op) {
        if (op.driver.onOwner()) {
            throw new IllegalStateException(op.call() + " on " + op.subject()
                    + ": join() on the polling thread would wait for itself; use a completion, or another thread");
        }
        this.op = op;
    }

    @Override
    public void complete(int count, @Nullable Throwable failure) {
        arrive();
    }

    @Override
    public void complete(@Nullable Object result, @Nullable Throwable failure) {
        arrive();
    }

    private void arrive() {
        arrived = true;
        LockSupport.unpark(thread);
    }

    /// Returns when the operation has finished, which an interrupt makes happen soon.
    void await() throws InterruptedIOException {
        boolean interrupted = false;
        while (!arrived) {
            LockSupport.park(this);
            if (!arrived && Thread.interrupted()) {
                interrupted = true;
                op.cancel();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
            if (op.cause() == Cause.CANCEL) {
                throw new InterruptedIOException(
                        op.call() + " on " + op.subject() + ": the waiting thread was interrupted");
            }
        }
    }
}
