package dev.ringway.kotlin

import dev.ringway.testing.Transport
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.io.EOFException
import java.net.SocketTimeoutException
import java.nio.ByteBuffer
import java.nio.channels.InterruptedByTimeoutException
import java.nio.file.Files
import java.nio.file.StandardOpenOption
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield
import kotlinx.io.Buffer
import kotlinx.io.bytestring.ByteString
import kotlinx.io.bytestring.encodeToByteString
import kotlinx.io.readByteArray
import kotlinx.io.readString
import kotlinx.io.writeString

/** Streams of bytes as sources and sinks, and the doors below them. */
class ByteStreamsTest : RowsSpec({
    onEveryRow("receive, sendAll, shutdownOutput: of any stream of bytes") {
        val pair = pair(Transport.UNIX)
        val stream: dev.ringway.ByteStream = pair.near()
        onRing {
            stream.useAsync {
                it.buffer(8).use { buffer ->
                    it.sendAll(buffer.put("question")) shouldBe 8
                    pair.far().receives(8) shouldBe "question"
                    shouldThrow<SocketTimeoutException> { it.receive(buffer.clear(), timeout = 5.milliseconds) }
                    pair.far().sends("answer")
                    while (buffer.readable() < 6) it.receive(buffer) shouldBeInRange 1..6
                    buffer.getText(Charsets.UTF_8) shouldBe "answer"
                    it.shutdownOutput()
                    while (pair.far().read(ByteBuffer.allocate(1)) == 0) yield()
                }
            }
            stream.isOpen shouldBe false
        }
    }

    // ---- reading

    onEveryRow("readLine: both ends of a line, an unended one, and the end") {
        val pair = pair()
        onRing {
            val source = pair.near().source(chunkSize = 3)
            pair.far().sends("one\r\n\ntwo \r three\nÄpfel")
            pair.farEnds()
            source.readLine() shouldBe "one"
            source.readLine() shouldBe ""
            source.readLine() shouldBe "two \r three"
            source.readLine() shouldBe "Äpfel"
            source.readLine() shouldBe null
            source.readLine() shouldBe null
            source.exhausted() shouldBe true
        }
    }

    onEveryRow("readLine: a line without end is refused, and what has come is kept") {
        val pair = pair()
        onRing {
            val source = pair.near().source(chunkSize = 16)
            pair.far().sends("12345\r\n123456\r\n")
            source.readLine(limit = 5) shouldBe "12345"
            val refused = shouldThrow<ByteLimitException> { source.readLine(limit = 5) }
            refused.message shouldContain "readLine from socket"
            refused.message shouldContain "limit of 5 bytes"
            source.readLine(limit = 6) shouldBe "123456"
            pair.far().sends("x".repeat(1000))
            shouldThrow<ByteLimitException> { source.readLine(limit = 100) }
            source.buffer.size shouldBeLessThanOrEqualTo 100L + 16 + 2
            pair.farEnds()
            shouldThrow<ByteLimitException> { source.readLine(limit = 999) }
            source.readLine(limit = 1000) shouldBe "x".repeat(1000)
            shouldThrow<IllegalArgumentException> { source.readLine(limit = -1) }
        }
    }

    onEveryRow("readUntil: the delimiter is found where chunks meet, and taken") {
        val pair = pair()
        onRing {
            val source = pair.near().source(chunkSize = 1)
            pair.far().sends("head-\r\n-er\r\n\r\nbody;rest")
            source.readUntil("\r\n\r\n".encodeToByteString()).decodeToString() shouldBe "head-\r\n-er"
            source.readUntil(';'.code.toByte(), limit = 4).decodeToString() shouldBe "body"
            pair.farEnds()
            shouldThrow<EOFException> { source.readUntil(';'.code.toByte()) }.message shouldContain "delimiter"
            shouldThrow<ByteLimitException> { source.readUntil('t'.code.toByte(), limit = 2) }
            source.readUntil('t'.code.toByte(), limit = 3).decodeToString() shouldBe "res"
            shouldThrow<IllegalArgumentException> { source.readUntil(ByteString()) }
        }
    }

    onEveryRow("request, readByte, readExactly, readAtMostTo, skip: so much and no more") {
        val pair = pair()
        onRing {
            val source = pair.near().source(chunkSize = 4)
            source.request(0) shouldBe true
            source.readAtMostTo(Buffer(), 0) shouldBe 0
            pair.far().sends("0123456789abcdef")
            source.request(6) shouldBe true
            source.buffer.size shouldBeInRange 6L..9L
            source.readByte() shouldBe '0'.code.toByte()
            source.readExactly(3).decodeToString() shouldBe "123"
            source.skip(7)
            val taken = Buffer()
            source.readAtMostTo(taken, 0) shouldBe 0
            source.readAtMostTo(taken, 2) shouldBeInRange 1L..2L
            pair.farEnds()
            while (source.readAtMostTo(taken, 100) > 0) yield()
            taken.readString() shouldBe "bcdef"
            source.readAtMostTo(taken, 1) shouldBe -1
            source.request(1) shouldBe false
            shouldThrow<EOFException> { source.readByte() }
            shouldThrow<IllegalArgumentException> { source.request(-1) }
            shouldThrow<IllegalArgumentException> { source.skip(-1) }
        }
    }

    onEveryRow("readExactly: too few leave everything in the buffer") {
        val pair = pair()
        onRing {
            val source = pair.near().source()
            pair.far().sends("few")
            pair.farEnds()
            val ended = shouldThrow<EOFException> { source.readExactly(4) }
            ended.message shouldContain "3 of 4 bytes"
            source.readExactly(3).decodeToString() shouldBe "few"
        }
    }

    onEveryRow("a cancelled read leaves what has come") {
        val pair = pair()
        onRing {
            val source = pair.near().source()
            val read = async { source.readExactly(10) }
            pair.far().sends("01234")
            until { source.buffer.size == 5L }
            read.cancelAndJoin()
            val again = launch { shouldThrow<CancellationException> { source.readLine() } }
            yield()
            again.cancelAndJoin()
            pair.far().sends("56789")
            source.readExactly(10).decodeToString() shouldBe "0123456789"
        }
    }

    onEveryRow("bytes that arrived before a cancellation that came too late are in the buffer") {
        val pair = pair()
        val source = pair.near().source()
        onRing {
            val held = HeldDispatcher()
            val late = CoroutineScope(held).async { source.readExactly(10) }
            held.release()
            pair.far().sends("ab")
            until { !held.isEmpty() }
            late.cancel()
            held.release()
            shouldThrow<CancellationException> { late.await() }
            source.buffer.readString() shouldBe "ab"
        }
    }

    onEveryRow("reads that are cancelled when they will lose no byte") {
        val pair = pair()
        val content = Random(7).nextBytes(2000)
        val read = Buffer()
        onRing {
            val source = pair.near().source(chunkSize = 5)
            var sent = 0
            while (read.size + source.buffer.size < content.size) {
                val reading = launch { source.readAtMostTo(read, 3) }
                if (sent < content.size) {
                    sent += pair.far().write(ByteBuffer.wrap(content, sent, minOf(4, content.size - sent)))
                }
                repeat(Random.nextInt(3)) { yield() }
                reading.cancelAndJoin()
            }
            source.readAtMostTo(read, source.buffer.size)
        }
        read.readByteArray() shouldBe content
    }

    onEveryRow("source: an idle peer times out, and reading goes on") {
        val pair = pair()
        onRing {
            val source = pair.near().source(idleTimeout = 5.milliseconds)
            shouldThrow<SocketTimeoutException> { source.readByte() }
            pair.far().sends("x")
            source.readByte() shouldBe 'x'.code.toByte()
        }
    }

    onEveryRow("copyTo: what has come goes on at once") {
        val from = pair()
        val to = pair()
        onRing {
            val copying = async { from.near().source().copyTo(to.near().sink()) }
            for (word in listOf("one", "three")) {
                from.far().sends(word)
                to.far().receives(word.length) shouldBe word
            }
            from.farEnds()
            copying.await() shouldBe 8
        }
    }

    // ---- writing

    onEveryRow("write: gathered, and sent when flushed or full") {
        val pair = pair()
        onRing {
            val sink = pair.near().sink(bufferSize = 10)
            sink.write("abc")
            sink.writeByte('d'.code.toByte())
            sink.write("..efg..".encodeToByteArray(), 2, 5)
            sink.buffer.size shouldBe 7
            pair.far().read(ByteBuffer.allocate(1)) shouldBe 0
            sink.flush()
            pair.far().receives(7) shouldBe "abcdefg"
            sink.write("0123456789") // full
            sink.buffer.size shouldBe 0
            pair.far().receives(10) shouldBe "0123456789"
            repeat(10) { sink.writeByte('b'.code.toByte()) }
            sink.buffer.size shouldBe 0
            pair.far().receives(10) shouldBe "bbbbbbbbbb"
            sink.write(Buffer().also { it.writeString("0123456789ab") })
            sink.buffer.readString() shouldBe "ab"
            pair.far().receives(10) shouldBe "0123456789"
            val rest = Buffer().also { it.writeString("xyz") }
            sink.write(rest, 2)
            rest.readString() shouldBe "z"
            sink.flush()
            pair.far().receives(2) shouldBe "xy"
            shouldThrow<IllegalArgumentException> { sink.write(rest, 1) }
            shouldThrow<IllegalArgumentException> { sink.write(ByteArray(3), 2, 1) }
        }
    }

    onEveryRow("time limits of sends, and of both ends of a pipe") {
        val full = pair(Transport.UNIX).also { it.nearFills() }
        val stream: dev.ringway.ByteStream = full.near()
        onRing {
            ring.bufferOf("more").use {
                shouldThrow<SocketTimeoutException> { stream.sendAll(it, timeout = 5.milliseconds) }
                it.readable() shouldBe 4
            }
            ring.bufferOf("more").use {
                val sending = launch(start = CoroutineStart.UNDISPATCHED) { stream.sendAll(it) }
                shouldThrow<SocketTimeoutException> { stream.shutdownOutput(timeout = 5.milliseconds) }
                sending.cancelAndJoin()
            }
            val sink = stream.sink(idleTimeout = 5.milliseconds)
            sink.write("more")
            shouldThrow<SocketTimeoutException> { sink.flush() }
            sink.buffer.size shouldBe 4
            val ends = ring.streams().pipe()
            val source = ends.source.buffered(idleTimeout = 5.milliseconds)
            shouldThrow<InterruptedByTimeoutException> { source.readByte() }
            ring.bufferOf(ByteArray(1 shl 16)).use { ends.sink.writeAll(it) }
            val out = ends.sink.buffered(idleTimeout = 5.milliseconds)
            out.write("more")
            shouldThrow<InterruptedByTimeoutException> { out.flush() }
            out.buffer.size shouldBe 4
            ends.source.close()
            ends.sink.close()
        }
    }

    onEveryRow("write: much more than the buffer holds") {
        val pair = pair()
        val content = Random(8).nextBytes(500_000)
        onRing {
            val writer = launch {
                val sink = pair.near().sink(bufferSize = 1000)
                sink.write(content, endIndex = 250_000)
                sink.write(Buffer().also { it.write(content, 250_000) })
                sink.flush()
                sink.buffer.size shouldBe 0
                pair.near().shutdownOutput()
            }
            val received = ByteBuffer.allocate(content.size + 1)
            while (pair.far().read(received) >= 0) yield()
            received.array().copyOf(received.position()) shouldBe content
            writer.join()
        }
    }

    onEveryRow("a cancelled flush leaves what was not sent") {
        val pair = dev.ringway.testing.Pair.open(bed, loop, Transport.TCP4, 4096)
        pair.nearSendsThroughASmallBuffer()
        val content = Random(9).nextBytes(150_000)
        onRing {
            val sink = pair.near().sink(bufferSize = 1_000_000)
            sink.write(content)
            val flush = launch { sink.flush() }
            val received = ByteBuffer.allocate(content.size + 1)
            while (received.position() < 10_000) {
                pair.far().read(received)
                yield()
            }
            flush.cancelAndJoin()
            (content.size - sink.buffer.size) shouldBeInRange 10_000L..100_000L
            val again = launch {
                sink.flush()
                pair.near().shutdownOutput()
            }
            while (pair.far().read(received) >= 0) yield()
            received.array().copyOf(received.position()) shouldBe content
            again.join()
        }
    }

    // ---- from one to the other

    onEveryRow("copyTo: through a pipe, from a file and to a file") {
        val content = Random(10).nextBytes(300_000)
        val from = Files.write(bed.directory().resolve("from"), content)
        val to = bed.directory().resolve("to")
        onRing {
            val ends = ring.streams().pipe()
            val writer = launch {
                ring.files().open(from).useAsync { file ->
                    val sink = ends.sink.buffered(bufferSize = 5000)
                    file.source(chunkSize = 7000).copyTo(sink) shouldBe content.size
                    ends.sink.closeAndJoin()
                }
            }
            ring.files().open(to, StandardOpenOption.WRITE, StandardOpenOption.CREATE).useAsync { file ->
                val source = ends.source.buffered()
                val sink = file.sink()
                source.copyTo(sink, 100_000) shouldBe 100_000
                source.copyTo(sink) shouldBe 200_000
                source.copyTo(sink) shouldBe 0
            }
            writer.join()
            ends.source.closeAndJoin()
        }
        Files.readAllBytes(to) shouldBe content
    }

    onEveryRow("bad settings are refused") {
        val pair = pair()
        shouldThrow<IllegalArgumentException> { pair.near().source(chunkSize = 0) }
        shouldThrow<IllegalArgumentException> { pair.near().source(idleTimeout = Duration.ZERO) }
        shouldThrow<IllegalArgumentException> { pair.near().sink(bufferSize = 0) }
        shouldThrow<IllegalArgumentException> { pair.near().sink(idleTimeout = Duration.ZERO) }
        pair.near().source().toString() shouldBe "source of ${pair.near()}, with 0 bytes"
        pair.near().sink().toString() shouldBe "sink of ${pair.near()}, with 0 bytes"
    }
})
