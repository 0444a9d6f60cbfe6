package dev.ringway.kotlin

import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.Continuation
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.resume
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.Job

/** A call that is suspended anywhere but on the thread of its own dispatcher's ring; used once. */
internal class AwaitingAnywhere(
    context: CoroutineContext,
    job: Job?,
    private val interceptor: ContinuationInterceptor?,
) : Awaiting(context, job), (Throwable?) -> Unit {
    private val intercepted: Continuation<Any?> = interceptor?.interceptContinuation(this) ?: this
    private var registration: CancellableContinuation<Unit>? = null
    private val progress = AtomicInteger()

    override fun enter() {
        registration = job?.whenItEnds(this)
    }

    /** Of start and cancellation, whoever comes second cancels: the work cannot be cancelled before it has started. */
    override fun entered() {
        if (progress.getAndAdd(STARTED) == CANCELLED) {
            cancelWork()
        }
    }

    override fun invoke(cause: Throwable?) {
        if (progress.getAndAdd(CANCELLED) == STARTED) {
            cancelWork()
        }
    }

    override fun leave() {
        registration?.resume(Unit)
        if (intercepted !== this) {
            interceptor?.releaseInterceptedContinuation(intercepted)
        }
    }

    override fun dispatch() = intercepted.resume(Unit)

    private companion object {
        const val STARTED = 1
        const val CANCELLED = 2
    }
}
