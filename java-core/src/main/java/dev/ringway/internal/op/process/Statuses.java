package dev.ringway.internal.op.process;

import dev.ringway.Signal;
import dev.ringway.WaitStatus;
import dev.ringway.WaitStatus.Code;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.generated.Linux;
import org.jspecify.annotations.Nullable;

/// The three ways in which an end is written down, read in one place.
final class Statuses {
    private static final int SIGNAL = 0x7f;
    private static final int DUMPED = 0x80;

    private Statuses() {}

    /// As waitid(2) has it, where `si_status` is a number or a signal by `si_code`; null if it is none that there is.
    static @Nullable WaitStatus ofSiginfo(long siginfo) {
        int code = Memory.getInt(siginfo + Linux.SIGINFO_CODE());
        int status = Memory.getInt(siginfo + Linux.SIGINFO_STATUS());
        int pid = Memory.getInt(siginfo + Linux.SIGINFO_PID());
        int user = Memory.getInt(siginfo + Linux.SIGINFO_UID());
        if (code < Linux.CLD_EXITED() || code > Linux.CLD_CONTINUED() || pid < 1) {
            return null;
        }
        return code == Linux.CLD_EXITED()
                ? exited(pid, user, status & 0xff)
                : signalled(pid, user, code(code), status & SIGNAL);
    }

    private static Code code(int code) {
        if (code == Linux.CLD_KILLED()) {
            return Code.KILLED;
        }
        if (code == Linux.CLD_DUMPED()) {
            return Code.DUMPED;
        }
        if (code == Linux.CLD_TRAPPED()) {
            return Code.TRAPPED;
        }
        return code == Linux.CLD_STOPPED() ? Code.STOPPED : Code.CONTINUED;
    }

    /// As wait(2) has it: the signal in the lower bits, or the number above them.
    static WaitStatus ofWord(int pid, int user, int word) {
        int signal = word & SIGNAL;
        return signal == 0
                ? exited(pid, user, (word >> 8) & 0xff)
                : signalled(pid, user, (word & DUMPED) != 0 ? Code.DUMPED : Code.KILLED, signal);
    }

    /// As the JVM has it: a signal is 128 and its number, and so may be a number.
    static WaitStatus ofExitValue(int pid, int user, int value) {
        int signal = value - 128;
        return signal >= 1 && signal <= SignalNames.MOST
                ? signalled(pid, user, Code.KILLED, signal)
                : exited(pid, user, value & 0xff);
    }

    static int exitValue(WaitStatus status) {
        return status.signal() == null ? status.exitStatus() : 128 + status.signal().number();
    }

    private static WaitStatus exited(int pid, int user, int number) {
        return new WaitStatus(pid, user, Code.EXITED, number, null);
    }

    private static WaitStatus signalled(int pid, int user, Code code, int signal) {
        boolean known = signal >= 1 && signal <= SignalNames.MOST;
        return new WaitStatus(pid, user, code, -1, known ? Signal.of(signal) : null);
    }
}
