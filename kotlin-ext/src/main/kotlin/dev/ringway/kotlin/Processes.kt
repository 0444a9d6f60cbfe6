package dev.ringway.kotlin

import dev.ringway.ProcessTarget
import dev.ringway.RingProcesses
import dev.ringway.Signal
import dev.ringway.WaitOption
import dev.ringway.WaitStatus
import kotlin.time.Duration

/**
 * Returns when a process has ended, and how; [Process.exitValue] tells too by then. See `man 2 waitid`.
 *
 * Throws [java.nio.channels.InterruptedByTimeoutException] after [timeout]. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException]; nothing
 * has been done to the process.
 */
public suspend fun RingProcesses.waitFor(process: Process, timeout: Duration = Duration.INFINITE): WaitStatus =
    waitFor(ProcessTarget.of(process), timeout = timeout)

/**
 * Returns what one of the processes has done, when it has. See `man 2 waitid`.
 *
 * Throws a [dev.ringway.ErrnoException] that names ECHILD if there is no such child, or somebody else has taken its
 * status; [java.nio.channels.InterruptedByTimeoutException] after [timeout]. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException]; nothing
 * has been done to any process.
 *
 * @param target see [RingProcesses.prepareWaitFor] for whose status is taken
 * @param options what to wait for; an end, if none of them says so
 */
public suspend fun RingProcesses.waitFor(
    target: ProcessTarget,
    vararg options: WaitOption,
    timeout: Duration = Duration.INFINITE,
): WaitStatus = prepareWaitFor(target).options(*options).within(timeout).await()

/**
 * Sends a signal. See `man 2 kill`.
 *
 * Throws a [dev.ringway.ErrnoException] that names ESRCH if there is no such process, EPERM if it is somebody else's.
 * May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException]; the
 * signal may have been sent.
 */
public suspend fun RingProcesses.send(target: ProcessTarget, signal: Signal): Unit {
    prepareSend(target, signal).await()
}

/**
 * Returns if a signal could be sent: there is such a process, and this one may send to it. See `man 2 kill`, signal 0.
 *
 * Throws a [dev.ringway.ErrnoException] that names ESRCH if there is no such process, EPERM if it is somebody else's.
 * May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException].
 */
public suspend fun RingProcesses.check(target: ProcessTarget): Unit {
    prepareCheck(target).await()
}
