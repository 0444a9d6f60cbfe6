package dev.ringway.internal.op.process;

import dev.ringway.RingProcesses;
import dev.ringway.WaitOption;
import dev.ringway.WaitStatus;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Look;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.ValueOp;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// waitid(2).
///
/// 1. *Wait.* For the end of one process, until its pidfd can be read. For others the kernel waits, or, where it has no
///    word for that, it is asked from time to time. Either way it is told to leave the status where it is (WNOWAIT).
/// 2. *Take* the status, unless the wait has been cancelled meanwhile: so a wait that is dropped has done nothing. What
///    the JVM has started is the JVM's to take.
/// 3. *Late.* ECHILD of one process says that somebody was quicker, the JVM above all. Then the pidfd still tells, or
///    the JVM does, which in any case knows before the user.
public final class WaitFor extends ValueOp<WaitStatus> implements RingProcesses.Wait {
    private static final int NOT_YET = -Errno.EINPROGRESS;
    private final Whom whom;
    private final ProcessEnd end;
    private int options = Linux.WEXITED();
    private boolean takes = true;
    private @Nullable WaitStatus known;

    public WaitFor(Driver driver, Whom whom) {
        super(driver, null);
        this.whom = whom;
        this.end = new ProcessEnd(driver, whom);
    }

    @Override
    public WaitFor options(WaitOption... wanted) {
        int bits = WaitCall.options(wanted);
        checkNew();
        options = bits & ~Linux.WNOWAIT();
        takes = (bits & Linux.WNOWAIT()) == 0;
        return this;
    }

    @Override
    public WaitFor timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public String call() {
        return "waitid";
    }

    @Override
    public String subject() {
        return whom.toString();
    }

    @Override
    protected String remedy(int errno) {
        return errno == Errno.ECHILD ? "; it is no child of this process, or its status has been taken" : "";
    }

    @Override
    public int scratchBytes() {
        return Linux.SIGINFO_BYTES();
    }

    /// Whether nothing but the end of one process is waited for, which its pidfd tells.
    private boolean isTold() {
        return options == Linux.WEXITED() && handle != null;
    }

    @Override
    public void prepare(Sqe sqe) {
        open(driver.sys());
        if (!isTold() && known == null && end.refused() == 0) {
            sqe.waitid(whom.idType(), whom.id(), scratch, options | Linux.WNOWAIT());
        }
    }

    @Override
    public Interest interest() {
        return isTold() ? Interest.READABLE : Interest.LATER;
    }

    @Override
    public int attempt(Sys sys) {
        open(sys);
        if (known != null || end.refused() < 0) {
            return end.refused();
        }
        int told = isTold() ? Look.at(sys, fd(), Linux.POLLIN()) : 0;
        int res = told < 0 ? told : WaitCall.look(sys, scratch, whom, options | Linux.WNOWAIT());
        return res == -Errno.EAGAIN && told > 0 ? NOT_YET : res;
    }

    private void open(Sys sys) {
        boolean once = handle == null && whom.isOne() && (options & Linux.WEXITED()) != 0;
        Handle pidfd = once ? end.open(sys) : null;
        if (pidfd != null) {
            workOn(pidfd);
        }
    }

    @Override
    protected Step step(int res) {
        if (ending()) {
            return fail(-Errno.ECANCELED); // nothing has been taken
        }
        if (res == NOT_YET) {
            return Step.LATER;
        }
        Step otherwise = known != null ? Step.DONE : res == 0 ? take() : res == -Errno.ECHILD ? late() : fail(res);
        WaitStatus agreed = known == null ? null : end.agreed(known);
        return agreed != null ? done(agreed) : known == null ? otherwise : end.resumeAfterJvm(this);
    }

    private Step take() {
        known = Statuses.ofSiginfo(scratch);
        if (known == null) {
            return fail(-Errno.EPROTO);
        }
        if (takes && !(known.hasEnded() && whom.isOfJvm())) {
            known = WaitCall.take(driver.sys(), scratch, known, options);
        }
        return Step.AGAIN; // somebody else was quicker
    }

    private Step late() {
        known = end.taken(driver.sys());
        return known != null ? Step.DONE
                : whom.isAwaitedByJvm() ? end.resumeAfterJvm(this)
                : end.willTell() ? Step.LATER : fail(-Errno.ECHILD);
    }

    @Override
    protected void returnInputs() {
        end.close();
    }
}
