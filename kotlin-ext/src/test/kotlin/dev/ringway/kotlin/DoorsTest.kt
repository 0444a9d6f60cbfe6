package dev.ringway.kotlin

import dev.ringway.AsyncListener
import dev.ringway.AsyncSocket
import dev.ringway.Buf
import dev.ringway.ErrnoException
import dev.ringway.MoreSocketOptions
import dev.ringway.Received
import dev.ringway.Ring
import dev.ringway.SocketProtocol
import dev.ringway.SocketType
import dev.ringway.testing.Transport
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.comparables.shouldBeGreaterThanOrEqualTo
import io.kotest.matchers.ints.shouldBeBetween
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.io.EOFException
import java.net.ConnectException
import java.net.SocketException
import java.net.SocketTimeoutException
import java.net.StandardProtocolFamily
import java.net.StandardSocketOptions
import java.nio.ByteBuffer
import java.nio.channels.AsynchronousCloseException
import java.nio.channels.ClosedChannelException
import java.nio.channels.InterruptedByTimeoutException
import java.nio.channels.ReadPendingException
import java.nio.file.FileAlreadyExistsException
import java.nio.file.Files
import java.nio.file.NoSuchFileException
import java.nio.file.Path
import java.nio.file.StandardOpenOption.CREATE_NEW
import java.nio.file.StandardOpenOption.READ
import java.nio.file.StandardOpenOption.WRITE
import java.nio.file.attribute.PosixFilePermission.OWNER_READ
import java.nio.file.attribute.PosixFilePermission.OWNER_WRITE
import java.nio.file.attribute.PosixFilePermissions
import jdk.net.ExtendedSocketOptions
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/** Every suspend door once: what it returns, what it throws, and its time limit. */
class DoorsTest : RowsSpec({
    onEveryRow("echo: every client gets its own bytes back") {
        onRing {
            val listener = ring.net().listen(Transport.TCP4.unused(bed.directory()))
            val server = launch {
                while (true) {
                    val socket = listener.accept()
                    launch {
                        socket.useAsync { ring.buffer(64).use { buffer -> echo(socket, buffer) } }
                    }
                }
            }
            val address = listener.localAddress()
            val clients = List(8) { client ->
                async {
                    ring.net().connect(address).useAsync { socket ->
                        ring.buffer(256).use { buffer ->
                            repeat(20) { round ->
                                val text = "client $client, round $round"
                                buffer.clear().put(text)
                                socket.sendAll(buffer) shouldBe text.length
                                while (buffer.readable() < text.length) {
                                    socket.receive(buffer).shouldBeBetween(1, text.length)
                                }
                                buffer.getText(Charsets.UTF_8) shouldBe text
                            }
                        }
                    }
                }
            }
            clients.awaitAll()
            server.cancelAndJoin()
            listener.closeAndJoin()
        }
        isIdle() shouldBe true
    }

    onEveryRow("receive: the number of bytes, 0 without room, -1 at the end") {
        val pair = pair()
        val buffer = loop.buffer(4)
        onRing {
            pair.far().sends("abcd")
            while (buffer.writable() > 0) {
                pair.near().receive(buffer)
            }
            pair.near().receive(buffer) shouldBe 0
            buffer.getText(Charsets.UTF_8) shouldBe "abcd"
            pair.farEnds()
            pair.near().receive(buffer.clear()) shouldBe -1
        }
    }

    onEveryRow("receiveN: exactly so many bytes, the end before them, and the time limit") {
        val pair = pair()
        val buffer = loop.buffer(16)
        onRing {
            pair.far().sends("abcdef")
            pair.near().receiveN(buffer, 4) shouldBe 4
            buffer.getText(Charsets.UTF_8) shouldBe "abcd"
            shouldThrow<SocketTimeoutException> { pair.near().receiveN(buffer, 3, timeout = 100.milliseconds) }
            buffer.getText(Charsets.UTF_8) shouldBe "ef"
            pair.far().sends("gh")
            pair.farEnds()
            shouldThrow<EOFException> { pair.near().receiveN(buffer, 3) }
            buffer.getText(Charsets.UTF_8) shouldBe "gh"
        }
    }

    onEveryRow("send: some bytes, which the buffer then lacks") {
        val pair = pair()
        val buffer = loop.bufferOf("abc")
        onRing {
            val sent = pair.near().send(buffer)
            sent.shouldBeBetween(1, 3)
            buffer.readable() shouldBe 3 - sent
            pair.far().receives(sent) shouldBe "abc".take(sent)
        }
    }

    onEveryRow("socket, bind, listen, connect, and the addresses of both ends") {
        onRing {
            val bound = ring.net().socket(StandardProtocolFamily.INET)
            bound.bind(Transport.TCP4.unused(bed.directory()))
            val listener: AsyncListener = bound.listen(backlog = 5)
            val client = ring.net().socket(StandardProtocolFamily.INET)
            client.connect(listener.localAddress())
            val server = listener.accept()
            client.peerAddress() shouldBe listener.localAddress()
            server.peerAddress() shouldBe client.localAddress()
            listOf(client, server, listener).forEach { it.closeAndJoin() }
        }
    }

    onEveryRow("several buffers, and messages with their senders") {
        val pair = pair()
        val (one, two, dst) = listOf(loop.bufferOf("one"), loop.bufferOf("two"), loop.buffer(6))
        onRing {
            var sent = pair.near().send(arrayOf(one, two))
            sent += pair.near().sendAll(arrayOf(one, two))
            sent shouldBe 6
            pair.far().receives(6) shouldBe "onetwo"
            pair.far().sends("answer")
            pair.near().receiveN(arrayOf(dst), 4) shouldBe 4
            pair.near().receive(arrayOf(dst)).shouldBeBetween(1, 2)
            val udp = ring.net().socket(StandardProtocolFamily.INET, SocketType.DATAGRAM)
            udp.bind(Transport.TCP4.unused(bed.directory()))
            val self = udp.localAddress()
            udp.sendTo(one.clear().put("1"), self) shouldBe 1
            udp.sendTo(arrayOf(two.clear().put("2"), one.put("3")), self) shouldBe 2
            udp.receiveFrom(dst.clear()) shouldBe Received(1, self, false)
            udp.receiveFrom(arrayOf(dst)) shouldBe Received(2, self, false)
            dst.getText(Charsets.UTF_8) shouldBe "123"
            udp.closeAndJoin()
        }
    }

    onEveryRow("one lease of a pool") {
        val pair = pair()
        val pool = loop.pool(1, 64)
        onRing {
            pair.far().sends("x")
            pair.near().receive(pool)!!.use { it.getText(Charsets.UTF_8) shouldBe "x" }
            pair.far().sends("y")
            pair.near().receiveFrom(pool).lease()!!.use { it.getText(Charsets.UTF_8) shouldBe "y" }
            pair.farEnds()
            pair.near().receive(pool) shouldBe null
        }
    }

    onEveryRow("option and setOption: of sockets of any type, and of listeners") {
        onRing {
            val listener = ring.net().listen(Transport.TCP4.unused(bed.directory()))
            listener.option(MoreSocketOptions.SO_ACCEPTCONN) shouldBe true
            listener.setOption(StandardSocketOptions.SO_KEEPALIVE, true)
            listener.option(StandardSocketOptions.SO_KEEPALIVE) shouldBe true
            val client = ring.net().connect(listener.localAddress())
            client.option(StandardSocketOptions.TCP_NODELAY) shouldBe true
            client.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 7)
            client.option(ExtendedSocketOptions.TCP_KEEPIDLE) shouldBe 7
            val udp = ring.net().socket(StandardProtocolFamily.INET, SocketType.DATAGRAM, SocketProtocol.UDP)
            udp.option(MoreSocketOptions.SO_TYPE) shouldBe SocketType.DATAGRAM
            listOf(udp, client, listener).forEach { it.closeAndJoin() }
        }
    }

    onEveryRow("shutdown: the peer sees the end, and so does a receive of our own") {
        val pair = pair()
        val buffer = loop.buffer(4)
        onRing {
            pair.near().shutdownOutput()
            until { pair.far().read(ByteBuffer.allocate(1)) == -1 }
            val receive = async(start = CoroutineStart.UNDISPATCHED) { pair.near().receive(buffer) }
            pair.near().shutdownInput()
            receive.await() shouldBe -1
        }
    }

    onEveryRow("connect: nobody listens") {
        onRing {
            val listener = ring.net().listen(Transport.TCP4.unused(bed.directory()))
            val address = listener.localAddress()
            listener.closeAndJoin()
            shouldThrow<ConnectException> { ring.net().connect(address) }.message shouldContain "ECONNREFUSED"
        }
    }

    onEveryRow("files: open, write, read, at offsets and at the position, the end, sync, close") {
        val path = bed.directory().resolve("file")
        val buffer = loop.buffer(16)
        onRing {
            val permissions = setOf(OWNER_READ, OWNER_WRITE)
            ring.files().open(path, CREATE_NEW, READ, WRITE, permissions = permissions).useAsync { file ->
                file.writeAll(buffer.put("abcdef")) shouldBe 6
                file.writeAll(buffer.put("XY"), offset = 1) shouldBe 2
                file.write(buffer.put("g")) shouldBe 1
                file.sync()
                buffer.clear()
                file.readN(buffer, 7, offset = 0) shouldBe 7
                buffer.getText(Charsets.UTF_8) shouldBe "aXYdefg"
                buffer.clear()
                file.read(buffer) shouldBe -1
                file.read(buffer, offset = 6) shouldBe 1
                buffer.getText(Charsets.UTF_8) shouldBe "g"
                shouldThrow<EOFException> { file.readN(buffer, 3, offset = 5) }
                buffer.getText(Charsets.UTF_8) shouldBe "fg"
            }
            Files.getPosixFilePermissions(path) shouldBe permissions
            shouldThrow<FileAlreadyExistsException> { ring.files().open(path, CREATE_NEW, WRITE) }
            shouldThrow<NoSuchFileException> { ring.files().open(path.resolveSibling("none")) }
        }
    }

    onEveryRow("files: several buffers, at offsets and at the position, the end, the time limit") {
        val path = bed.directory().resolve("file")
        val one = loop.buffer(4)
        val two = loop.buffer(8)
        val both = arrayOf(one, two)
        onRing {
            ring.files().open(path, CREATE_NEW, READ, WRITE).useAsync { file ->
                one.put("abcd")
                two.put("efgh")
                file.writeAll(both) shouldBe 8
                one.clear().put("i")
                file.write(both) shouldBe 1
                one.clear().put("X")
                two.clear().put("Y")
                file.writeAll(both, offset = 1) shouldBe 2
                both.forEach { it.clear() }
                file.readN(both, 7, offset = 0) shouldBe 7
                one.getText(Charsets.UTF_8) + two.getText(Charsets.UTF_8) shouldBe "aXYdefg"
                both.forEach { it.clear() }
                file.read(both) shouldBe -1
                file.read(both, offset = 8) shouldBe 1
                one.getText(Charsets.UTF_8) shouldBe "i"
                shouldThrow<EOFException> { file.readN(both, 4, offset = 7) }
                one.getText(Charsets.UTF_8) shouldBe "hi"
            }
            val fifo = makeFifo(bed.directory().resolve("fifo"))
            ring.files().open(fifo, READ, WRITE).useAsync { file ->
                val read = async(start = CoroutineStart.UNDISPATCHED) {
                    shouldThrow<InterruptedByTimeoutException> { file.readN(both, 2, timeout = 20.milliseconds) }
                }
                delay(50.milliseconds)
                Files.write(fifo, byteArrayOf(1), WRITE) // ends a call that cannot be cancelled
                read.await()
            }
        }
    }

    onEveryRow("permissions: those that a new file gets if nobody says") {
        val path = bed.directory().resolve("file")
        onRing {
            ring.files().open(path, CREATE_NEW, WRITE).closeAndJoin()
        }
        Files.getPosixFilePermissions(path) shouldBe PosixFilePermissions.fromString("rw-------")
    }

    onEveryRow("nop and timers") {
        onRing {
            ring.nop()
            val before = loop.now()
            ring.timers().after(3.milliseconds)
            (loop.now() - before).shouldBeGreaterThanOrEqualTo(3_000_000)
            ring.timers().after(Duration.ZERO)
        }
    }

    onEveryRow("direct descriptors: only where the ring has places for them") {
        onRing {
            ring.files().open(Files.createFile(bed.directory().resolve("file"))).useAsync { file ->
                shouldThrow<ErrnoException> { ring.toDirectDescriptor(file) }.message shouldContain "toDirectDescriptor"
                shouldThrow<IllegalStateException> { ring.toFileDescriptor(file) }
            }
        }
    }

    onEveryRow("batch: all at once, each with its result; cancelled, all of them have let go of their buffers") {
        val path = Files.writeString(bed.directory().resolve("file"), "0123456789")
        val pair = pair()
        val buffers = List(4) { loop.buffer(3) }
        onRing {
            ring.files().open(path).useAsync { file ->
                val reads = List(3) { file.prepareReadN(buffers[it], 3).from(3L * it) }
                ring.batch(reads) shouldBe 3
                buffers.take(3).map { it.getText(Charsets.UTF_8) } shouldBe listOf("012", "345", "678")
                val beyond = file.prepareReadN(buffers[0].clear(), 3).from(9)
                shouldThrow<EOFException> { ring.batch(listOf(beyond, ring.prepareNop())) }
                buffers[0].getText(Charsets.UTF_8) shouldBe "9"
                ring.batch(emptyList()) shouldBe 0
            }
            val receive = pair.near().prepareReceive(buffers[3])
            val batch = async(start = CoroutineStart.UNDISPATCHED) { ring.batch(listOf(ring.prepareNop(), receive)) }
            buffers[3].isLent shouldBe true
            batch.cancelAndJoin()
            buffers[3].isLent shouldBe false
            receive.reset(buffers[3])
            shouldThrow<SocketTimeoutException> { ring.batch(listOf(receive), 5.milliseconds) }
            buffers[3].isLent shouldBe false
        }
    }

    onEveryRow("close: what is in flight hears of it, what starts later too, and a second close has no effect") {
        val pair = pair()
        val buffer = loop.buffer(4)
        onRing {
            val receive = async(start = CoroutineStart.UNDISPATCHED) {
                shouldThrow<AsynchronousCloseException> { pair.near().receive(buffer) }
            }
            pair.near().closeAndJoin()
            receive.isCompleted shouldBe true
            pair.near().closeAndJoin()
            val late = shouldThrow<ClosedChannelException> { pair.near().receive(buffer) }
            (late is AsynchronousCloseException) shouldBe false
        }
    }

    onEveryRow("useAsync: closes after a result, after a failure, and keeps both failures") {
        val pair = pair()
        onRing {
            pair.near().useAsync { it.isOpen } shouldBe true
            pair.near().isOpen shouldBe false
            val other = ring.net().socket(StandardProtocolFamily.INET)
            shouldThrow<IllegalStateException> { other.useAsync { error("mine") } }.message shouldBe "mine"
            other.isOpen shouldBe false
        }
    }

    onEveryRow("timeout: on sockets and listeners, and the operation can be tried again") {
        val pair = pair()
        val buffer = loop.buffer(4)
        onRing {
            shouldThrow<SocketTimeoutException> { pair.near().receive(buffer, timeout = 5.milliseconds) }
            buffer.isLent shouldBe false
            pair.far().sends("x")
            pair.near().receive(buffer, timeout = 5.seconds) shouldBe 1
            val listener = ring.net().listen(Transport.UNIX.unused(bed.directory()))
            shouldThrow<SocketTimeoutException> { listener.accept(timeout = 5.milliseconds) }
            listener.closeAndJoin()
        }
        isIdle() shouldBe true
    }

    onEveryRow("timeout: on timers, and it must be positive") {
        onRing {
            shouldThrow<InterruptedByTimeoutException> {
                ring.timers().prepareAfter(10.seconds.toJavaDuration()).timeout(2.milliseconds.toJavaDuration()).await()
            }
            for (limit in listOf(Duration.ZERO, (-1).seconds, -Duration.INFINITE)) {
                shouldThrow<IllegalArgumentException> { ring.nop(limit) }.message shouldContain "positive"
            }
        }
    }

    onEveryRow("failures show the coroutine that called") {
        val missing = bed.directory().resolve("none")
        val failure = onRing { shouldThrow<NoSuchFileException> { opens(missing) } }
        failure.stackTrace.map { it.methodName }.count { it == "opens" } shouldBe 1
    }

    onEveryRow("misuse throws at the call, and the next call works") {
        val pair = pair()
        val buffer = loop.buffer(4)
        onRing {
            val receives = List(64) { async(start = CoroutineStart.UNDISPATCHED) { receiveInto(pair.near(), ring) } }
            shouldThrow<ReadPendingException> { pair.near().receive(buffer) }
            receives.forEach { it.cancelAndJoin() }
            val one = async(start = CoroutineStart.UNDISPATCHED) { pair.near().receive(buffer) }
            shouldThrow<IllegalStateException> { pair.near().receive(buffer) }.message shouldContain "lent"
            pair.far().sends("a")
            one.await() shouldBe 1
            pair.far().sends("b")
            pair.near().receive(buffer) shouldBe 1
        }
    }

    onEveryRow("a reset stays a reset") {
        val pair = pair()
        val buffer = loop.buffer(4)
        onRing {
            pair.farResets()
            repeat(3) {
                shouldThrow<SocketException> { pair.near().receive(buffer) }.message shouldContain "ECONNRESET"
            }
        }
    }
})

private suspend fun echo(socket: AsyncSocket, buffer: Buf) {
    while (socket.receive(buffer.clear()) >= 0) {
        socket.sendAll(buffer)
    }
}

private suspend fun receiveInto(socket: AsyncSocket, ring: Ring) = ring.buffer(4).use { socket.receive(it) }

private suspend fun OnRow.opens(path: Path) {
    ring.nop()
    ring.files().open(path).closeAndJoin()
}
