package dev.ringway.internal.op.process;

import dev.ringway.WaitOption;
import dev.ringway.WaitStatus;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import org.jspecify.annotations.Nullable;

/// waitid(2) without waiting.
final class WaitCall {
    private static final int CHANGES = Linux.WSTOPPED() | Linux.WCONTINUED();

    private WaitCall() {}

    /// In the words of waitid(2), which has to be told something to wait for.
    static int options(WaitOption... wanted) {
        int bits = 0;
        for (WaitOption option : wanted) {
            bits |= option == WaitOption.EXITED ? Linux.WEXITED()
                    : option == WaitOption.STOPPED ? Linux.WSTOPPED()
                    : option == WaitOption.CONTINUED ? Linux.WCONTINUED()
                    : Linux.WNOWAIT();
        }
        return (bits & ~Linux.WNOWAIT()) == 0 ? bits | Linux.WEXITED() : bits;
    }

    /// Looks whether there is something to tell.
    ///
    /// @return 0, or -EAGAIN if there is nothing
    static int look(Sys sys, long siginfo, Whom whom, int how) {
        return look(sys, siginfo, whom.idType(), whom.id(), how);
    }

    private static int look(Sys sys, long siginfo, int idType, int id, int how) {
        Memory.fill(siginfo, Linux.SIGINFO_BYTES(), (byte) 0);
        int res = sys.waitid(idType, id, siginfo, how | Linux.WNOHANG());
        return res == 0 && Memory.getInt(siginfo + Linux.SIGINFO_PID()) == 0 ? -Errno.EAGAIN : res;
    }

    /// Takes what has been seen, so that nobody is told again.
    ///
    /// @return what was taken; null if somebody else was quicker
    static @Nullable WaitStatus take(Sys sys, long siginfo, WaitStatus seen, int options) {
        int what = seen.hasEnded() ? Linux.WEXITED() : options & CHANGES;
        boolean taken = look(sys, siginfo, Linux.P_PID(), (int) seen.pid(), what) == 0;
        return taken ? Statuses.ofSiginfo(siginfo) : null;
    }
}
