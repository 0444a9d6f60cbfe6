package dev.ringway.kotlin

import dev.ringway.Completion
import dev.ringway.Each
import dev.ringway.Iteration
import java.io.IOException
import java.util.concurrent.atomic.AtomicReference
import kotlin.coroutines.Continuation
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlin.time.Duration
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector

/** A flow of the items of an iteration; each collection has an iteration of its own. */
internal class IterationFlow<T : Any>(
    private val idleTimeout: Duration,
    private val prepare: () -> Iteration<T>,
) : Flow<T> {
    // Not made with a builder: those look at the Job once more before an item is emitted, and would lose it.
    override suspend fun collect(collector: FlowCollector<T>) {
        val iteration = prepare()
        val items = Items(
            if (idleTimeout == Duration.INFINITE) iteration else iteration.idleTimeout(positive(idleTimeout)),
        )
        try {
            var item = items.next()
            while (item != null) {
                collector.emit(item)
                item = items.next()
            }
        } finally {
            items.close()
        }
    }
}

/**
 * The items of an iteration one by one, for a coroutine that asks for each.
 *
 * The iteration delivers only while somebody waits: it is paused with each item and resumed by the next question, so
 * what comes in between stays with it, in order. It delivers on its polling thread; the one that asks may be on any.
 */
internal class Items<T : Any>(private val iteration: Iteration<T>) : Each<T>, Completion<Void?> {
    /** The call that waits, [ENDED], or null while the one that asks is busy. */
    private val state = AtomicReference<Any?>()
    private var started = false
    private var closing = false
    private var failure: Throwable? = null

    // ---- where the coroutine is

    /** The next item, or null at the end. */
    suspend fun next(): T? = suspendCoroutineUninterceptedOrReturn { caller ->
        if (state.get() === ENDED) end(caller) else suspendOn(this, caller, cancellable = true)
    }

    /** Returns when the iteration has ended; nothing is lost then. */
    suspend fun close() {
        closing = true
        if (started) {
            try {
                awaitEnd()
            } catch (_: IOException) {
                // who did not wait for more items does not care
            }
        }
    }

    private suspend fun awaitEnd(): T? = suspendCoroutineUninterceptedOrReturn { caller ->
        if (state.get() === ENDED) null else suspendOn(this, caller, cancellable = false)
    }

    /** Takes the call that waits from now on, unless there is nothing to wait for. */
    fun ask(call: Awaiting): Boolean {
        if (!state.compareAndSet(null, call)) {
            return false
        }
        if (closing) {
            iteration.cancel()
        } else if (started) {
            iteration.resume()
        } else {
            start()
        }
        return true
    }

    private fun start() {
        started = true // it may deliver on another thread before this one goes on
        try {
            iteration.start(this, this)
        } catch (refused: RuntimeException) {
            started = false
            throw refused
        }
    }

    /** Throws why it has ended, or returns null at the end of the source. */
    fun end(caller: Continuation<*>): T? {
        val failure = failure
        if (failure != null) {
            throw forCoroutine(failure, caller)
        }
        return null
    }

    fun cancel() = iteration.cancel()

    @Suppress("UNCHECKED_CAST") // it came from here
    fun putBack(item: Any?) {
        if (item != null) {
            iteration.putBack(item as T)
        }
    }

    // ---- on the polling thread

    override fun next(item: T) {
        iteration.pause()
        (state.getAndSet(null) as Awaiting).complete(item, null)
    }

    override fun complete(result: Void?, failure: Throwable?) {
        this.failure = failure
        val call = state.getAndSet(ENDED)
        if (call is Awaiting) {
            call.complete(null, failure)
        }
    }

    private object ENDED
}
