package dev.ringway.kotlin

import dev.ringway.Buf
import dev.ringway.TestRings
import dev.ringway.testing.Transport
import io.kotest.assertions.withClue
import io.kotest.matchers.shouldBe
import java.net.SocketException
import java.nio.ByteBuffer
import java.nio.channels.SocketChannel
import kotlin.random.Random
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

/**
 * Calls that are cancelled at random points, from random threads, on random dispatchers: every byte arrives, in order.
 *
 * `-Dringway.seed=` repeats the draws of one run.
 */
class RandomCancellationTest : RowsSpec({
    onEveryRow("receives and flows") {
        val pair = pair()
        val pool = loop.pool(8, 16)
        val buffer = loop.buffer(16)
        withSeed { random ->
            onRing {
                var received = 0
                fun compare(bytes: Buf) {
                    while (bytes.readable() > 0) {
                        bytes.get() shouldBe pattern(received++)
                    }
                }
                val feeder = launch {
                    var sent = 0
                    while (sent < BYTES) {
                        val bytes = ByteArray(random.nextInt(1, 32)) { pattern(sent + it) }
                        sent += pair.far().write(ByteBuffer.wrap(bytes))
                        if (random.nextInt(4) == 0) delay(1) else yield()
                    }
                    pair.farEnds()
                }
                var ended = false
                while (!ended) {
                    cancelledAtRandom(random) {
                        if (random.nextBoolean()) {
                            while (!ended) {
                                try {
                                    ended = pair.near().receive(buffer.clear()) < 0
                                } finally {
                                    compare(buffer)
                                }
                            }
                        } else {
                            pair.near().receiveFlow(pool).collect { it.use(::compare) }
                            ended = true
                        }
                    }
                }
                feeder.join()
                (received >= BYTES) shouldBe true
            }
        }
        turnUntil("every lease has come back") { TestRings.leases(pool) == 0 }
    }

    onEveryRow("sends") {
        val pair = pair()
        val buffer = loop.buffer(4096)
        withSeed { random ->
            onRing {
                val reader = launch {
                    var received = 0
                    val bytes = ByteBuffer.allocate(2048)
                    while (pair.far().read(bytes.clear()) >= 0) {
                        bytes.flip()
                        while (bytes.hasRemaining()) {
                            bytes.get() shouldBe pattern(received++)
                        }
                        if (random.nextInt(4) == 0) delay(1) else yield()
                    }
                    received shouldBe SENT_BYTES
                }
                var filled = 0
                while (filled < SENT_BYTES || buffer.readable() > 0) {
                    buffer.compact()
                    while (filled < SENT_BYTES && buffer.writable() > 0) {
                        buffer.put(pattern(filled++))
                    }
                    cancelledAtRandom(random) {
                        if (random.nextBoolean()) pair.near().sendAll(buffer) else pair.near().send(buffer)
                    }
                }
                pair.near().shutdownOutput()
                reader.join()
            }
        }
    }

    onEveryRow("connects and accepts") {
        val listener = loop.await(ring.net().prepareListen(Transport.UNIX.unused(bed.directory())))
        val address = loop.await(listener.prepareLocalAddress())
        withSeed { random ->
            onRing {
                repeat(100) {
                    cancelledAtRandom(random) {
                        ring.net().connect(address).useAsync { it.peerAddress() shouldBe address }
                    }
                    if (random.nextBoolean()) {
                        SocketChannel.open(address).close()
                    }
                    cancelledAtRandom(random) {
                        try {
                            listener.accept().useAsync { it.localAddress() shouldBe address }
                        } catch (_: SocketException) {
                            // the peer was cancelled in time
                        }
                    }
                }
            }
        }
    }
})

private const val BYTES = 4000
private const val SENT_BYTES = 200_000

private fun pattern(position: Int): Byte = (position * 31 + (position shr 8)).toByte()

private fun withSeed(block: (Random) -> Unit) {
    val seed = java.lang.Long.getLong("ringway.seed", System.nanoTime())
    withClue("-Dringway.seed=$seed") { block(Random(seed)) }
}

/** Runs the call as a child on some dispatcher, and cancels it at some point, unless it ends before. */
@OptIn(ExperimentalCoroutinesApi::class)
private suspend fun OnRow.cancelledAtRandom(random: Random, call: suspend () -> Unit) {
    val context = when (random.nextInt(6)) {
        0 -> Dispatchers.Unconfined
        1 -> ring.dispatcher.limitedParallelism(1)
        else -> ring.dispatcher
    }
    val job = CoroutineScope(context).async { call() }
    cancelAtRandom(random, job)
    job.join()
    job.getCompletionExceptionOrNull()?.let { if (it !is CancellationException) throw it }
}

private suspend fun cancelAtRandom(random: Random, job: Job) {
    repeat(random.nextInt(6)) { yield() }
    when (random.nextInt(4)) {
        0 -> job.cancel()
        1 -> withContext(Dispatchers.Default) { job.cancel() }
        2 -> Thread.ofPlatform().start { job.cancel() }
        else -> {
            delay(random.nextLong(1, 3))
            job.cancel()
        }
    }
}
