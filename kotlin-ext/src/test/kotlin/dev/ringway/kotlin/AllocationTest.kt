package dev.ringway.kotlin

import dev.ringway.Readiness
import dev.ringway.testing.Allocations
import dev.ringway.testing.Cap
import dev.ringway.testing.Pair
import io.kotest.matchers.longs.shouldBeLessThanOrEqual
import java.nio.ByteBuffer
import java.nio.file.StandardOpenOption.CREATE_NEW
import java.nio.file.StandardOpenOption.READ
import java.nio.file.StandardOpenOption.WRITE
import kotlin.coroutines.Continuation
import kotlin.coroutines.startCoroutine
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.nanoseconds
import kotlinx.coroutines.Job

/** A count beyond the boxes that are always there. */
private const val BOX = 16L

/** What a collector gets is an object of its own. */
private const val LEASE = 48L

/** What the JDK's linker makes for a system call that the compiler does not see through, on a readiness backend. */
private const val SEGMENT = 40L

/** In what is counted as one call here, at most. */
private const val SYSTEM_CALLS = 4

private const val SMALL = 64
private const val LARGE = 1000

private val A_WHILE = java.time.Duration.ofSeconds(1)

/**
 * What a suspended call costs on the heap, on the ring's own dispatcher, once everything is warm: the boxed count,
 * where there is one.
 */
class AllocationTest : RowsSpec({
    onEveryRow("nop, timer, poll") {
        onRealKernel {
            val near = pair().near()
            quietly {
                bytes(0) { ring.nop() } shouldBeLessThanOrEqual linkers
                bytes(0) { ring.nop(1.hours) } shouldBeLessThanOrEqual linkers
                bytes(0) { ring.timers().after(1.nanoseconds) } shouldBeLessThanOrEqual linkers
                bytes(0) { near.poll(Readiness.WRITABLE) } shouldBeLessThanOrEqual linkers
            }
        }
    }

    onEveryRow("sendAll and receive: 64 bytes") {
        onRealKernel {
            echo(SMALL) shouldBeLessThanOrEqual linkers
        }
    }

    onEveryRow("sendAll and receive: 1000 bytes") {
        onRealKernel {
            echo(LARGE) shouldBeLessThanOrEqual 2 * BOX + linkers
        }
    }

    onEveryRow("receiveFlow") {
        onRealKernel {
            val pair = pair()
            val pool = ring.pool(4, LARGE)
            val message = ByteBuffer.allocateDirect(SMALL)
            quietly {
                val allocations = Allocations(LEASE)
                var left = 0
                pair.far().write(message.clear())
                pair.near().receiveFlow(pool).collect { lease ->
                    lease.release()
                    if (--left <= 0) {
                        if (allocations.again()) {
                            left = Allocations.CALLS
                        } else {
                            pair.far().shutdownOutput()
                        }
                    }
                    if (left > 0) {
                        pair.far().write(message.clear())
                    }
                }
                allocations.perCall() shouldBeLessThanOrEqual LEASE + linkers
            }
        }
    }

    onEveryRow("a file at an offset") {
        if (has(Cap.HELPFUL_KERNEL) && !has(Cap.PLAIN_CALLS)) {
            val path = bed.directory().resolve("file")
            quietly {
                val file = ring.files().open(path, READ, WRITE, CREATE_NEW)
                val buffer = ring.bufferOf(ByteArray(LARGE))
                bytes(2 * BOX) {
                    file.write(buffer, 0)
                    file.read(buffer.clear(), 0)
                } shouldBeLessThanOrEqual 2 * BOX
                buffer.release()
                file.close()
            }
        }
    }
})

private val OnRow.linkers: Long
    get() = if (has(Cap.PLAIN_CALLS)) SYSTEM_CALLS * SEGMENT else 0

/** The simulated kernel allocates for itself. */
private inline fun OnRow.onRealKernel(test: () -> Unit) {
    if (has(Cap.HELPFUL_KERNEL)) {
        test()
    }
}

/**
 * Runs a coroutine on the ring's dispatcher, and turns the ring with nothing around it that allocates: no builder
 * either, which in tests names each coroutine and renames its thread.
 */
private fun <T> OnRow.quietly(block: suspend () -> T): T {
    var outcome: Result<T>? = null
    val job = Job()
    block.startCoroutine(Continuation(ring.dispatcher + job) {
        outcome = it
        job.complete()
    })
    while (outcome == null) {
        ring.poll(A_WHILE)
    }
    return outcome!!.getOrThrow()
}

private inline fun bytes(wanted: Long, call: () -> Unit): Long {
    val allocations = Allocations(wanted)
    while (allocations.again()) {
        repeat(Allocations.CALLS) { call() }
    }
    return allocations.perCall()
}

/** A message to the far end, which sends it back. */
private fun OnRow.echo(size: Int): Long {
    val pair = pair()
    val atFar = ByteBuffer.allocateDirect(size)
    return quietly {
        ring.bufferOf(ByteArray(size)).use { buffer ->
            bytes(if (size > SMALL) 2 * BOX else 0) {
                pair.near().sendAll(buffer)
                pair.answer(atFar)
                check(pair.near().receive(buffer.clear(), 1.hours) == size)
            }
        }
    }
}

private fun Pair.answer(message: ByteBuffer) {
    while (message.hasRemaining()) {
        check(far().read(message) >= 0)
    }
    check(far().write(message.flip()) == message.limit())
    message.clear()
}
