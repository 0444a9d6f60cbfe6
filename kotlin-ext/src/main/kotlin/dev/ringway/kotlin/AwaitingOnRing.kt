package dev.ringway.kotlin

import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.resume
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Job
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlin.coroutines.Continuation
import kotlin.coroutines.intrinsics.startCoroutineUninterceptedOrReturn

/**
 * A call that is suspended on the thread of its dispatcher's ring.
 *
 * All of it is confined to that thread, except the completion of work that belongs to another ring. It is used again,
 * the Job is asked once for all its calls, and it resumes without a queue: that is what makes it fast.
 */
internal class AwaitingOnRing(private val link: JobLink, context: CoroutineContext) : Awaiting(context, link.job) {
    private val intercepted = link.dispatcher.interceptContinuation(this)

    /** Next in the link's list of those that wait, or of those that are free. */
    var next: AwaitingOnRing? = null
    var previous: AwaitingOnRing? = null

    private var spare: Spare? = null

    /** Begins with an operation that is kept afterwards. */
    fun begin(spare: Spare, caller: Continuation<*>, isUnit: Boolean): Any? {
        this.spare = spare
        return begin(spare.operation, caller, isUnit)
    }

    override fun enter() = link.add(this)

    override fun leave() {
        val spare = spare
        this.spare = null
        if (link.dispatcher.ring.isOwner) { // else that ring has been closed, and nobody needs the link any more
            link.remove(this)
            if (spare != null) {
                link.keep(spare)
            }
        }
    }

    override fun dispatch() {
        if (link.dispatcher.ring.isOwner) {
            link.dispatcher.resumeInPlace(intercepted)
        } else {
            intercepted.resume(Unit)
        }
    }

    fun cancel() = cancelWork()
}

/**
 * What the calls of one Job on one ring have in common: they are cancelled together.
 *
 * Confined to the ring's thread; only [invoke] is called on any.
 *
 * @param job null for calls that cannot be cancelled
 */
internal class JobLink(val dispatcher: RingDispatcher, val job: Job?) : (Throwable?) -> Unit, Runnable {
    private var waiting: AwaitingOnRing? = null
    private var free: AwaitingOnRing? = null
    private var spares: Spare? = null

    /** One that is free, or a new one. */
    fun awaiting(context: CoroutineContext): AwaitingOnRing {
        val first = free
        if (first != null) {
            free = first.next
            first.next = null
            if (first.context === context) {
                return first
            }
        }
        return AwaitingOnRing(this, context)
    }

    /** Takes what [door] has left here for [subject], if anything. */
    fun spare(door: Door<*, *, *>, subject: Any): Spare? {
        var previous: Spare? = null
        var spare = spares
        while (spare != null && (spare.door !== door || spare.subject !== subject)) {
            previous = spare
            spare = spare.next
        }
        if (spare != null) {
            if (previous == null) {
                spares = spare.next
            } else {
                previous.next = spare.next
            }
            spare.next = null
        }
        return spare
    }

    /** Keeps the last few: a coroutine that goes on to another fd must not hold on to all it has ever used. */
    fun keep(spare: Spare) {
        spare.next = spares
        spares = spare
        var last: Spare = spare
        repeat(SPARES - 1) { last = last.next ?: return }
        last.next = null
    }

    fun add(call: AwaitingOnRing) {
        val next = waiting
        call.next = next
        next?.previous = call
        waiting = call
    }

    fun remove(call: AwaitingOnRing) {
        val next = call.next
        val previous = call.previous
        next?.previous = previous
        if (previous == null) {
            waiting = next
        } else {
            previous.next = next
            call.previous = null
        }
        call.next = free
        free = call
    }

    /** The Job was cancelled, or has completed. Somewhere inside of [Job.cancel], so this only asks. */
    override fun invoke(cause: Throwable?) {
        dispatcher.runOnRing(this)
    }

    override fun run() {
        dispatcher.forget(this)
        var call = waiting
        while (call != null) {
            call.cancel() // never completes here and now
            call = call.next
        }
    }

    private companion object {
        const val SPARES = 4
    }
}

/**
 * Calls the handler when the Job is cancelled or completes, or here and now if that has happened already.
 *
 * The handler is that of a continuation that waits for nothing: the only way with the stable API that costs the Job
 * nothing, for it is no child and does not keep the Job from completing.
 *
 * @param handler called once, on any thread; must be quick and not throw
 * @return to be resumed when the handler is not needed any more
 */
internal fun Job.whenItEnds(handler: (Throwable?) -> Unit): CancellableContinuation<Unit>? {
    var registration: CancellableContinuation<Unit>? = null
    val wait: suspend () -> Unit = {
        suspendCancellableCoroutine {
            registration = it
            it.invokeOnCancellation(handler)
        }
    }
    try {
        wait.startCoroutineUninterceptedOrReturn(Continuation(this) {})
    } catch (_: CancellationException) {
        // it has ended already, and the handler has been called
    }
    return registration
}
