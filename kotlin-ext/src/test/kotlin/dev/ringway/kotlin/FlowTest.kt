package dev.ringway.kotlin

import dev.ringway.AsyncListener
import dev.ringway.AsyncSocket
import dev.ringway.Buf
import dev.ringway.TestRings
import dev.ringway.testing.Transport
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import java.net.SocketAddress
import java.net.SocketException
import java.net.SocketTimeoutException
import java.nio.ByteBuffer
import java.nio.channels.AsynchronousCloseException
import java.nio.channels.ReadPendingException
import java.nio.channels.SocketChannel
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull

/** Iterations as flows: cold, in order, backpressured, and nothing lost however a collection ends. */
class FlowTest : RowsSpec({
    onEveryRow("receiveFlow: everything in order, to the end of the stream") {
        val pair = pair()
        val pool = loop.pool(4, 16)
        onRing {
            val text = (0..99).joinToString("") { "$it," }
            launch {
                text.chunked(7).forEach {
                    pair.far().sends(it)
                    delay(1)
                }
                pair.farEnds()
            }
            pair.near().receiveFlow(pool).map { it.takeText() }.toList().joinToString("") shouldBe text
        }
        TestRings.leases(pool) shouldBe 0
    }

    onEveryRow("a flow is cold, and can be collected again") {
        val pair = pair()
        val pool = loop.pool(4, 16)
        val flow = pair.near().receiveFlow(pool)
        isIdle() shouldBe true
        onRing {
            for (text in listOf("first", "second")) {
                pair.far().sends(text)
                flow.receive(text.length) shouldBe text
                ring.inFlight() shouldBe 0
            }
        }
    }

    onEveryRow("take: what is not collected is what the next receive gets, in order") {
        val pair = pair()
        val pool = loop.pool(8, 2)
        val buffer = loop.buffer(16)
        onRing {
            pair.far().sends("aabbccddee")
            val first = pair.near().receiveFlow(pool).map { it.takeText() }.first()
            while (first.length + buffer.readable() < 10) {
                pair.near().receive(buffer)
            }
            first + buffer.getText(Charsets.UTF_8) shouldBe "aabbccddee"
        }
        TestRings.leases(pool) shouldBe 0
    }

    onEveryRow("a collector that throws: its failure comes out, and no byte is lost") {
        val pair = pair()
        val pool = loop.pool(8, 2)
        onRing {
            pair.far().sends("aabbcc")
            val seen = StringBuilder()
            shouldThrow<IllegalStateException> {
                pair.near().receiveFlow(pool).collect { lease ->
                    seen.append(lease.takeText())
                    error("enough")
                }
            }.message shouldBe "enough"
            ring.inFlight() shouldBe 0
            pair.near().receiveFlow(pool).receive(6 - seen.length).let(seen::append)
            seen.toString() shouldBe "aabbcc"
        }
    }

    onEveryRow("cancelled while it waits, and while the collector is busy") {
        val pair = pair()
        val pool = loop.pool(8, 2)
        onRing {
            val seen = StringBuilder()
            val waiting = launch { pair.near().receiveFlow(pool).collect { it.close() } }
            until { ring.inFlight() == 1 }
            waiting.cancelAndJoin()
            ring.inFlight() shouldBe 0
            val busy = CompletableDeferred<Unit>()
            val slow = launch {
                pair.near().receiveFlow(pool).collect { lease ->
                    seen.append(lease.takeText())
                    busy.complete(Unit)
                    delay(100_000)
                }
            }
            pair.far().sends("aabbcc")
            busy.await()
            slow.cancelAndJoin()
            ring.inFlight() shouldBe 0
            pair.near().receiveFlow(pool).receive(6 - seen.length).let(seen::append)
            seen.toString() shouldBe "aabbcc"
        }
        TestRings.leases(pool) shouldBe 0
    }

    onEveryRow("cancelled at the moment of delivery: the lease goes back to the head") {
        val pair = pair()
        val pool = loop.pool(8, 2)
        onRing {
            val held = HeldDispatcher()
            val collected = StringBuilder()
            val late = async(held) { pair.near().receiveFlow(pool).collect { collected.append(it.takeText()) } }
            held.release()
            pair.far().sends("aabb")
            until { !held.isEmpty() }
            late.cancel()
            until {
                held.release()
                late.isCompleted
            }
            collected.toString() shouldBe ""
            pair.near().receiveFlow(pool).receive(4) shouldBe "aabb"
        }
        TestRings.leases(pool) shouldBe 0
    }

    onEveryRow("backpressure: a slow collector holds one lease, and the rest waits in order") {
        val pair = pair()
        val pool = loop.pool(8, 4)
        onRing {
            val text = "0123456789".repeat(40)
            launch { pair.far().sendsSlowly(text) }
            val seen = StringBuilder()
            while (seen.length < text.length) {
                withTimeoutOrNull(20) {
                    pair.near().receiveFlow(pool).collect { lease ->
                        seen.append(lease.takeText()) // it is the collector's from here on, cancelled or not
                        delay(1)
                    }
                }
            }
            seen.toString() shouldBe text
        }
        TestRings.leases(pool) shouldBe 0
    }

    onEveryRow("an exhausted pool: the flow waits for a lease to come back") {
        val pair = pair()
        val pool = loop.pool(2, 2)
        onRing {
            pair.far().sends("aabbccdd")
            val held = ArrayDeque<Buf>()
            val seen = StringBuilder()
            pair.near().receiveFlow(pool).map { it.also { lease -> seen.append(lease.peekText()) } }.take(4).collect {
                held += it
                if (held.size == 2) {
                    launch {
                        delay(2)
                        held.removeFirst().close()
                    }
                }
            }
            held.forEach(Buf::close)
            pair.near().receiveFlow(pool).receive(8 - seen.length).let(seen::append)
            seen.toString() shouldBe "aabbccdd"
        }
        TestRings.leases(pool) shouldBe 0
    }

    onEveryRow("a failure ends the collection, behind what came before") {
        val pair = pair()
        val pool = loop.pool(4, 16)
        onRing {
            launch {
                delay(2)
                pair.farResets()
            }
            shouldThrow<SocketException> { pair.near().receiveFlow(pool).collect { it.close() } }
                .message!!.substringAfter("recv") shouldStartWith " on socket"
        }
    }

    onEveryRow("closed while it waits, and while the collector is busy") {
        val left = pair()
        val right = pair()
        val pool = loop.pool(4, 16)
        onRing {
            val waiting = async(start = CoroutineStart.UNDISPATCHED) {
                shouldThrow<AsynchronousCloseException> { left.near().receiveFlow(pool).collect { it.close() } }
            }
            left.near().close()
            waiting.await()
            right.far().sends("x")
            shouldThrow<AsynchronousCloseException> {
                right.near().receiveFlow(pool).collect {
                    it.close()
                    right.near().close()
                    delay(2)
                }
            }
        }
    }

    onEveryRow("idleTimeout: without bytes, not while the collector is busy") {
        val pair = pair()
        val pool = loop.pool(4, 16)
        onRing {
            pair.far().sends("x")
            var collected = 0
            shouldThrow<SocketTimeoutException> {
                pair.near().receiveFlow(pool, idleTimeout = 20.milliseconds).collect {
                    it.close()
                    collected++
                    delay(60)
                }
            }
            collected shouldBe 1
            shouldThrow<IllegalArgumentException> { pair.near().receiveFlow(pool, Duration.ZERO).collect { } }
            pair.far().sends("y")
            pair.near().receiveFlow(pool, idleTimeout = 10.seconds).receive(1) shouldBe "y"
        }
    }

    onEveryRow("a second collection, or a receive, while one collects") {
        val pair = pair()
        val pool = loop.pool(4, 16)
        val buffer = loop.buffer(4)
        onRing {
            val first = launch(start = CoroutineStart.UNDISPATCHED) {
                pair.near().receiveFlow(pool).collect { it.close() }
            }
            shouldThrow<ReadPendingException> { pair.near().receiveFlow(pool).collect { it.close() } }
            shouldThrow<ReadPendingException> { pair.near().receive(buffer) }
            first.isActive shouldBe true
            first.cancelAndJoin()
            pair.far().sends("x")
            pair.near().receive(buffer) shouldBe 1
        }
    }

    onEveryRow("collected on other dispatchers, with bytes that keep coming") {
        val pair = pair()
        val other = bed.running { }
        val pool = loop.pool(4, 16)
        onRing {
            val text = "0123456789".repeat(20)
            val contexts = listOf(Dispatchers.Default, Dispatchers.Unconfined, other.ring().dispatcher)
            val seen = StringBuilder()
            launch { pair.far().sendsSlowly(text.repeat(contexts.size)) }
            for (context in contexts) {
                withContext(context) {
                    val wanted = text.length / 2 // one more lease than that may come
                    seen.append(pair.near().receiveFlow(pool).receive(wanted))
                }
            }
            seen.append(pair.near().receiveFlow(pool).receive(text.length * contexts.size - seen.length))
            seen.toString() shouldBe text.repeat(contexts.size)
        }
        turnUntil("every lease has come back") { TestRings.leases(pool) == 0 }
    }

    onEveryRow("acceptFlow: every connection; ending it closes those that nobody got") {
        val listener = listener()
        val address = loop.await(listener.prepareLocalAddress())
        onRing {
            val clients = List(10) { SocketChannel.open(address) }
            val accepted = listener.acceptFlow().take(4).toList()
            accepted shouldHaveSize 4
            ring.inFlight() shouldBe 0
            accepted.forEach { it.closeAndJoin() }
            // Some were accepted in advance, and closed; the others are still in the backlog.
            val left = mutableListOf<AsyncSocket>()
            withTimeoutOrNull(20) { listener.acceptFlow().collect { left += it } }
            left.forEach { it.closeAndJoin() }
            clients.forEach {
                it.read(ByteBuffer.allocate(1)) shouldBe -1
                it.close()
            }
            listener.closeAndJoin()
        }
    }

    onEveryRow("acceptFlow: a connection whose collector has been cancelled is closed") {
        val listener = listener()
        val address = loop.await(listener.prepareLocalAddress())
        val client = bed.closing(SocketChannel.open(address))
        onRing {
            val held = HeldDispatcher()
            val late = async(held) { listener.acceptFlow().collect { error("nobody may get it") } }
            held.release()
            until { !held.isEmpty() }
            late.cancel()
            until {
                held.release()
                late.isCompleted
            }
            shouldThrow<CancellationException> { late.await() }
        }
        isIdle() shouldBe true
        client.read(ByteBuffer.allocate(1)) shouldBe -1
    }

    onEveryRow("acceptFlow: several collections share the connections") {
        val listener = listener()
        val address: SocketAddress = loop.await(listener.prepareLocalAddress())
        onRing {
            val counts = IntArray(2)
            val collectors = counts.indices.map { i ->
                launch {
                    listener.acceptFlow().collect {
                        counts[i]++
                        it.close()
                    }
                }
            }
            repeat(20) {
                SocketChannel.open(address).close()
                delay(1)
            }
            until { counts.sum() == 20 }
            collectors.forEach { it.cancelAndJoin() }
        }
    }
})

private fun OnRow.listener(): AsyncListener =
    loop.await(ring.net().prepareListen(Transport.UNIX.unused(bed.directory())))

private fun Buf.takeText(): String = use { it.getText(Charsets.UTF_8) }

private fun Buf.peekText(): String = String(ByteArray(readable()) { peek(it) })

/** The first so many characters, with a collection that ends then. */
private suspend fun Flow<Buf>.receive(count: Int): String {
    val text = StringBuilder()
    if (count > 0) {
        first {
            text.append(it.takeText())
            text.length >= count
        }
    }
    return text.toString()
}

private suspend fun SocketChannel.sendsSlowly(text: String) = text.chunked(13).forEach {
    sends(it)
    delay(1)
}
