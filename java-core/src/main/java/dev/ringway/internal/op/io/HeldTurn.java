package dev.ringway.internal.op.io;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Cause;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.Op;
import dev.ringway.internal.op.State;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.Task;
import dev.ringway.internal.op.VoidOp;
import org.jspecify.annotations.Nullable;

/// The turn to write to an fd, held for an operation that works on another fd too.
///
/// 1. It waits for its turn like a write. When that comes it lets its operation go on, and rests.
/// 2. Asked to end, by a close of its fd above all, it asks its operation to end, and rests on: the fd stays open until
///    nobody uses it.
/// 3. It ends when its operation does.
final class HeldTurn extends VoidOp {
    private final Handle target;
    private final Op holder;
    private final boolean takesTurns;
    private boolean has;
    private volatile boolean released;

    /// @param takesTurns whether writes to the target take turns, as they do not at an offset
    HeldTurn(Handle target, Op holder, boolean takesTurns) {
        super(target.driver, target);
        this.target = target;
        this.holder = holder;
        this.takesTurns = takesTurns;
    }

    @Override
    public String call() {
        return holder.call();
    }

    @Override
    public boolean reads() {
        return false;
    }

    @Override
    public @Nullable Lane lane() {
        return takesTurns ? target.writes : null;
    }

    /// It asks nothing of the fd, so that it may be a direct descriptor.
    @Override
    public boolean isImmediate() {
        return true;
    }

    /// Whether it has come.
    boolean has() {
        return has;
    }

    @Override
    public int attempt(Sys sys) {
        has = true;
        resume();
        return PENDING;
    }

    /// Owner: its operation goes on, from the top of the loop, if it rests.
    void resume() {
        driver.later(new Task() {
            @Override
            public void run() {
                driver.resume(holder);
            }
        });
    }

    @Override
    protected Step step(int res) {
        if (released) {
            return super.step(Math.min(res, 0));
        }
        driver.cancel(holder, cause() == Cause.NONE ? Cause.CLOSE : cause());
        return Step.IDLE;
    }

    /// Its operation has ended, or is not started after all.
    void release() {
        released = true;
        driver.post(new Task() {
            @Override
            public void run() {
                if (state() == State.IDLE) {
                    driver.completeLater(HeldTurn.this, ending() ? -Errno.ECANCELED : 0, 0);
                } else {
                    driver.cancel(HeldTurn.this, Cause.CANCEL);
                }
            }
        });
    }
}
