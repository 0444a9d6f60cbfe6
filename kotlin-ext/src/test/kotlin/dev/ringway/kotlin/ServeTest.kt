package dev.ringway.kotlin

import dev.ringway.AsyncSocket
import dev.ringway.Backend
import dev.ringway.ErrnoException
import dev.ringway.Ring
import dev.ringway.RingGroup
import dev.ringway.TestRings
import dev.ringway.internal.ffi.generated.Linux
import dev.ringway.testing.Certificates
import dev.ringway.testing.Libc
import dev.ringway.testing.Row
import dev.ringway.testing.Transport
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.comparables.shouldBeGreaterThanOrEqualTo
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.io.IOException
import java.net.BindException
import java.net.ConnectException
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.SocketAddress
import java.net.SocketException
import java.net.SocketTimeoutException
import java.nio.ByteBuffer
import java.nio.channels.AsynchronousCloseException
import java.nio.channels.SocketChannel
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import java.util.logging.Handler
import java.util.logging.LogRecord
import java.util.logging.Logger
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancel
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout

private val ANY_PORT = InetSocketAddress(InetAddress.getLoopbackAddress(), 0)
private val IDLE = 50.milliseconds

/** A server: how many it serves, how it ends, and what it makes of failures. The census finds what it leaves open. */
class ServeTest : RowsSpec({
    onEveryRow("many connections at once, each with its handler, and each socket is closed") {
        for (where in listOf(ring.dispatcher, Dispatchers.Default)) {
            run(where) {
                val server = ring.net().serve(ANY_PORT, this) { echo(ring, it) }
                val clients = List(5) { client(server.address) }
                clients.forEachIndexed { number, it -> it.sends("I am $number") }
                clients.forEachIndexed { number, it -> it.receives(6) shouldBe "I am $number" }
                server.connections shouldBe 5
                server.toString() shouldContain "5 connections"
                clients.forEach { it.shutdownOutput() }
                clients.forEach { it.use { client -> client.receivesAll() shouldBe "" } }
                server.shutdown(5.seconds) shouldBe true
                server.connections shouldBe 0
                server.join()
            }
        }
        isIdle() shouldBe true
    }

    onEveryRow("no more than so many: the others are not accepted before there is a place") {
        var most = 0
        var now = 0
        var served = 0
        onRing {
            val server = ring.net().serve(Transport.UNIX.unused(bed.directory()), this, maxConnections = 2) {
                most = maxOf(most, ++now)
                it.receiveText(ring)
                now--
                served++
            }
            val clients = List(5) { client(server.address) }
            until { now == 2 }
            delay(20)
            server.connections shouldBe 2
            for (client in clients) {
                client.use { it.receivesNothing() }
            }
            until { served == 5 }
            most shouldBe 2
            server.shutdown()
        }
    }

    onEveryRow("a handler that fails: its connection ends, its failure is told afterwards, and the others go on") {
        val told = CopyOnWriteArrayList<Throwable>()
        val open = CopyOnWriteArrayList<Boolean>()
        lateinit var socket: AsyncSocket
        onRing {
            val onFailure = { failure: Throwable ->
                told += failure
                open += socket.isOpen
            }
            val server = ring.net().serve(ANY_PORT, this, onFailure = onFailure) {
                when (val command = it.receiveWord(ring)) {
                    "fail" -> throw IllegalStateException("mine").also { _ -> socket = it }
                    "late" -> withTimeout(5.milliseconds) { awaitCancellation() }
                    "kids" -> launch { throw IOException("a child's") }
                    "quit" -> throw AssertionError("an error")
                    else -> ring.bufferOf(command).use { answer -> it.sendAll(answer) }
                }
            }
            val patient = client(server.address)
            for (command in listOf("fail", "late", "kids", "quit")) {
                client(server.address).use {
                    it.sends(command)
                    it.receivesAll() shouldBe ""
                }
            }
            patient.use {
                it.sends("stay")
                it.receivesAll() shouldBe "stay"
            }
            server.shutdown() shouldBe true
            told.filterNot { it is TimeoutCancellationException }.map { it.message } shouldBe
                listOf("mine", "a child's", "an error")
            told[1].shouldBeInstanceOf<TimeoutCancellationException>()
            open.first() shouldBe false
        }
    }

    onEveryRow("what is told of failures and throws itself ends the server, and its scope") {
        onRing {
            lateinit var server: Server
            lateinit var other: SocketChannel
            shouldThrow<IllegalArgumentException> {
                coroutineScope {
                    server = ring.net().serve(ANY_PORT, this, onFailure = { throw IllegalArgumentException(it) }) {
                        it.receiveWord(ring)
                        error("mine")
                    }
                    other = client(server.address)
                    client(server.address).use { it.sends("word") }
                }
            }.message shouldContain "mine"
            shouldThrow<ConnectException> { client(server.address) }
            other.use { it.receivesAll() shouldBe "" }
            ring.inFlight() shouldBe 0
        }
    }

    onEveryRow("shutdown: nobody is accepted any more, who waits sees the end, who works finishes") {
        onRing {
            var working = false
            val worked = CompletableDeferred<Unit>()
            val server = ring.net().serve(ANY_PORT, this) {
                if (it.receiveWord(ring) == "work") {
                    working = true
                    worked.await()
                    ring.bufferOf("done").use { answer -> it.sendAll(answer) }
                    it.receiveText(ring) shouldBe ""
                }
            }
            val idle = client(server.address)
            val busy = client(server.address)
            busy.sends("work")
            until { working && server.connections == 2 }
            val ending = async(start = CoroutineStart.UNDISPATCHED) { server.shutdown(5.seconds) }
            idle.use { it.receivesAll() shouldBe "" }
            shouldThrow<ConnectException> { client(server.address) }
            ending.isCompleted shouldBe false
            worked.complete(Unit)
            busy.use { it.receivesAll() shouldBe "done" }
            ending.await() shouldBe true
            server.shutdown() shouldBe true
        }
    }

    onEveryRow("shutdown: who has not finished within the grace is cancelled") {
        onRing {
            var ended = 0
            val server = ring.net().serve(ANY_PORT, this) {
                try {
                    awaitCancellation()
                } finally {
                    ended++
                }
            }
            val clients = List(3) { client(server.address) }
            until { server.connections == 3 }
            val patient = launch { server.shutdown(Duration.INFINITE) shouldBe false }
            val start = loop.now()
            server.shutdown(20.milliseconds) shouldBe false
            (loop.now() - start >= 20_000_000) shouldBe true
            ended shouldBe 3
            patient.join()
            clients.forEach { it.use { client -> client.receivesAll() shouldBe "" } }
        }
    }

    onEveryRow("shutdown at once; and cancelled itself it leaves the handlers alone") {
        onRing {
            val server = ring.net().serve(ANY_PORT, this) { awaitCancellation() }
            val client = client(server.address)
            until { server.connections == 1 }
            val shutdown = launch(start = CoroutineStart.UNDISPATCHED) { server.shutdown(Duration.INFINITE) }
            delay(5)
            shutdown.cancelAndJoin()
            server.connections shouldBe 1
            server.shutdown(Duration.ZERO) shouldBe false
            server.connections shouldBe 0
            client.use { it.receivesAll() shouldBe "" }
            shouldThrow<IllegalArgumentException> { server.shutdown((-1).seconds) }
            val idle = ring.net().serve(ANY_PORT, this) { awaitCancellation() }
            idle.shutdown(Duration.ZERO) shouldBe true
        }
    }

    onEveryRow("cancelling the scope ends everything, and whoever waits for it waits for the kernel") {
        for (where in listOf(ring.dispatcher, Dispatchers.Default)) {
            val clients = ArrayList<SocketChannel>()
            run(where) {
                lateinit var server: Server
                val scope = launch {
                    server = ring.net().serve(ANY_PORT, this) { it.receiveText(ring) }
                    repeat(3) { clients += client(server.address) }
                }
                until { clients.size == 3 && server.connections == 3 }
                scope.cancelAndJoin()
                ring.inFlight() shouldBe 0
                server.connections shouldBe 0
                shouldThrow<ConnectException> { client(server.address) }
            }
            clients.forEach { client -> client.use { run(where) { it.receivesAll() } } }
        }
    }

    onEveryRow("cancelled at any point: it serves, or nobody listens") {
        onRing {
            for (turns in 0..8) {
                val scope = CoroutineScope(Job())
                val serving = launch(start = CoroutineStart.UNDISPATCHED) {
                    ring.net().serve(ANY_PORT, scope) { awaitCancellation() }
                }
                repeat(turns) { ring.nop() }
                serving.cancelAndJoin()
                scope.coroutineContext.job.cancelAndJoin()
                ring.inFlight() shouldBe 0
            }
        }
    }

    onEveryRow("a scope that has been cancelled already: nobody listens") {
        onRing {
            val scope = CoroutineScope(Job().also { it.cancel() })
            val server = ring.net().serve(ANY_PORT, scope) { awaitCancellation() }
            server.join()
            shouldThrow<ConnectException> { client(server.address) }
        }
    }

    onEveryRow("no fd left: it says so once, waits, and goes on") {
        val scope = CoroutineScope(ring.dispatcher + Job())
        lateinit var server: Server
        fun talk() = onRing {
            client(server.address).use {
                it.sends("hello")
                it.receives(5) shouldBe "hello"
            }
        }
        onRing {
            server = ring.net().serve(ANY_PORT, scope) { echo(ring, it) }
            shouldThrow<ErrnoException> { ring.files().open(bed.directory().resolve("x".repeat(300))) } // loads classes
        }
        talk() // which loads more
        val waiting = ArrayList<SocketChannel>()
        val lines = logged {
            waiting += List(3) { client(server.address) }
            val limit = Libc.limitFds(0)
            val callsBefore = loop.sys().count()
            try {
                pass(300.milliseconds)
            } finally {
                limit.close()
            }
            (loop.sys().count() - callsBefore < 1000) shouldBe true
            (server.connections < 3) shouldBe true // an accept of before has the limit of before
        }
        lines.filter { "EMFILE" in it } shouldHaveSize 1
        turnUntil("all are accepted") { server.connections == 3 }
        talk()
        waiting.forEach { it.close() }
        onRing { server.shutdown() shouldBe true }
    }

    onEveryRow("a listener of one's own is taken over, and closed; if somebody else closes it the scope fails") {
        shouldThrow<AsynchronousCloseException> {
            onRing {
                val listener = ring.net().listen(ANY_PORT)
                val server = listener.serve(this) { echo(ring, it) }
                server.address shouldBe listener.localAddress()
                client(server.address).use {
                    it.sends("hello")
                    it.receives(5) shouldBe "hello"
                }
                listener.closeAndJoin()
                awaitCancellation()
            }
        }
        isIdle() shouldBe true
        onRing {
            val listener = ring.net().listen(ANY_PORT)
            launch(start = CoroutineStart.UNDISPATCHED) {
                cancel()
                shouldThrow<CancellationException> { listener.serve(this) { } }
            }.join()
            listener.isOpen shouldBe false
        }
    }

    onEveryRow("a failure to accept that is no shortage is not waited out: the scope fails") {
        shouldThrow<ErrnoException> {
            onRing {
                val listener = ring.net().listen(ANY_PORT)
                listener.serve(this) { echo(ring, it) }
                loop.sys().shutdown(TestRings.fd(listener), Linux.SHUT_RDWR())
                awaitCancellation()
            }
        }.errnoName() shouldBe "EINVAL"
        isIdle() shouldBe true
    }

    onEveryRow("misuse throws at the call, and leaves nothing open") {
        onRing {
            shouldThrow<IllegalArgumentException> {
                ring.net().serve(ANY_PORT, this, maxConnections = 0) { }
            }.message shouldContain "maxConnections 0"
            shouldThrow<IllegalArgumentException> {
                ring.net().serve(ANY_PORT, this, idleTimeout = Duration.ZERO) { }
            }.message shouldContain "idleTimeout 0s"
            ring.net().listen(ANY_PORT).useAsync { taken ->
                shouldThrow<IllegalArgumentException> { taken.serve(this, maxConnections = -1) { } }
                taken.isOpen shouldBe true
                shouldThrow<BindException> { ring.net().serve(taken.localAddress(), this) { } }
            }
        }
    }

    onEveryRow("unless somebody else is told: failures of handlers go to the log, of connections only for debugging") {
        val lines = logged {
            onRing {
                val server = ring.net().serve(ANY_PORT, this) {
                    if (it.receiveWord(ring) == "peer") throw SocketException("the peer's fault") else error("mine")
                }
                for (command in listOf("peer", "fail")) {
                    client(server.address).use {
                        it.sends(command)
                        it.receivesAll()
                    }
                }
                server.shutdown()
            }
        }
        lines.filter { "mine" in it } shouldHaveSize 1
        lines.filter { "peer's" in it }.shouldBeEmpty()
    }

    onEveryRow("idle: who says nothing any more is ended, and told of; who says little by little is not") {
        val told = CopyOnWriteArrayList<Throwable>()
        onRing {
            val server = ring.net().serve(ANY_PORT, this, idleTimeout = IDLE, onFailure = { told += it }) {
                echo(ring, it)
            }
            val silent = client(server.address)
            delay(IDLE / 5) // a little before the first look
            val start = loop.now()
            silent.sends("hello")
            silent.receives(5) shouldBe "hello"
            client(server.address).use { talker ->
                val ended = async { silent.use { it.receivesAll() to loop.now() } }
                var rounds = 0
                while (++rounds < 20 || !ended.isCompleted) {
                    talker.sends("x")
                    talker.receives(1)
                    delay(IDLE / 10)
                }
                val (rest, end) = ended.await()
                rest shouldBe ""
                (end - start).nanoseconds shouldBeGreaterThanOrEqualTo IDLE
                until { told.isNotEmpty() }
                server.connections shouldBe 1
                talker.shutdownOutput()
                talker.receivesAll() shouldBe ""
            }
            server.shutdown() shouldBe true // nothing is left of the looks
            told.single().shouldBeInstanceOf<SocketTimeoutException>().message shouldContain "idleTimeout"
        }
    }

    onEveryRow("idle: who reads slowly is not, who reads nothing is") {
        val content = ByteArray(1 shl 20) { (it * 31 shr 3).toByte() }
        val told = CopyOnWriteArrayList<Throwable>()
        onRing {
            val address = Transport.UNIX.unused(bed.directory())
            val server = ring.net().serve(address, this, idleTimeout = IDLE, onFailure = { told += it }) {
                ring.bufferOf(content).use { buffer -> it.sendAll(buffer) }
            }
            client(server.address).use { slow ->
                val bytes = ByteBuffer.allocate(content.size + 1)
                while (slow.read(bytes.limit(minOf(bytes.position() + (1 shl 15), bytes.capacity()))) >= 0) {
                    delay(IDLE / 10)
                }
                bytes.position() shouldBe content.size
                bytes.array().copyOf(content.size) shouldBe content
            }
            told.shouldBeEmpty()
            client(server.address).use { stuck ->
                until { told.isNotEmpty() }
                told.single().shouldBeInstanceOf<SocketTimeoutException>()
                stuck.isOpen shouldBe true
            }
            server.shutdown() shouldBe true
        }
    }

    onEveryRow("idle: under TLS, also in its handshake") {
        Certificates.prepare()
        val context = Certificates.context()
        val told = CopyOnWriteArrayList<Throwable>()
        val echo: suspend CoroutineScope.(AsyncSocket) -> Unit = {
            it.tlsServer(context).useAsync { tls ->
                while (true) {
                    val line = tls.source().readLine() ?: break
                    tls.sink().apply { write("$line\n") }.flush()
                }
            }
        }
        onRing {
            val patient = ring.net().serve(ANY_PORT, this, handler = echo) // a first handshake takes long
            ring.net().connect(patient.address).tlsClient("localhost", context = context).close()
            patient.shutdown()
            val server = ring.net().serve(
                ANY_PORT,
                this,
                idleTimeout = IDLE * 14, // more than a step of a handshake takes
                onFailure = { told += it },
                handler = echo,
            )
            val silent = client(server.address)
            ring.net().connect(server.address).tlsClient("localhost", context = context).useAsync { tls ->
                tls.sink().apply { write("hello\n") }.flush()
                tls.source().readLine() shouldBe "hello"
                tls.source().readLine() shouldBe null
            }
            silent.use { it.receivesAll() shouldBe "" }
            until { told.size == 2 }
            told.forEach { it.shouldBeInstanceOf<SocketTimeoutException>() }
            server.shutdown() shouldBe true
        }
    }

    for (row in listOf(Row.IO_URING, Row.EPOLL)) {
        test("a group: every ring serves those that come to it, on its own dispatcher ($row)") {
            RingGroup.builder().size(2).rings(Ring.builder().backend(row.backend())).start("serve").use { group ->
                val rings = ConcurrentHashMap.newKeySet<Ring>()
                runBlocking(Dispatchers.Default) {
                    val server = group.serve(ANY_PORT, this, idleTimeout = 10.seconds) {
                        val ring = group.current()!!
                        rings += ring
                        val child = async(start = CoroutineStart.UNDISPATCHED) {
                            ring.nop()
                            withContext(Dispatchers.Default) { group.current() shouldBe null }
                            delay(1)
                            launch { group.current() shouldBe ring }
                            group.current()
                        }
                        echo(ring, it)
                        child.await() shouldBe ring
                        group.current() shouldBe ring
                    }
                    while (rings.size < 2) {
                        client(server.address).use {
                            it.sends("hello")
                            it.receives(5) shouldBe "hello"
                        }
                    }
                    server.shutdown() shouldBe true
                    shouldThrow<ConnectException> { client(server.address) }
                    group.forEach { it.inFlight() shouldBe 0 }
                    val cancelled = launch(start = CoroutineStart.UNDISPATCHED) { group.serve(ANY_PORT, this) { } }
                    cancelled.cancelAndJoin()
                    group.forEach { it.inFlight() shouldBe 0 }
                }
            }
        }
    }
})

private suspend fun echo(ring: Ring, socket: AsyncSocket) = ring.buffer(64).use { buffer ->
    while (socket.receive(buffer.clear()) >= 0) {
        socket.sendAll(buffer)
    }
}

/** Four characters, or what there is before the end. */
private suspend fun AsyncSocket.receiveWord(ring: Ring): String = ring.buffer(4).use { buffer ->
    while (buffer.writable() > 0 && receive(buffer) >= 0) {
        // goes on
    }
    buffer.getText(Charsets.UTF_8)
}

private fun client(address: SocketAddress): SocketChannel =
    SocketChannel.open(address).also { it.configureBlocking(false) }

/** Receives to the end of the stream. */
private suspend fun SocketChannel.receivesAll(): String {
    val bytes = ByteBuffer.allocate(100)
    while (read(bytes) >= 0) {
        delay(1)
    }
    return String(bytes.array(), 0, bytes.position())
}

private suspend fun SocketChannel.receivesNothing() {
    read(ByteBuffer.allocate(1)) shouldBe 0
    delay(5)
}

/** What is logged meanwhile. */
private fun logged(block: () -> Unit): List<String> {
    val lines = CopyOnWriteArrayList<String>()
    val listener = object : Handler() {
        override fun publish(record: LogRecord) {
            lines += "${record.level} ${record.message} ${record.thrown ?: ""}"
        }

        override fun flush() {}

        override fun close() {}
    }
    val logger = Logger.getLogger("dev.ringway")
    logger.addHandler(listener)
    try {
        block()
    } finally {
        logger.removeHandler(listener)
    }
    return lines
}
