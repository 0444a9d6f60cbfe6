package dev.ringway.kotlin.storm

import dev.ringway.Completion
import dev.ringway.Each
import dev.ringway.IntCompletion
import dev.ringway.IntOperation
import dev.ringway.Iteration
import dev.ringway.Operation
import dev.ringway.Ring
import dev.ringway.kotlin.await
import dev.ringway.kotlin.dispatcher
import java.io.IOException
import java.net.SocketTimeoutException
import java.nio.channels.InterruptedByTimeoutException
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.locks.LockSupport
import kotlin.concurrent.thread
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeout

/**
 * Operations that are made to end at random moments, while their peers act at random moments on threads of their own.
 *
 * A line is one coroutine on the ring's dispatcher that makes shot after shot, one operation each. Some of them share
 * one `withTimeout`, which then hits the operation that happens to be in flight; the others have a limit of their own.
 * What the operation told is watched underneath the suspend call, and compared with what the coroutine got.
 *
 * All random draws of the lines come from one seed; what the threads make of it is theirs.
 */
class Storm(val ring: Ring, seed: Long) {
    val random = Random(seed)
    val tally = Tally()
    private val wrong = ConcurrentLinkedQueue<String>()
    private var left = 0L

    fun wrong(what: String) {
        if (wrong.size < MOST_WRONG) {
            wrong += what
        }
    }

    fun wrongs(): List<String> = wrong.toList()

    /**
     * Fires so many shots from these lines, and returns when the last one is over. Every other line runs on a view of
     * the ring's dispatcher, where a cancellation can come between a value and its coroutine.
     */
    suspend fun fire(shots: Long, lines: List<Line>) = coroutineScope {
        left = shots
        val view = ring.dispatcher.limitedParallelism(1)
        lines.forEachIndexed { i, line ->
            launch(if (i % 2 == 0) ring.dispatcher else view) {
                while (left > 0) {
                    salvo(line)
                }
            }
        }
    }

    private suspend fun salvo(line: Line) {
        val shots = if (random.nextBoolean()) random.nextInt(1, 4) else random.nextInt(1, 100)
        if (tally.ended(line.kind, Way.WITH_TIMEOUT) <= tally.ended(line.kind, Way.OWN_TIMEOUT)) {
            try {
                withTimeout(random.nextLong(1, 4)) {
                    repeat(shots) { shoot(line, Shot(this@Storm, line.kind, Way.WITH_TIMEOUT, Duration.INFINITE)) }
                }
            } catch (_: TimeoutCancellationException) {
                // which is the point
            }
        } else {
            repeat(shots) {
                val limit = random.nextInt(1, 2000).microseconds
                try {
                    shoot(line, Shot(this, line.kind, Way.OWN_TIMEOUT, limit))
                } catch (_: SocketTimeoutException) {
                    // of a socket
                } catch (_: InterruptedByTimeoutException) {
                    // of anything else
                }
            }
        }
    }

    private suspend fun shoot(line: Line, shot: Shot) {
        if (left > 0) {
            left--
            var delivered = false
            try {
                line.shoot(shot)
                delivered = true
            } finally {
                if (!shot.over(delivered)) {
                    left++ // it had been cancelled before it could start
                }
            }
        }
    }

    private companion object {
        const val MOST_WRONG = 20
    }
}

/** What makes shots of one kind. */
abstract class Line(val kind: Kind) {
    /** One operation; returns when the coroutine got its value. */
    abstract suspend fun shoot(shot: Shot)
}

/** One operation from start to end. On the polling thread. */
class Shot(private val storm: Storm, private val kind: Kind, private val way: Way, val limit: Duration) {
    private var startedNanos = 0L
    private var elapsedNanos = 0L
    private var starts = 0
    private var completions = 0
    private var failure: Throwable? = null
    private var givenBack = false

    suspend fun <T> await(operation: Operation<T>): T {
        if (limit.isFinite()) {
            operation.timeout(limit.toJavaDuration())
        }
        return Watched(operation).await()
    }

    suspend fun await(operation: IntOperation): Int {
        if (limit.isFinite()) {
            operation.timeout(limit.toJavaDuration())
        }
        return WatchedInt(operation).await()
    }

    fun <T : Any> watched(iteration: Iteration<T>): Iteration<T> = WatchedIteration(iteration)

    private fun started() {
        starts++
        startedNanos = System.nanoTime()
    }

    private fun completed(failure: Throwable?) {
        elapsedNanos = System.nanoTime() - startedNanos
        completions++
        this.failure = failure
    }

    /**
     * The coroutine goes on, with the value or without.
     *
     * @return false if nothing was started
     */
    fun over(delivered: Boolean): Boolean {
        if (starts == 0) {
            return false
        }
        if (starts != 1 || completions != 1) {
            storm.wrong("$kind, $way: $completions completions of $starts")
        }
        storm.tally.count(kind, way, outcome(delivered))
        return true
    }

    private fun outcome(delivered: Boolean): Outcome {
        val failure = failure
        val early = failure is CancellationException || failure is SocketTimeoutException ||
            failure is InterruptedByTimeoutException
        return when {
            givenBack -> Outcome.VALUE_AFTER_CANCEL
            failure != null && !early -> Outcome.CANCELLED.also { storm.wrong("$kind, $way: $failure") }
            failure != null && delivered -> Outcome.VALUE // of an iteration, whose end is always one
            failure != null -> Outcome.CANCELLED
            !delivered && way == Way.OWN_TIMEOUT -> Outcome.VALUE.also { storm.wrong("$kind, $way: a value was lost") }
            !delivered || elapsedNanos > limit.inWholeNanoseconds -> Outcome.VALUE_AFTER_CANCEL
            else -> Outcome.VALUE
        }
    }

    private inner class Watched<T>(private val operation: Operation<T>) : Operation<T> by operation {
        override fun start(done: Completion<in T>): Operation<T> {
            started()
            operation.start { value, failure ->
                completed(failure)
                done.complete(value, failure)
            }
            return this
        }
    }

    private inner class WatchedInt(private val operation: IntOperation) : IntOperation by operation {
        override fun start(done: IntCompletion): IntOperation {
            started()
            operation.start { count, failure ->
                completed(failure)
                done.complete(count, failure)
            }
            return this
        }
    }

    private inner class WatchedIteration<T : Any>(private val iteration: Iteration<T>) : Iteration<T> by iteration {
        override fun start(each: Each<in T>, done: Completion<Void?>): Iteration<T> {
            started()
            iteration.start(each) { nothing, failure ->
                completed(failure)
                done.complete(nothing, failure)
            }
            return this
        }

        override fun idleTimeout(limit: java.time.Duration): Iteration<T> {
            iteration.idleTimeout(limit)
            return this
        }

        override fun putBack(item: T) {
            givenBack = true
            iteration.putBack(item)
        }
    }
}

/** A thread that acts again and again, at random moments, until it is closed. */
class Peer(
    private val storm: Storm,
    seed: Long,
    private val mostPauseMicros: Long,
    private val act: (Random) -> Unit,
) : AutoCloseable {
    private val random = Random(seed)
    private val thread = thread(name = "storm-peer", block = ::run)

    @Volatile
    private var stopped = false

    private fun run() {
        try {
            while (!stopped) {
                act(random)
                LockSupport.parkNanos(random.nextLong(mostPauseMicros * 1000))
            }
        } catch (failure: IOException) {
            storm.wrong("peer: $failure")
        }
    }

    /** From now on it acts no more; what it is in the middle of still happens. */
    fun stop() {
        stopped = true
    }

    fun isAlive(): Boolean = thread.isAlive

    override fun close() {
        stop()
        thread.join()
    }
}
