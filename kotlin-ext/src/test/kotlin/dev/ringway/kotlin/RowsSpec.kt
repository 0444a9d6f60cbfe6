package dev.ringway.kotlin

import dev.ringway.AsyncSocket
import dev.ringway.Ring
import dev.ringway.sim.FaultySys
import dev.ringway.testing.Cap
import dev.ringway.testing.Loop
import dev.ringway.testing.Pair
import dev.ringway.testing.Row
import dev.ringway.testing.TestBed
import dev.ringway.testing.Transport
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.test.Enabled
import java.nio.ByteBuffer
import java.nio.channels.SocketChannel
import java.nio.file.Path
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.yield

/** Tests that run on every backend row, each on a [TestBed] of its own, with the census at its end. */
abstract class RowsSpec(define: RowsSpec.() -> Unit) : FunSpec() {
    init {
        define()
    }

    /** A row that cannot run is reported as ignored, with the reason; if it is required the test fails. */
    fun onEveryRow(name: String, body: OnRow.() -> Unit) {
        for (row in Row.selected()) {
            test("$name ($row)").config(enabledOrReasonIf = { runnable(row) }) {
                TestBed.run(row, name) { OnRow(it).body() }
            }
        }
    }

    private fun runnable(row: Row): Enabled {
        val whyNot = row.whyNot()
        return if (whyNot.isEmpty() || row.isRequired) Enabled.enabled else Enabled.disabled("$row: $whyNot")
    }
}

/** What a test on one row works with. */
class OnRow(val bed: TestBed) {
    val loop: Loop get() = bed.loop()
    val ring: Ring get() = loop.ring()

    fun has(cap: Cap): Boolean = bed.caps().has(cap)

    /** A connection between a socket of the ring and one of the JDK. */
    fun pair(transport: Transport = Transport.TCP4): Pair = Pair.open(bed, loop, transport)

    /** Runs a coroutine on the ring's dispatcher, with the test's thread as the event loop, until it has completed. */
    fun <T> onRing(context: CoroutineContext = EmptyCoroutineContext, block: suspend CoroutineScope.() -> T): T =
        run(ring.dispatcher + context, block)

    /** Runs a coroutine wherever the context says, and turns the ring meanwhile. */
    @OptIn(ExperimentalCoroutinesApi::class)
    fun <T> run(context: CoroutineContext, block: suspend CoroutineScope.() -> T): T {
        val work = CoroutineScope(context).async(block = block)
        turnUntil("the coroutine has completed") { work.isCompleted }
        return work.getCompleted()
    }

    /** Turns the ring, and moves a clock that does not move by itself. */
    fun turnUntil(what: String, condition: () -> Boolean) = loop.until(what) {
        (loop.sys() as? FaultySys)?.advance(SIMULATED_STEP_NANOS)
        condition()
    }

    fun pass(time: Duration) = loop.pass(time.toJavaDuration())

    /** Nothing is in flight, and nothing is about to be. */
    fun isIdle(): Boolean {
        loop.settle()
        return ring.inFlight() == 0
    }

    private companion object {
        const val SIMULATED_STEP_NANOS = 1_000_000L
    }
}

/** From a coroutine: others run until something is true. */
suspend fun until(condition: () -> Boolean) {
    while (!condition()) {
        delay(1)
    }
}

/** From a coroutine: all of the text goes out, little as it is. */
fun SocketChannel.sends(text: String) {
    val bytes = ByteBuffer.wrap(text.toByteArray())
    while (bytes.hasRemaining()) {
        write(bytes)
    }
}

/** From a coroutine: receives so many characters while others run. */
suspend fun SocketChannel.receives(count: Int): String {
    val bytes = ByteBuffer.allocate(count)
    while (bytes.hasRemaining()) {
        check(read(bytes) >= 0) { "the stream ended after ${bytes.position()} of $count bytes" }
        yield()
    }
    return String(bytes.array())
}

/** Receives to the end of the stream. */
suspend fun AsyncSocket.receiveText(ring: Ring): String = ring.buffer(1 shl 16).use { buffer ->
    while (receive(buffer) >= 0) {
        check(buffer.writable() > 0) { "more than ${buffer.capacity()} bytes" }
    }
    buffer.getText(Charsets.UTF_8)
}

/** Makes a FIFO, which the JDK cannot. */
fun makeFifo(path: Path): Path = path.also {
    check(ProcessBuilder("mkfifo", it.toString()).inheritIO().start().waitFor() == 0) { "mkfifo $it" }
}
