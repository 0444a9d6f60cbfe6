package dev.ringway.bench.allocation

import dev.ringway.Ring
import dev.ringway.kotlin.after
import dev.ringway.kotlin.dispatcher
import dev.ringway.kotlin.nop
import dev.ringway.kotlin.read
import dev.ringway.kotlin.receive
import dev.ringway.kotlin.receiveFlow
import dev.ringway.kotlin.sendAll
import java.time.Duration
import kotlin.coroutines.Continuation
import kotlin.coroutines.startCoroutine
import kotlin.time.Duration.Companion.nanoseconds
import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.takeWhile

/** With suspend functions that can be cancelled, in one coroutine. */
class SuspendWork : Work {
    private val ring: Ring = Ring.create()
    private val things = Things.of(ring)
    private var running = false
    private var completed = 0L

    override fun details(): String = ring.backend().toString()

    override fun run(kind: Kind, nanos: Long): Long {
        val before = completed
        var outcome: Result<Unit>? = null
        val job = Job()
        running = true
        suspend { work(kind) }.startCoroutine(Continuation(ring.dispatcher + job) {
            outcome = it
            job.complete()
        })
        val end = System.nanoTime() + nanos
        while (outcome == null) {
            ring.poll(LONG)
            running = end - System.nanoTime() > 0
        }
        outcome!!.getOrThrow()
        return completed - before
    }

    private suspend fun work(kind: Kind) {
        when (kind) {
            Kind.NOP -> nops()
            Kind.TIMER -> timers()
            Kind.LEASE -> leases()
            Kind.READ -> reads()
            else -> transfers(kind)
        }
    }

    private suspend fun nops() {
        while (running) {
            ring.nop()
            completed++
        }
    }

    private suspend fun timers() {
        while (running) {
            ring.timers().after(1.nanoseconds)
            completed++
        }
    }

    private suspend fun transfers(kind: Kind) {
        val buffer = things.buffer(kind)
        val ends = things.ends(kind)
        while (running) {
            ends.near().sendAll(buffer)
            check(ends.far().receive(buffer.clear()) == kind.bytes())
            completed += 2
        }
    }

    private suspend fun leases() {
        val buffer = things.buffer(Kind.LEASE)
        val ends = things.ends(Kind.LEASE)
        ends.near().sendAll(buffer)
        ends.far().receiveFlow(things.pool()).takeWhile { lease ->
            ends.far().sendAll(lease)
            lease.release()
            check(ends.near().receive(buffer.clear()) == Kind.LEASE.bytes())
            completed++
            if (running) {
                ends.near().sendAll(buffer)
            }
            running
        }.collect {}
    }

    private suspend fun reads() {
        val buffer = things.buffer(Kind.READ)
        while (running) {
            check(things.file().read(buffer.clear(), 0) == Kind.READ.bytes())
            completed++
        }
    }

    override fun close() = ring.close()

    private companion object {
        val LONG: Duration = Duration.ofSeconds(10)
    }
}
