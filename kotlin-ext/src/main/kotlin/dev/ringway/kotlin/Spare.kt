package dev.ringway.kotlin

import dev.ringway.IntOperation
import dev.ringway.Operation
import kotlin.coroutines.Continuation
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlin.time.Duration
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.ensureActive

/**
 * How a door makes its operation, and how it makes one startable again that it made before.
 *
 * Nobody but the door ever sees these operations, so that they can be used again: see [Spare].
 *
 * @param S what the operation works on
 * @param O the operation
 * @param A its argument, beside a number
 */
internal interface Door<S : Any, O : Any, A> {
    fun make(subject: S, argument: A, number: Long): O

    fun again(operation: O, argument: A, number: Long)
}

/**
 * A door's operation that has finished, kept by the [JobLink] of the coroutine that has used it: who sends and receives
 * in a loop makes no object for it. On the ring's thread only.
 */
internal class Spare(val door: Door<*, *, *>, val subject: Any, val operation: Any) {
    private var limit = Duration.INFINITE

    /** Next in the link's list. */
    var next: Spare? = null

    /** Sets the time limit of the next start. */
    fun within(limit: Duration) {
        if (this.limit != limit) {
            limit(operation, limit)
            this.limit = limit
        }
    }
}

/** Runs the door's operation and returns its count. A tail call throughout: nothing is made for it. */
internal suspend fun <S : Any, O : IntOperation, A> Door<S, O, A>.count(
    subject: S,
    argument: A,
    number: Long,
    timeout: Duration,
): Int = suspendCoroutineUninterceptedOrReturn { caller ->
    suspendOn(this, subject, argument, number, timeout, caller, isUnit = false)
}

/** Runs the door's operation, whose result means nothing. A tail call throughout: nothing is made for it. */
internal suspend fun <S : Any, O : Any, A> Door<S, O, A>.finish(
    subject: S,
    argument: A,
    timeout: Duration,
    number: Long = 0,
): Unit = suspendCoroutineUninterceptedOrReturn { caller ->
    suspendOn(this, subject, argument, number, timeout, caller, isUnit = true)
}

private fun <S : Any, O : Any, A> suspendOn(
    door: Door<S, O, A>,
    subject: S,
    argument: A,
    number: Long,
    timeout: Duration,
    caller: Continuation<*>,
    isUnit: Boolean,
): Any? {
    val context = caller.context
    val job = context[Job]
    val interceptor = context[ContinuationInterceptor]
    if (interceptor is RingDispatcher && interceptor.ring.isOwner && job != null && job !== NonCancellable) {
        val link = interceptor.linkOf(job)
        job.ensureActive() // after the link is there: a cancellation that this does not see will find it
        return link.awaiting(context).begin(spareFor(link, door, subject, argument, number, timeout), caller, isUnit)
    }
    val operation = door.make(subject, argument, number)
    if (timeout != Duration.INFINITE) {
        limit(operation, timeout)
    }
    return suspendOn(operation, caller, cancellable = true, isUnit)
}

private fun <S : Any, O : Any, A> spareFor(
    link: JobLink,
    door: Door<S, O, A>,
    subject: S,
    argument: A,
    number: Long,
    timeout: Duration,
): Spare {
    val kept = link.spare(door, subject)
    if (kept != null) {
        @Suppress("UNCHECKED_CAST") // this door made it
        door.again(kept.operation as O, argument, number)
    }
    val spare = kept ?: Spare(door, subject, door.make(subject, argument, number))
    spare.within(timeout)
    return spare
}

private fun limit(operation: Any, limit: Duration) {
    val java = if (limit == Duration.INFINITE) java.time.Duration.ZERO else positive(limit)
    when (operation) {
        is IntOperation -> operation.timeout(java)
        is Operation<*> -> operation.timeout(java)
    }
}
