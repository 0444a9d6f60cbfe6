package dev.ringway.kotlin.storm

import dev.ringway.AsyncListener
import dev.ringway.Ring
import dev.ringway.TestRings
import dev.ringway.kotlin.accept
import dev.ringway.kotlin.closeAndJoin
import dev.ringway.kotlin.listen
import dev.ringway.kotlin.localAddress
import dev.ringway.kotlin.makeFifo
import dev.ringway.kotlin.runRing
import dev.ringway.testing.Census
import dev.ringway.testing.Row
import dev.ringway.testing.Transport
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.io.RandomAccessFile
import java.net.SocketTimeoutException
import java.nio.channels.FileChannel
import java.nio.channels.SocketChannel
import java.nio.file.Files
import java.nio.file.OpenOption
import java.nio.file.Path
import java.nio.file.StandardOpenOption.CREATE
import java.nio.file.StandardOpenOption.WRITE
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicLong
import kotlin.time.Duration.Companion.milliseconds

/**
 * Accepts, opens and receives that end early at random, by `withTimeout` on the ring's dispatcher and by their own
 * limits: each completes once, the coroutine goes on only then, and no descriptor, lease, connection or byte is lost.
 *
 * `-Dringway.storm=100000` sets how many of each kind, `-Dringway.seed=` repeats the draws of one.
 */
class CancelStormTest : FunSpec({
    for (row in listOf(Row.IO_URING, Row.EPOLL)) {
        test("nothing is lost in a storm of cancellations ($row)") {
            val seed = java.lang.Long.getLong("ringway.seed", System.nanoTime())
            val directory = tempdir().toPath().toRealPath()
            warmUp(directory)
            val before = Census.take(directory)
            val outcome = CompletableFuture<Storm>()
            val runner = Thread.ofPlatform().daemon().name("storm").start {
                runCatching { runStorm(row, directory, seed) }.fold(outcome::complete, outcome::completeExceptionally)
            }
            val storm = outcome.get(30 + SHOTS / 200, TimeUnit.SECONDS)
            runner.join()
            print(storm.tally.table("cancel storm from Kotlin on $row, $SHOTS of each kind, seed $seed"))
            storm.wrongs().joinToString("\n") shouldBe ""
            before.requireSameFds("after the storm")
            before.requireSameThreads("after the storm", TimeUnit.SECONDS.toNanos(6))
            for (kind in Kind.entries) {
                storm.tally.ended(kind) shouldBe SHOTS
                for (end in Outcome.entries) {
                    withClue("$kind: $end") { storm.tally.get(kind, end).shouldBeGreaterThan(0) }
                }
            }
        }
    }
})

private val SHOTS = java.lang.Long.getLong("ringway.storm", 5000)
private const val LINES = 16

/** The JDK opens a socket of its own when one is first closed, and keeps it. */
private fun warmUp(directory: Path) =
    Transport.UNIX.server(directory).use { SocketChannel.open(it.localAddress).close() }

private fun runStorm(row: Row, directory: Path, seed: Long): Storm {
    val ring = Ring.builder().backend(row.backend()).create()
    return runRing(ring) {
        Storm(ring, seed).also { storm ->
            accepts(storm, directory, seed)
            opens(storm, directory, seed)
            receives(storm, directory, seed)
            storm.ring.inFlight() shouldBe 0
        }
    }
}

private suspend fun accepts(storm: Storm, directory: Path, seed: Long) {
    for (kind in listOf(Kind.ACCEPT, Kind.ACCEPT_FLOW)) {
        val listener = storm.ring.net().listen(Transport.UNIX.unused(directory), backlog = 64)
        val address = listener.localAddress()
        val connected = AtomicLong()
        val peer = Peer(storm, seed, 100) { random ->
            repeat(if (random.nextInt(8) == 0) 20 else 1) {
                SocketChannel.open(address).close() // waits while the backlog is full
                connected.incrementAndGet()
            }
        }
        storm.fire(SHOTS, List(LINES) { if (kind == Kind.ACCEPT) AcceptLine(listener) else AcceptFlowLine(listener) })
        peer.stop()
        val left = drain(listener, peer)
        val taken = storm.tally.get(kind, Outcome.VALUE) + storm.tally.get(kind, Outcome.VALUE_AFTER_CANCEL)
        // A flow accepts in advance, and closes what nobody collects.
        if (kind == Kind.ACCEPT && connected.get() != taken + left || connected.get() < taken + left) {
            storm.wrong("$kind: $connected connections, $taken accepted, $left left")
        }
        listener.closeAndJoin()
    }
}

private suspend fun drain(listener: AsyncListener, peer: Peer): Int {
    var left = 0
    while (true) {
        try {
            listener.accept(timeout = 20.milliseconds).close()
            left++
        } catch (_: SocketTimeoutException) {
            if (!peer.isAlive()) {
                return left
            }
        }
    }
}

private suspend fun opens(storm: Storm, directory: Path, seed: Long) {
    val file = Files.createFile(directory.resolve("file"))
    // With CREATE an io_uring hands it to a worker, without it does not.
    val options = listOf(arrayOf(), arrayOf<OpenOption>(CREATE, WRITE))
    storm.fire(SHOTS, List(LINES) { OpenLine(Kind.OPEN, storm, file, *options[it / 2 % 2]) })
    val fifo = makeFifo(directory.resolve("fifo"))
    val peer = Peer(storm, seed, 500) { FileChannel.open(fifo, WRITE).close() } // waits for a reader
    storm.fire(SHOTS, List(LINES) { OpenLine(Kind.OPEN_FIFO, storm, fifo) })
    peer.stop()
    RandomAccessFile(fifo.toFile(), "rw").use { peer.close() } // which is a reader
}

private suspend fun receives(storm: Storm, directory: Path, seed: Long) {
    val pool = storm.ring.pool(32, 16)
    for (kind in listOf(Kind.RECEIVE, Kind.RECEIVE_FLOW)) {
        val lines = List(LINES) {
            val transport = if (it % 2 == 0) Transport.UNIX else Transport.TCP4
            ReceiveLine.open(kind, storm, pool, transport.unused(directory))
        }
        Peer(storm, seed, 30) { random -> lines.random(random).send(random) }.use { storm.fire(SHOTS, lines) }
        lines.forEach { it.settle() }
        val leases = TestRings.leases(pool)
        if (leases != 0) {
            storm.wrong("$kind: $leases leases lost")
        }
    }
}
