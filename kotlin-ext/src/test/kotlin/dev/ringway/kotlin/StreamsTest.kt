package dev.ringway.kotlin

import dev.ringway.AsyncListener
import dev.ringway.Readiness
import dev.ringway.testing.Transport
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.ints.shouldBeBetween
import io.kotest.matchers.shouldBe
import java.io.ByteArrayOutputStream
import java.io.EOFException
import java.nio.channels.InterruptedByTimeoutException
import java.nio.file.Files
import java.nio.file.StandardOpenOption
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield

/** The doors of pipes, of polling and of duplicates. */
class StreamsTest : RowsSpec({
    onEveryRow("pipe: what is written is read, to the end") {
        onRing {
            val ends = ring.streams().pipe()
            val source = ends.source
            val sink = ends.sink
            val content = ByteArray(200_000) { it.toByte() }
            val writer = launch {
                ring.bufferOf(content).use { sink.writeAll(it) shouldBe content.size }
                sink.closeAndJoin()
            }
            ring.buffer(content.size + 1).use { buffer ->
                source.readN(buffer, content.size) shouldBe content.size
                buffer.getAll() shouldBe content
                source.read(buffer) shouldBe -1
                shouldThrow<EOFException> { source.readN(buffer, 1) }
            }
            writer.join()
            source.close()
        }
    }

    onEveryRow("pipe: several buffers at once, in their order") {
        onRing {
            val ends = ring.streams().pipe()
            val source = ends.source
            val sink = ends.sink
            val parts = arrayOf(loop.bufferOf("one"), loop.buffer(4), loop.bufferOf("two"))
            var written = sink.write(parts)
            written.shouldBeBetween(1, 6)
            written += sink.writeAll(parts)
            written shouldBe 6
            val rooms = arrayOf(loop.buffer(2), loop.buffer(3), loop.buffer(4))
            source.readN(rooms, 6) shouldBe 6
            rooms.map { it.getText(Charsets.UTF_8) } shouldBe listOf("on", "etw", "o")
            rooms.forEach { it.clear() }
            shouldThrow<InterruptedByTimeoutException> { source.read(rooms, timeout = 5.milliseconds) }
            sink.close()
            source.read(rooms) shouldBe -1
            shouldThrow<EOFException> { source.readN(rooms, 1) }
            source.close()
        }
    }

    onEveryRow("readFlow: every byte, in order") {
        onRing {
            val ends = ring.streams().pipe()
            val source = ends.source
            val sink = ends.sink
            val pool = ring.pool(4, 1024)
            val writer = launch {
                ring.bufferOf("y".repeat(50_000)).use { sink.writeAll(it) }
                sink.close()
            }
            val read = ByteArrayOutputStream()
            source.readFlow(pool).collect { lease -> lease.use { read.writeBytes(it.getAll()) } }
            read.toString(Charsets.UTF_8) shouldBe "y".repeat(50_000)
            writer.join()
            source.close()
        }
    }

    onEveryRow("a read that is cancelled or timed out takes nothing") {
        onRing {
            val ends = ring.streams().pipe()
            val source = ends.source
            val sink = ends.sink
            ring.buffer(16).use { buffer ->
                val read = launch { source.read(buffer) }
                yield()
                read.cancelAndJoin()
                shouldThrow<InterruptedByTimeoutException> { source.read(buffer, timeout = 5.milliseconds) }
                ring.bufferOf("kept").use { sink.writeAll(it) }
                source.readN(buffer, 4)
                buffer.getText(Charsets.UTF_8) shouldBe "kept"
            }
            sink.close()
            source.close()
        }
    }

    onEveryRow("spliceTo, spliceFrom: from a file through a pipe to another file") {
        onRing {
            val content = "0123456789".repeat(1000)
            val file = Files.writeString(bed.directory().resolve("from"), content)
            val copy = bed.directory().resolve("to")
            val ends = ring.streams().pipe()
            ring.files().open(file).useAsync { from ->
                ring.files().open(copy, StandardOpenOption.WRITE, StandardOpenOption.CREATE).useAsync { to ->
                    var at = 0L
                    while (true) {
                        val taken = from.spliceTo(ends.sink, 4096, from = at)
                        if (taken < 0) break
                        var given = 0
                        while (given < taken) {
                            given += to.spliceFrom(ends.source, taken - given, at = at + given, more = true)
                        }
                        at += taken
                    }
                    shouldThrow<InterruptedByTimeoutException> {
                        to.spliceFrom(ends.source, 1, timeout = 5.milliseconds)
                    }
                }
            }
            Files.readString(copy) shouldBe content
            ends.sink.close()
            ends.source.close()
        }
    }

    onEveryRow("poll: ready when there is something to read, again and again") {
        onRing {
            val ends = ring.streams().pipe()
            val source = ends.source
            val sink = ends.sink
            val write = launch { ring.bufferOf("x").use { sink.write(it) } }
            source.poll(Readiness.READABLE)
            source.pollFlow(Readiness.READABLE).first() shouldBe Readiness.READABLE
            write.join()
            sink.poll(Readiness.WRITABLE)
            sink.close()
            source.close()
        }
    }

    onEveryRow("duplicate: of every kind of fd") {
        onRing {
            val ends = ring.streams().pipe()
            val source = ends.source
            val sink = ends.sink
            source.useAsync {
                sink.useAsync {
                    sink.duplicate().useAsync { twin -> ring.bufferOf("ab").use { twin.writeAll(it) } }
                    source.duplicate().useAsync { twin -> ring.buffer(2).use { twin.readN(it, 2) shouldBe 2 } }
                }
            }
            val file = Files.writeString(bed.directory().resolve("file"), "content")
            ring.files().open(file).useAsync { it.duplicate().close() }
            val listener: AsyncListener = ring.net().listen(Transport.TCP4.unused(bed.directory()))
            val twin = listener.duplicate()
            listener.close()
            ring.net().connect(twin.localAddress()).useAsync { client ->
                client.duplicate().close()
                twin.accept().close()
            }
            twin.close()
        }
    }
})
