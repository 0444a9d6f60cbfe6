package dev.ringway.internal.op.process;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.VoidOp;

/// kill(2), or pidfd_send_signal(2) to a process that the JVM knows: its number may be somebody else's by now, an fd
/// that was opened while it was alive never is.
public final class SendSignal extends VoidOp {
    private final Whom whom;
    private final int signal;

    /// @param signal 0 only looks whether one could be sent
    public SendSignal(Driver driver, Whom whom, int signal) {
        super(driver, null);
        this.whom = whom;
        this.signal = signal;
    }

    @Override
    public String call() {
        return "kill";
    }

    @Override
    public String subject() {
        return whom + (signal == 0 ? "" : " with " + SignalNames.name(signal));
    }

    @Override
    protected String remedy(int errno) {
        return errno == Errno.ESRCH ? "; it has ended"
                : errno == Errno.EPERM ? "; it is another user's, or was given other rights"
                : "";
    }

    @Override
    public int attempt(Sys sys) {
        if (!whom.isOfJvm()) {
            return sys.kill(whom.killId(), signal);
        }
        int fd = sys.pidfdOpen(whom.id());
        if (!whom.isThere()) {
            closed(sys, fd);
            return -Errno.ESRCH;
        }
        int res = fd < 0 ? fd : closed(sys, fd, sys.pidfdSendSignal(fd, signal));
        return res == -Errno.ENOSYS ? sys.kill(whom.killId(), signal) : res;
    }

    private static void closed(Sys sys, int fd) {
        if (fd >= 0) {
            sys.close(fd);
        }
    }

    private static int closed(Sys sys, int fd, int res) {
        closed(sys, fd);
        return res;
    }
}
