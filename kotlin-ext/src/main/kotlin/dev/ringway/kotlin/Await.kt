package dev.ringway.kotlin

import dev.ringway.IntOperation
import dev.ringway.Operation
import kotlin.coroutines.Continuation
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlinx.coroutines.Job
import kotlinx.coroutines.ensureActive

/**
 * Starts the operation and suspends until it has finished: bytes moved, or -1 at the end of a stream or file.
 *
 * This is the way to use a long form, such as `socket.prepareReceive(dst)`, in a coroutine; the doors are one line over
 * it. Throws the [java.io.IOException] that the operation fails with, and one too if somebody else has cancelled it.
 *
 * If the coroutine is cancelled, the operation is cancelled, and this throws
 * [CancellationException][kotlinx.coroutines.CancellationException] when the kernel has let go of it, not before.
 */
public suspend fun IntOperation.await(): Int =
    suspendCoroutineUninterceptedOrReturn { caller -> suspendOn(this, caller, cancellable = true) }

/**
 * Starts the operation, suspends until it has finished, and returns its value.
 *
 * This is the way to use a long form, such as `listener.prepareAccept()`, in a coroutine; the doors are one line over
 * it. Throws the [java.io.IOException] that the operation fails with, and one too if somebody else has cancelled it.
 *
 * If the coroutine is cancelled, the operation is cancelled, and this throws
 * [CancellationException][kotlinx.coroutines.CancellationException] when the kernel has let go of it, not before; a
 * file or socket that arrived nevertheless is closed.
 */
public suspend fun <T> Operation<T>.await(): T =
    suspendCoroutineUninterceptedOrReturn { caller -> suspendOn(this, caller, cancellable = true) }

/** For an operation that must run to its end: suspends for as long as that takes, whatever becomes of the Job. */
internal suspend fun <T> Operation<T>.awaitUncancellable(): T =
    suspendCoroutineUninterceptedOrReturn { caller -> suspendOn(this, caller, cancellable = false) }

/** Sets a door's time limit. */
internal fun IntOperation.within(limit: Duration): IntOperation =
    if (limit == Duration.INFINITE) this else timeout(positive(limit))

/** Sets a door's time limit. */
internal fun <T> Operation<T>.within(limit: Duration): Operation<T> =
    if (limit == Duration.INFINITE) this else timeout(positive(limit))

internal fun positive(limit: Duration): java.time.Duration {
    require(limit.isPositive()) { "timeout: $limit; it must be positive, or Duration.INFINITE for no limit" }
    return limit.toJavaDuration()
}

/**
 * Starts the work and suspends the caller until it completes.
 *
 * @param work an [IntOperation], an [Operation] or [Items]
 * @param cancellable whether the end of the caller's Job ends the work
 * @param isUnit whether the caller expects nothing but [Unit]
 * @return that the caller is suspended, or what the work had ready
 */
internal fun suspendOn(work: Any, caller: Continuation<*>, cancellable: Boolean, isUnit: Boolean = false): Any? {
    val context = caller.context
    val job = if (cancellable) context[Job] else null
    val interceptor = context[ContinuationInterceptor]
    if (interceptor is RingDispatcher && interceptor.ring.isOwner) {
        val link = interceptor.linkOf(job)
        job?.ensureActive() // after the link is there: a cancellation that this does not see will find it
        return link.awaiting(context).begin(work, caller, isUnit)
    }
    job?.ensureActive()
    return AwaitingAnywhere(context, job, interceptor).begin(work, caller, isUnit)
}
