package dev.ringway.samples

import com.sun.management.ThreadMXBean
import dev.ringway.AsyncSocket
import dev.ringway.BufPool
import dev.ringway.Ring
import dev.ringway.RingStats
import dev.ringway.kotlin.connect
import dev.ringway.kotlin.dispatcher
import dev.ringway.kotlin.receive
import dev.ringway.kotlin.runRing
import dev.ringway.kotlin.sendAll
import dev.ringway.kotlin.serve
import dev.ringway.kotlin.useAsync
import java.io.IOException
import java.lang.management.ManagementFactory
import java.net.InetAddress
import java.net.InetSocketAddress
import java.util.Locale
import java.util.SplittableRandom
import kotlin.math.ceil
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.DurationUnit
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.plus
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout

private const val CONNECTIONS = 64
private const val MESSAGE_BYTES = 64
private val WARM_UP = 1.seconds
private val PROGRESS = 100.milliseconds

/** More than the demo takes on a slow and busy machine. */
private val GRACE = 30.seconds

/**
 * `demo [seconds]`: measures the Kotlin echo server, which has a ring and a thread of its own, with a client on another
 * ring. Each connection sends a message, waits until all of it has come back, compares every byte, and sends the next.
 */
fun main(args: Array<String>) {
    val time = (args.firstOrNull()?.toInt() ?: 4).seconds
    require(time.isPositive()) { "usage: demo [seconds]" }
    Ring.start("demo-server").use { server ->
        try {
            runRing { client -> withTimeout(time + GRACE) { Demo(server, client).run(time) } }
        } catch (late: TimeoutCancellationException) {
            throw IOException("it did not end in time: ${late.message}", late)
        }
    }
}

internal class Demo(
    private val server: Ring,
    private val client: Ring,
    private val service: suspend (AsyncSocket, BufPool) -> Unit = ::echo,
) {
    private val latencies = Latencies()
    private var requests = 0L
    private var running = true

    suspend fun run(time: Duration) = coroutineScope {
        val anyPort = InetSocketAddress(InetAddress.getLoopbackAddress(), 0)
        val pool = server.pool(256, 4096)
        val serving = server.net().serve(anyPort, this + server.dispatcher) { service(it, pool) }
        val connections = List(CONNECTIONS) { number ->
            launch { client.net().connect(serving.address).useAsync { drive(it, number) } }
        }
        measure(time)
        running = false
        connections.joinAll()
        serving.shutdown()
    }

    private suspend fun drive(socket: AsyncSocket, number: Int) {
        val random = SplittableRandom(number.toLong())
        val sent = ByteArray(MESSAGE_BYTES)
        val echoed = ByteArray(MESSAGE_BYTES)
        val output = client.buffer(MESSAGE_BYTES)
        val input = client.buffer(MESSAGE_BYTES)
        while (running) {
            random.nextBytes(sent)
            output.clear().put(sent)
            input.clear()
            val start = System.nanoTime()
            socket.sendAll(output)
            while (input.writable() > 0) {
                if (socket.receive(input) < 0) {
                    throw IOException("connection $number: the server has closed it")
                }
            }
            latencies.record(System.nanoTime() - start)
            if (!input.get(echoed).run { sent.contentEquals(echoed) }) {
                throw IOException("connection $number: message ${requests + 1} came back changed")
            }
            requests++
        }
    }

    /** Prints how it goes, and then what was found between the end of the warm-up and now. */
    private suspend fun measure(time: Duration) {
        delay(WARM_UP)
        latencies.clear()
        val requestsBefore = requests
        val before = work()
        val start = System.nanoTime()
        var passed = Duration.ZERO
        while (passed < time) {
            delay(PROGRESS)
            passed = (System.nanoTime() - start).nanoseconds
            progress(passed, requests - requestsBefore)
        }
        val done = requests - requestsBefore
        val after = work()
        println()
        if (done == 0L) {
            throw IOException("no message came back in $passed")
        }
        val stats = after.stats.since(before.stats)
        val systemCalls = stats.systemCalls / done.toDouble()
        val allocated = (after.allocated - before.allocated) / done.toDouble()
        say("backend", server.backend().toString())
        say("work", "$CONNECTIONS connections, each with a message of $MESSAGE_BYTES bytes under way; all came back")
        say("requests", "%,.0f per second, %,d in all", done / passed.toDouble(DurationUnit.SECONDS), done)
        say("latency", "p50 %,d µs, p99 %,d µs, p99.9 %,d µs", *latencies.percentiles(50.0, 99.0, 99.9))
        say("system calls", "%.3f per request, made by the server's ring", systemCalls)
        say("batching", "%.1f completions a turn", stats.completionsPerTurn())
        say("allocation", "%.1f bytes per request, by the server's thread", allocated)
    }

    private fun progress(passed: Duration, done: Long) {
        val seconds = passed.toDouble(DurationUnit.SECONDS)
        print("\r%4.1f s  %,11d messages sent, echoed and compared".format(Locale.ROOT, seconds, done))
        System.out.flush()
    }

    private fun say(what: String, found: String, vararg numbers: Any) =
        println("%-14s".format(what) + if (numbers.isEmpty()) found else found.format(Locale.ROOT, *numbers))

    /** What the server's thread has done so far. */
    private suspend fun work() = withContext(server.dispatcher) {
        val threads = ManagementFactory.getThreadMXBean() as ThreadMXBean
        Work(server.stats(), threads.currentThreadAllocatedBytes)
    }
}

private class Work(val stats: RingStats, val allocated: Long)

/** Latencies, counted by the microsecond; those of a second and more are one class. */
private class Latencies {
    private val counts = IntArray(1_000_001)

    fun clear() = counts.fill(0)

    fun record(nanos: Long) {
        counts[(nanos / 1000).coerceAtMost(counts.size - 1L).toInt()]++
    }

    /** For each percentage, the latency in microseconds that so many do not exceed. */
    fun percentiles(vararg percentages: Double): Array<Int> {
        val total = counts.sumOf { it.toLong() }
        return Array(percentages.size) { index ->
            var left = ceil(total * percentages[index] / 100).toLong()
            counts.indices.first { micros ->
                left -= counts[micros]
                left <= 0
            }
        }
    }
}
