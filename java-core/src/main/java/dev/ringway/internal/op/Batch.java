package dev.ringway.internal.op;

import dev.ringway.IntCompletion;
import dev.ringway.IntOperation;
import dev.ringway.Ring;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Several operations that begin together, and end when the last of them has ended.
///
/// They are started all or none. On their way to the polling thread they are one task; there they begin one after the
/// other, and from then on each lives its own life. In between this one is idle: it counts their ends, and hands its
/// own end on to them: a cancel, a timeout, the ring's. It has no result of its own making.
public final class Batch extends IntOp implements Ring.Batch {
    private final IntOp[] members;
    private final IntCompletion each = this::ended;
    private boolean begun;
    private int unended;
    private int succeeded;

    /// @throws IllegalArgumentException for an operation of another ring
    public Batch(Driver driver, List<? extends IntOperation> operations) {
        super(driver, null);
        IntOperation[] given = operations.toArray(IntOperation[]::new);
        members = new IntOp[given.length];
        for (int i = 0; i < given.length; i++) {
            if (!(required(given[i], "operations[" + i + "]") instanceof IntOp op) || op.driver != driver) {
                throw new IllegalArgumentException("batch on " + driver.ringName() + ": operations[" + i + "], "
                        + given[i] + ", is not of this ring");
            }
            members[i] = op;
        }
    }

    @Override
    public Batch timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public Batch reset() {
        renew();
        begun = false;
        return this;
    }

    @Override
    public String call() {
        return "batch";
    }

    @Override
    public String subject() {
        return members.length + " operations on " + driver.ringName();
    }

    @Override
    protected void takeInputs() {
        int taken = 0;
        boolean all = false;
        try {
            for (; taken < members.length; taken++) {
                members[taken].enlist(each);
            }
            all = true;
        } finally {
            if (!all) {
                refuse(taken);
            }
        }
    }

    private void refuse(int taken) {
        for (int i = 0; i < taken; i++) {
            members[i].refuse(true);
        }
    }

    /// Those that have begun give their inputs back themselves.
    @Override
    protected void returnInputs() {
        if (!begun) {
            refuse(members.length);
        }
    }

    /// To begin is nothing that an fd or the kernel is needed for.
    @Override
    public boolean isImmediate() {
        return true;
    }

    @Override
    public int attempt(Sys sys) {
        begin();
        return unended == 0 ? 0 : PENDING;
    }

    private void begin() {
        begun = true;
        succeeded = 0;
        unended = members.length;
        for (IntOp member : members) {
            driver.arrive(member);
        }
    }

    private void ended(int count, @Nullable Throwable failure) {
        unended--;
        if (failure == null) {
            succeeded++;
        }
        if (unended == 0 && state() == State.IDLE) { // else it is about to look itself
            driver.completeLater(this, 0, 0);
        }
    }

    @Override
    protected Step step(int res) {
        if (!begun) { // asked to end before its turn: they end by their own way
            begin();
        }
        if (unended == 0) {
            return done(succeeded);
        }
        for (IntOp member : members) {
            driver.cancel(member, cause());
        }
        return Step.IDLE;
    }

    /// The first failure, in the order in which they were given.
    @Override
    protected @Nullable Throwable outcome() {
        if (unended > 0) {
            return Failures.of(this, -Errno.ECANCELED); // it was abandoned
        }
        for (IntOp member : members) {
            Throwable failure = member.outcome();
            if (failure != null) {
                return failure;
            }
        }
        return null;
    }
}
