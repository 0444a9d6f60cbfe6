package dev.ringway.kotlin

import dev.ringway.AsyncSocket
import dev.ringway.FileWatcher
import dev.ringway.Readiness
import dev.ringway.Signal
import dev.ringway.TestRings
import dev.ringway.TlsSocket
import dev.ringway.testing.Certificates
import dev.ringway.testing.Transport
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.matchers.shouldBe
import java.net.InetAddress
import java.net.InetSocketAddress
import java.nio.channels.ServerSocketChannel
import java.nio.channels.SocketChannel
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.selects.select
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout

/**
 * Every kind of suspended call that can wait for ever, ended in every way that coroutines have, on the ring's
 * dispatcher and elsewhere: whoever waits for it goes on when the kernel has let go, not before, and what comes
 * afterwards is the next call's.
 */
class StructuredConcurrencyTest : RowsSpec({
    onEveryRow("receives and sends of sockets") {
        val pair = pair(Transport.UNIX)
        val full = pair(Transport.UNIX).also { it.nearFills() }
        val near = pair.near()
        val buffer = loop.buffer(8)
        val text = loop.bufferOf("more")
        val pool = loop.pool(2, 8)
        onRing {
            suspend fun receivesAsEver() {
                pair.far().sends("x")
                while (near.receive(buffer.clear()) == 0) delay(1)
                buffer.getText(Charsets.UTF_8) shouldBe "x"
                TestRings.leases(pool) shouldBe 0
            }
            everyEnd("receive", then = { receivesAsEver() }) { near.receive(buffer.clear()) }
            everyEnd("receiveFlow", then = { receivesAsEver() }) { near.receiveFlow(pool).collect { it.release() } }
            everyEnd("poll", then = { receivesAsEver() }) { near.poll(Readiness.READABLE) }
            everyEnd("pollFlow", then = { receivesAsEver() }) { near.pollFlow(Readiness.READABLE).collect {} }
            everyEnd("receiveN, with a part", before = { pair.far().sends("ab") }, then = {
                while (buffer.readable() < 2) near.receive(buffer)
                buffer.getText(Charsets.UTF_8) shouldBe "ab"
            }) { near.receiveN(buffer.clear(), 8) }
            everyEnd("sendAll", then = { text.readable() shouldBe 4 }) { full.near().sendAll(text) }
            everyEnd("send", then = { text.readable() shouldBe 4 }) { full.near().send(text) }
        }
    }

    onEveryRow("sources and sinks") {
        val pair = pair()
        val full = pair(Transport.UNIX).also { it.nearFills() }
        val source = pair.near().source()
        val sink = full.near().sink()
        onRing {
            suspend fun theLineIsWhole() {
                pair.far().sends("c\n")
                source.readLine() shouldBe "abc"
            }
            val part: () -> Unit = { pair.far().sends("ab") }
            everyEnd("readLine", before = part, then = { theLineIsWhole() }) { source.readLine() }
            everyEnd("readExactly", before = part, then = { theLineIsWhole() }) { source.readExactly(10) }
            var written = 0L
            everyEnd("flush", then = { sink.buffer.size shouldBe written }) {
                written += 4
                sink.write("more")
                sink.flush()
            }
        }
    }

    onEveryRow("accepts and connects") {
        val listener = loop.await(ring.net().prepareListen(Transport.UNIX.unused(bed.directory())))
        val address = loop.await(listener.prepareLocalAddress())
        val crowded = bed.closing(ServerSocketChannel.open())
        crowded.bind(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1)
        repeat(2) { bed.closing(SocketChannel.open(crowded.localAddress)) }
        onRing {
            suspend fun acceptsAsEver() {
                SocketChannel.open(address).use { listener.accept().closeAndJoin() }
            }
            everyEnd("accept", then = { acceptsAsEver() }) { listener.accept() }
            everyEnd("acceptFlow", then = { acceptsAsEver() }) { listener.acceptFlow().collect { it.close() } }
            everyEnd("connect") { ring.net().connect(crowded.localAddress).close() }
        }
    }

    onEveryRow("pipes and splice") {
        val pair = pair(Transport.UNIX)
        val buffer = loop.buffer(1 shl 16)
        val pool = loop.pool(2, 8)
        onRing {
            val ends = ring.streams().pipe()
            val full = ring.streams().pipe()
            ring.bufferOf(ByteArray(1 shl 16)).use { full.sink.writeAll(it) }
            suspend fun readsAsEver() {
                ring.bufferOf("x").use { ends.sink.writeAll(it) }
                ends.source.readN(buffer.clear(), 1) shouldBe 1
                TestRings.leases(pool) shouldBe 0
            }
            everyEnd("read", then = { readsAsEver() }) { ends.source.read(buffer.clear()) }
            everyEnd("readFlow", then = { readsAsEver() }) { ends.source.readFlow(pool).collect { it.release() } }
            everyEnd("spliceTo", soon = true, then = {
                pair.far().sends("x")
                pair.near().receive(buffer.clear()) shouldBe 1
                readsAsEver()
            }) { pair.near().spliceTo(ends.sink, 8) }
            ring.bufferOf("more").use { text ->
                everyEnd("writeAll", then = { text.readable() shouldBe 4 }) { full.sink.writeAll(text) }
            }
            listOf(ends.source, ends.sink, full.source, full.sink).forEach { it.closeAndJoin() }
        }
    }

    onEveryRow("TLS") {
        Certificates.prepare()
        val context = Certificates.context()
        val much = loop.bufferOf(ByteArray(1 shl 23))
        onRing {
            val listener = ring.net().listen(Transport.TCP4.unused(bed.directory()))
            suspend fun connected(): Pair<AsyncSocket, AsyncSocket> = coroutineScope {
                val accepted = async { listener.accept() }
                ring.net().connect(listener.localAddress()) to accepted.await()
            }
            val (near, far) = connected()
            val server = async { far.tlsServer(context) }
            val client: TlsSocket = near.tlsClient("localhost", context = context)
            val source = client.source()
            val answers = server.await().sink()
            everyEnd("readLine", soon = true, then = {
                answers.write("line\n")
                answers.flush()
                source.readLine() shouldBe "line"
            }) { source.readLine() }
            everyEnd("sendAll", soon = null, then = { much.isLent shouldBe false }) { client.sendAll(much) }
            far.closeAndJoin() // what is still being sent need not be waited for
            client.closeAndJoin()
            for (context in CONTEXTS) {
                for (end in End.entries) {
                    val (silent, handshaking) = connected()
                    until { ring.inFlight() == 0 } // nothing of the one before
                    withClue("a handshake, $end, $context") {
                        ended(end, context) { handshaking.tlsServer(Certificates.context()) }
                        handshaking.isOpen shouldBe false
                    }
                    silent.closeAndJoin()
                }
            }
            listener.closeAndJoin()
        }
    }

    onEveryRow("time, processes, signals and files that change") {
        val process = ProcessBuilder("/bin/sh", "-c", "exec sleep 100").start()
        onRing {
            everyEnd("after") { ring.timers().after(Duration.INFINITE) }
            everyEnd("waitFor") { ring.processes().waitFor(process) }
            TestRings.signals(ring, Signal.realTime(1)).useAsync { signals ->
                everyEnd("receive of signals") { signals.receive() }
                everyEnd("receiveFlow of signals") { signals.receiveFlow().collect {} }
            }
            ring.files().watcher().useAsync { watcher ->
                watcher.watchDirectory(bed.directory(), FileWatcher.Interest.CREATE)
                everyEnd("eventFlow") { watcher.eventFlow().collect {} }
            }
            process.destroyForcibly()
            ring.processes().waitFor(process).signal shouldBe Signal.KILL
        }
    }
})

private val CONTEXTS = listOf(EmptyCoroutineContext, Dispatchers.Default)

private enum class End { CANCEL_AND_JOIN, TIMEOUT, LOST_SELECT, FAILED_SIBLING }

/**
 * @param soon whether what had no buffer of the caller's, a timer or a turn, may end a little after the call; null if
 *   something of the stream's own goes on for as long as it takes
 */
private suspend fun OnRow.everyEnd(
    name: String,
    before: () -> Unit = {},
    soon: Boolean? = false,
    then: suspend () -> Unit = {},
    call: suspend () -> Any?,
) {
    for (context in CONTEXTS) {
        for (end in End.entries) {
            withClue("$name, $end, $context") {
                before()
                val flying = ring.inFlight()
                ended(end, context, call)
                if (soon == true) delay(1)
                if (soon != null) ring.inFlight() shouldBe flying
                then()
            }
        }
    }
}

private suspend fun OnRow.ended(end: End, context: CoroutineContext, call: suspend () -> Any?) {
    val flying = ring.inFlight()
    val waiting: suspend () -> Unit = {
        call()
        error("it has ended by itself")
    }
    suspend fun begun() = until { ring.inFlight() > flying }
    when (end) {
        End.CANCEL_AND_JOIN -> coroutineScope {
            val job = launch(context) { waiting() }
            begun()
            job.cancelAndJoin()
        }

        End.TIMEOUT -> shouldThrow<TimeoutCancellationException> {
            withContext(context) { withTimeout(3) { waiting() } }
        }

        End.LOST_SELECT -> coroutineScope {
            val loser = async(context) { waiting() }
            begun()
            val winner = async { 1 }
            select { loser.onAwait { 2 }; winner.onAwait { it } } shouldBe 1
            loser.cancelAndJoin()
        }

        End.FAILED_SIBLING -> shouldThrow<IllegalStateException> {
            coroutineScope {
                launch(context) { waiting() }
                begun()
                error("a sibling")
            }
        }.message shouldBe "a sibling"
    }
}
