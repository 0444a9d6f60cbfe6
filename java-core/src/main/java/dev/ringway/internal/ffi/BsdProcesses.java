package dev.ringway.internal.ffi;

import static dev.ringway.internal.ffi.generated.Linux.CLD_EXITED;
import static dev.ringway.internal.ffi.generated.Linux.SIGINFO_BYTES;
import static dev.ringway.internal.ffi.generated.Linux.SIGINFO_CODE;
import static dev.ringway.internal.ffi.generated.Linux.SIGINFO_PID;
import static dev.ringway.internal.ffi.generated.Linux.SIGINFO_SIGNO;
import static dev.ringway.internal.ffi.generated.Linux.SIGINFO_STATUS;
import static dev.ringway.internal.ffi.generated.Linux.SIGINFO_UID;

import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * What {@link BsdSys} does with processes.
 *
 * <p>An fd for a process is a queue of its own, which waits for its end and can itself be waited for. A library over
 * another interface gives no such queue, and none for a process.
 */
final class BsdProcesses {

    private static final @Nullable MethodHandle WAITID = LibcFunction.find("waitid", "iiili");
    private static final @Nullable MethodHandle SIGACTION = LibcFunction.find("sigaction", "iill");
    private static final @Nullable MethodHandle SIGMASK = LibcFunction.find("pthread_sigmask", "iill");
    private static final @Nullable MethodHandle KILL = LibcFunction.find("kill", "iii");

    /** The bits of a status that hold a signal, or 0. */
    private static final int SIGNAL = 0x7f;

    /** The most that {@code sigset_t} takes; it begins with the signals that there are everywhere. */
    private static final int SIGSET_BYTES = 128;

    /** {@code SIG_IGN}; {@code SIG_DFL} is 0. */
    private static final long IGNORED = 1;

    private final BsdSys sys;
    private final Dialect dialect;

    BsdProcesses(BsdSys sys, Dialect dialect) {
        this.sys = sys;
        this.dialect = dialect;
    }

    int pidfdOpen(int pid) {
        if (dialect.kevent().isEmulated()) {
            return -Errno.ENOSYS;
        }
        int queue = sys.kqueue();
        if (queue < 0) {
            return queue;
        }
        long change = sys.scratch();
        dialect.kevent().put(
                change, pid, Kevent.EVFILT_PROC, Kevent.EV_ADD | Kevent.EV_CLEAR, dialect.exitNotes(), 0);
        int res = sys.kevent(queue, change, 1, 0, 0, 0);
        if (res < 0) {
            sys.close(queue);
            return res;
        }
        return queue;
    }

    int pidfdExit(int queue) {
        long event = sys.scratch();
        int count = sys.kevent(queue, 0, 0, event, 1, 0);
        if (count <= 0) {
            return count == 0 ? -Errno.EAGAIN : count;
        }
        int status = Kevent.data(event);
        int signal = dialect.linuxSignal(status & SIGNAL);
        return signal < Dialect.FOREIGN ? (status & ~SIGNAL) | signal : status;
    }

    int waitid(int idType, int id, long siginfo, int options) {
        int theirType = dialect.idType(idType);
        int theirOptions = dialect.waitOptions(options);
        if (theirType == Dialect.NONE || theirOptions == Dialect.NONE) {
            return -Errno.EINVAL;
        }
        long theirs = sys.scratch();
        Memory.fill(theirs, SIGINFO_BYTES(), (byte) 0);
        int res = sys.call(WAITID, theirType, id, theirs, theirOptions);
        if (res < 0) {
            return res;
        }
        int code = Memory.getInt(theirs + SIGINFO_CODE());
        int status = Memory.getInt(theirs + dialect.siginfoPid() + 2L * Integer.BYTES);
        Memory.putInt(siginfo + SIGINFO_SIGNO(), dialect.linuxSignal(Memory.getInt(theirs + SIGINFO_SIGNO())));
        Memory.putInt(siginfo + SIGINFO_CODE(), code);
        Memory.putInt(siginfo + SIGINFO_PID(), Memory.getInt(theirs + dialect.siginfoPid()));
        Memory.putInt(siginfo + SIGINFO_UID(), Memory.getInt(theirs + dialect.siginfoPid() + Integer.BYTES));
        Memory.putInt(siginfo + SIGINFO_STATUS(), code == CLD_EXITED() ? status : dialect.linuxSignal(status));
        return 0;
    }

    int signalAction(int signal) {
        int theirs = dialect.signal(signal);
        if (theirs == Dialect.NONE || theirs < 1 || theirs > Long.SIZE) {
            return -Errno.EINVAL;
        }
        long old = sys.scratch();
        Memory.fill(old, SIGSET_BYTES, (byte) 0);
        int res = sys.call(SIGMASK, 1, 0, old); // without a set to change, how to change it does not count
        if (res != 0) {
            return res < 0 ? res : -dialect.errno(res);
        }
        if ((Memory.getLong(old) >>> (theirs - 1) & 1) != 0) {
            return 0;
        }
        res = sys.call(SIGACTION, theirs, 0, old); // all begin with the handler
        long handler = Memory.getLong(old);
        return res < 0 ? res : handler == IGNORED ? 0 : handler == 0 ? 1 : 2;
    }

    int kill(int pid, int signal) {
        int theirs = dialect.signal(signal);
        return theirs == Dialect.NONE ? -Errno.EINVAL : sys.call(KILL, pid, theirs);
    }
}
