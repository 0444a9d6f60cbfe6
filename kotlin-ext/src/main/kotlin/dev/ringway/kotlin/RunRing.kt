package dev.ringway.kotlin

import dev.ringway.Ring
import java.time.Duration
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

/**
 * Makes a ring and runs [block] and the coroutines that it launches with the calling thread as the event loop, until
 * all of them have completed; then closes the ring. What `runBlocking` is to threads, this is to rings: made for
 * `main`.
 *
 * The block gets the ring; [Ring.dispatcher] is in its context. Returns what the block returns and throws what it, or a
 * coroutine in its scope, throws. An interrupt does not end it: the thread waits in the kernel.
 *
 * To be called from a platform thread that is not polling a ring at the moment, else it throws [IllegalStateException].
 *
 * If a Job in [context] is cancelled, the block is cancelled, and this throws [CancellationException] when its
 * operations have ended. If the ring is closed by somebody else, the block is cancelled too.
 *
 * @param context must have no dispatcher
 * @param builder settings for the ring
 * @throws dev.ringway.BackendUnavailableException if the backend that was asked for cannot be used, or none can
 */
public fun <T> runRing(
    context: CoroutineContext = EmptyCoroutineContext,
    builder: Ring.Builder = Ring.builder(),
    block: suspend CoroutineScope.(Ring) -> T,
): T {
    checkNotPolling()
    return builder.create().use { runRing(it, context, block) }
}

/**
 * Runs [block] and the coroutines that it launches with the calling thread as the event loop of [ring], until all of
 * them have completed; then closes the ring. As the other [runRing], with a ring that nobody, or the calling thread,
 * has polled so far.
 */
public fun <T> runRing(
    ring: Ring,
    context: CoroutineContext = EmptyCoroutineContext,
    block: suspend CoroutineScope.(Ring) -> T,
): T {
    checkNotPolling()
    require(context[ContinuationInterceptor] == null) { "runRing: the context has a dispatcher; it needs the ring's" }
    ring.poll(Duration.ZERO) // from here on it belongs to this thread, or this has told why that cannot be
    var outcome: Result<T>? = null
    val work = CoroutineScope(context + ring.dispatcher).launch {
        outcome = runCatching { coroutineScope { block(ring) } }
    }
    work.invokeOnCompletion { ring.close() }
    ring.use { it.run() }
    if (!work.isCompleted) {
        work.cancel(CancellationException("$ring was closed before runRing had finished"))
        runBlocking { work.join() }
    }
    outcome?.let { return it.getOrThrow() }
    work.ensureActive() // throws: it was cancelled before it began
    throw AssertionError("$work ended without an outcome")
}

/** A thread in a callback of a ring cannot run another one: the first would stand still. */
private fun checkNotPolling() {
    val insides = Ring::class.java.packageName + ".internal."
    val polling = StackWalker.getInstance().walk { frames -> frames.anyMatch { it.className.startsWith(insides) } }
    check(!polling) {
        "runRing on the thread ${Thread.currentThread().name}, which is polling a ring: launch a coroutine instead"
    }
}
