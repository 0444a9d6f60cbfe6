@file:OptIn(InternalCoroutinesApi::class, ExperimentalCoroutinesApi::class)

package dev.ringway.kotlin

import dev.ringway.Completion
import dev.ringway.Operation
import dev.ringway.Ring
import java.lang.ref.WeakReference
import java.time.Duration
import java.util.IdentityHashMap
import java.util.WeakHashMap
import java.util.concurrent.CompletableFuture
import java.util.concurrent.RejectedExecutionException
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicReference
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.resume
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Delay
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.DisposableHandle
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel

private val dispatchers = WeakHashMap<Ring, WeakReference<RingDispatcher>>()

/**
 * The dispatcher that runs coroutines on the thread that polls the ring, between its completions.
 *
 * On it an operation of the same ring resumes its coroutine directly, and `delay` and `withTimeout` use the ring's
 * timers. A coroutine must not block there. One that would be dispatched after the ring has been closed is cancelled,
 * and goes on on [Dispatchers.IO] so that it can finish.
 *
 * It can be asked for, and coroutines can be launched on it, from any thread.
 */
public val Ring.dispatcher: CoroutineDispatcher
    get() = synchronized(dispatchers) {
        dispatchers[this]?.get() ?: RingDispatcher(this).also { dispatchers[this] = WeakReference(it) }
    }

/** Has one instance a ring for as long as anybody can reach it. */
internal class RingDispatcher(val ring: Ring) : CoroutineDispatcher(), Delay {
    // Confined to the polling thread.
    private val links = IdentityHashMap<Job, JobLink>()
    private val withoutJob = JobLink(this, null)
    private var lastLink = withoutJob
    private var inPlace = false

    /** What other threads have dispatched, the latest first. */
    private val posted = AtomicReference<Posted?>()

    // ---- dispatch

    override fun dispatch(context: CoroutineContext, block: Runnable) {
        if (!ring.isOwner) {
            post(Posted(block, context))
        } else if (inPlace) {
            inPlace = false
            block.run()
        } else {
            execute(block, context)
        }
    }

    /** Polling thread, from the top of the loop: resumes without a queue. */
    fun resumeInPlace(intercepted: Continuation<Any?>) {
        inPlace = true // for the one dispatch that follows
        intercepted.resume(Unit)
        inPlace = false
    }

    private fun execute(block: Runnable, context: CoroutineContext?) {
        try {
            ring.execute(block)
        } catch (closed: RejectedExecutionException) {
            refuse(block, context, closed)
        }
    }

    /** The task runs here and now on the polling thread, and is posted from elsewhere; not if the ring is closed. */
    fun runOnRing(task: Runnable) {
        if (ring.isOwner) {
            task.run()
        } else {
            post(Posted(task, null))
        }
    }

    private fun post(entry: Posted) {
        if (posted.getAndUpdate(entry::above) == null) {
            postTaking()
        }
    }

    /** All that is posted takes one place in the bounded inbox of the ring; while even that is refused, it waits. */
    private fun postTaking() {
        try {
            ring.execute(::takePosted)
        } catch (refused: RejectedExecutionException) {
            if (ring.isOpen) {
                CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS).execute(::postTaking)
            } else {
                takeAll { refuse(it.block, it.context, refused) }
            }
        }
    }

    private fun takePosted() = takeAll { execute(it.block, it.context) }

    private inline fun takeAll(each: (Posted) -> Unit) {
        var entry = posted.getAndSet(null)?.turnedAround()
        while (entry != null) {
            each(entry)
            entry = entry.next
        }
    }

    /** As the dispatchers of kotlinx.coroutines do it when their executor has been shut down. */
    private fun refuse(block: Runnable, context: CoroutineContext?, closed: RejectedExecutionException) {
        if (context != null) {
            context.cancel(refusal(closed))
            Dispatchers.IO.dispatch(context, block)
        }
    }

    private fun refusal(cause: Throwable) = CancellationException("the dispatcher's ring, $ring, is closed", cause)

    // ---- delay

    override fun scheduleResumeAfterDelay(timeMillis: Long, continuation: CancellableContinuation<Unit>) {
        val timer = after(timeMillis, continuation.context) {
            with(continuation) { resumeUndispatched(Unit) }
        }
        continuation.invokeOnCancellation { timer.cancel() }
    }

    override fun invokeOnTimeout(timeMillis: Long, block: Runnable, context: CoroutineContext): DisposableHandle {
        val timer = after(timeMillis, context) { block.run() }
        return DisposableHandle { timer.cancel() }
    }

    private inline fun after(millis: Long, context: CoroutineContext, crossinline then: () -> Unit): Operation<Void?> {
        val timer = ring.timers().prepareAfter(Duration.ofMillis(millis))
        val done = Completion<Void?> { _, failure ->
            if (failure == null) {
                then()
            } else if (failure !is CancellationException) {
                context.cancel(refusal(failure))
            }
        }
        try {
            timer.start(done)
        } catch (closed: RejectedExecutionException) {
            context.cancel(refusal(closed))
        }
        return timer
    }

    // ---- links, on the polling thread

    fun linkOf(job: Job?): JobLink {
        val last = lastLink
        if (last.job === job) {
            return last
        }
        val link = if (job == null) withoutJob else links[job]
        if (link == null) {
            return newLink(job!!)
        }
        lastLink = link
        return link
    }

    private fun newLink(job: Job): JobLink {
        val link = JobLink(this, job)
        links[job] = link
        lastLink = link
        job.whenItEnds(link)
        return link
    }

    fun forget(link: JobLink) {
        links.remove(link.job)
        if (lastLink === link) {
            lastLink = withoutJob
        }
    }

    override fun toString(): String = "RingDispatcher[$ring]"

    /** @param context null for a task that is no coroutine */
    private class Posted(val block: Runnable, val context: CoroutineContext?) {
        var next: Posted? = null

        fun above(top: Posted?): Posted {
            next = top
            return this
        }

        fun turnedAround(): Posted {
            var turned: Posted = this
            var entry = next
            next = null
            while (entry != null) {
                val below = entry.next
                entry.next = turned
                turned = entry
                entry = below
            }
            return turned
        }
    }
}
