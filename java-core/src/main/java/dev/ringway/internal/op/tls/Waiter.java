package dev.ringway.internal.op.tls;

import dev.ringway.internal.op.Op;
import dev.ringway.internal.op.State;
import org.jspecify.annotations.Nullable;

/// An operation that waits for its connection, seen from there: it is told once how it ends.
///
/// If that is found out where the operation is only just attempted, it sees so itself; else it rests, and is completed
/// from the top of the loop.
final class Waiter {
    private final Op op;
    private boolean told;
    private @Nullable Throwable failure;

    Waiter(Op op) {
        this.op = op;
    }

    /// Whether it still wants something; not if it has been asked to end.
    boolean waits() {
        return !told && !op.ending();
    }

    boolean isTold() {
        return told;
    }

    void succeed() {
        tell(null);
    }

    void fail(Throwable why) {
        tell(TlsFailures.of(op.call(), op.subject(), why));
    }

    private void tell(@Nullable Throwable why) {
        if (!told) {
            told = true;
            failure = why;
            if (op.state() == State.IDLE) {
                op.driver.completeLater(op, 0, 0);
            }
        }
    }

    /// Why it has failed, if it has, for a reason that is no error number.
    @Nullable Throwable failure() {
        return failure;
    }

    void renew() {
        told = false;
        failure = null;
    }
}
