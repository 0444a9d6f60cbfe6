package dev.ringway;

import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.process.SendSignal;
import dev.ringway.internal.op.process.WaitFor;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a ring can do with processes. Got from [Ring#processes()]; may be used from any thread. Failures are an
/// [ErrnoException]: ECHILD, ESRCH, EPERM.
///
/// The JVM has a thread for each process that it has started, which takes leave of it as soon as it ends. A wait here
/// lives with that: it never takes the status of a [Process] or [ProcessHandle] away from the JVM, and it gets it
/// nevertheless, also when the JVM's thread was quicker. Since Linux 6.15 the kernel tells what became of such a
/// process. Elsewhere what is left is [Process#exitValue()], in which 128 + n may stand for the signal n as well as for
/// that number: it is taken for the signal if there is one.
public final class RingProcesses {
    private final Driver driver;

    RingProcesses(Driver driver) {
        this.driver = driver;
    }

    /// Waits until a process has ended. When this completes, [Process#exitValue()] tells too. See `man 2 waitid`.
    public Operation<WaitStatus> waitFor(Process process, Completion<? super WaitStatus> done) {
        return prepareWaitFor(ProcessTarget.of(process)).start(done);
    }

    /// Waits until one of the processes has ended. See `man 2 waitid`.
    ///
    /// @param target as for [#prepareWaitFor]
    public Operation<WaitStatus> waitFor(ProcessTarget target, Completion<? super WaitStatus> done) {
        return prepareWaitFor(target).start(done);
    }

    /// The long form of [#waitFor(ProcessTarget, Completion)]. See `man 2 waitid`.
    ///
    /// Cancelled, it has done nothing to any process. It fails with an [ErrnoException] that names ECHILD if there is
    /// no such child, or its status was taken by somebody else.
    ///
    /// Waiting for the end of one process uses an fd for it; of a process that is no child only Linux since 6.15 tells
    /// how it has ended. A wait for several processes, or for a stop, is the kernel's with io_uring on Linux 6.7 and
    /// newer; elsewhere it looks every 10 ms.
    ///
    /// @param target by its number, or one of several: its status is taken, as the kernel demands it of a parent,
    ///               unless [WaitOption#NO_WAIT] is given. Do not wait in this way for processes that the JVM has
    ///               started: with [ProcessTarget#all()] and [ProcessTarget#ownGroup()] give that option, or the JVM
    ///               does not learn how they have ended
    public Wait prepareWaitFor(ProcessTarget target) {
        return new WaitFor(driver, target.whom);
    }

    /// Sends a signal. See `man 2 kill`.
    ///
    /// @param target as for [#prepareSend]
    public Operation<@Nullable Void> send(
            ProcessTarget target, Signal signal, Completion<@Nullable Void> done) {
        return prepareSend(target, signal).start(done);
    }

    /// The long form of [#send]. Completes when the kernel has taken it, which says nothing about the process. Fails
    /// with an [ErrnoException] that names ESRCH if there is no such process, EPERM if it is somebody else's. See
    /// `man 2 pidfd_send_signal`, `man 2 kill`.
    ///
    /// @param target of a [Process] or [ProcessHandle], Linux sends to that very process or to none; elsewhere, and by
    ///               a number, to whoever has the number
    public Operation<@Nullable Void> prepareSend(ProcessTarget target, Signal signal) {
        return new SendSignal(driver, target.whom, signal.number());
    }

    /// Looks whether a signal could be sent: whether there is such a process, and this one may send to it. See `man 2
    /// kill`, signal 0.
    public Operation<@Nullable Void> check(ProcessTarget target, Completion<@Nullable Void> done) {
        return prepareCheck(target).start(done);
    }

    /// The long form of [#check].
    public Operation<@Nullable Void> prepareCheck(ProcessTarget target) {
        return new SendSignal(driver, target.whom, 0);
    }

    /// Opens signals to this process for receiving; waits for nothing.
    ///
    /// A signal is received only if every thread of the process blocks it, and a JVM cannot see to that once it runs:
    /// it has to be started so. `env --block-signal=TERM,USR1 java -Xrs ...` does (coreutils 8.31 or newer); programs
    /// that the JVM starts inherit what is blocked. Never can be received, since the JVM unblocks or uses them:
    /// SIGILL, SIGBUS, SIGFPE, SIGSEGV and SIGUSR2; without `-Xrs` also SIGHUP, SIGINT, SIGQUIT and SIGTERM; and by
    /// the system's law SIGKILL, SIGSTOP and the two real-time signals of the C library. Of the rest, a signal that is
    /// sent twice before it is received may be received once, but for [Signal#realTime(int)]. One that is sent to a
    /// single thread is not received here.
    ///
    /// On macOS and FreeBSD (kqueue) the kernel tells of signals in any case, and they do what they do besides. There
    /// those can be received that nobody blocks and that do nothing by default or are ignored, such as SIGWINCH and
    /// SIGCHLD; of others only this thread can be asked whether it blocks them. There are no real-time signals: EINVAL.
    /// See `man 2 signalfd`, `man 2 kqueue`.
    ///
    /// @param signals at least one
    /// @throws SignalNotBlockedException if a thread does not block one of them
    /// @throws IOException               if the system refuses
    public AsyncSignals signals(Signal... signals) throws IOException {
        return AsyncSignals.open(driver, signals);
    }

    /// A wait, before it starts. See `man 2 waitid`.
    public interface Wait extends Operation<WaitStatus> {
        /// What to wait for; by default, and with [WaitOption#NO_WAIT] alone, for an end.
        Wait options(WaitOption... options);

        @Override
        Wait timeout(Duration limit);
    }
}
