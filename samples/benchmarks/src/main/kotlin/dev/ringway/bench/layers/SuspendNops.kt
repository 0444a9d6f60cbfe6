package dev.ringway.bench.layers

import dev.ringway.Ring
import dev.ringway.kotlin.dispatcher
import dev.ringway.kotlin.nop
import java.time.Duration
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.startCoroutine
import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.flow

/**
 * Coroutines that suspend for one nop after the other.
 *
 * @param cancellable each has a Job; else there is nothing that could cancel it
 * @param inFlow the nops are the items of a flow
 */
class SuspendNops(private val cancellable: Boolean, private val inFlow: Boolean) : Layer {
    private val ring: Ring = Ring.create()
    private var running = false
    private var alive = 0
    private var completed = 0L
    private var failure: Throwable? = null

    override fun run(batch: Int, nanos: Long): Long {
        running = true
        val before = completed
        repeat(batch) { launch() }
        val end = System.nanoTime() + nanos
        while (end - System.nanoTime() > 0) {
            repeat(Layer.TURNS_PER_CLOCK_READ) { ring.poll(LONG) }
        }
        running = false
        while (alive > 0) {
            ring.poll(LONG)
        }
        failure?.let { throw it }
        return completed - before
    }

    private fun launch() {
        alive++
        val job = if (cancellable) Job() else null
        val context: CoroutineContext = if (job == null) ring.dispatcher else ring.dispatcher + job
        val body: suspend () -> Unit = if (inFlow) ::collectNops else ::nops
        body.startCoroutine(Continuation(context) { result ->
            job?.complete()
            alive--
            failure = failure ?: result.exceptionOrNull()
        })
    }

    private suspend fun nops() {
        while (running) {
            ring.nop()
            completed++
        }
    }

    private suspend fun collectNops() {
        flow {
            while (running) {
                ring.nop()
                emit(Unit)
            }
        }.collect { completed++ }
    }

    override fun close() = ring.close()

    private companion object {
        val LONG: Duration = Duration.ofSeconds(10)
    }
}
