package dev.ringway.kotlin

import dev.ringway.FileWatcher.Interest
import dev.ringway.testing.Cap
import dev.ringway.testing.Transport
import io.kotest.assertions.fail
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.io.IOException
import java.nio.ByteBuffer
import java.nio.channels.FileChannel
import java.nio.channels.InterruptedByTimeoutException
import java.nio.channels.SocketChannel
import java.nio.file.Files
import java.nio.file.StandardOpenOption.READ
import java.nio.file.StandardOpenOption.WRITE
import kotlin.coroutines.Continuation
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.startCoroutine
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.selects.select
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull

/** What cancellation does to a suspended call, and what it never does: give up memory that the kernel still has. */
class CancellationTest : RowsSpec({
    onEveryRow("withTimeout: throws when the kernel has let go, and the bytes that come later are not lost") {
        val pair = pair()
        val buffer = loop.buffer(8)
        onRing {
            shouldThrow<TimeoutCancellationException> { withTimeout(5) { pair.near().receive(buffer) } }
            buffer.isLent shouldBe false
            ring.inFlight() shouldBe 0
            pair.far().sends("later")
            buffer.readable() shouldBe 0
            while (buffer.readable() < 5) {
                pair.near().receive(buffer)
            }
            buffer.getText(Charsets.UTF_8) shouldBe "later"
        }
    }

    onEveryRow("withTimeoutOrNull: null, or the value") {
        val pair = pair()
        val buffer = loop.buffer(8)
        onRing {
            withTimeoutOrNull(5) { pair.near().receive(buffer) }.shouldBeNull()
            pair.far().sends("x")
            withTimeoutOrNull(10_000) { pair.near().receive(buffer) } shouldBe 1
        }
    }

    onEveryRow("cancelAndJoin: returns when nothing is in flight any more") {
        val pair = pair()
        val buffer = loop.buffer(8)
        onRing {
            val receive = launch { pair.near().receive(buffer) }
            until { buffer.isLent }
            receive.cancelAndJoin()
            buffer.isLent shouldBe false
            ring.inFlight() shouldBe 0
        }
    }

    onEveryRow("a call that the kernel cannot cancel keeps its Job and its buffer until it ends") {
        val fifo = makeFifo(bed.directory().resolve("fifo"))
        val buffer = loop.buffer(8)
        onRing {
            ring.files().open(fifo, READ, WRITE).useAsync { file ->
                val read = launch { file.read(buffer) }
                until { buffer.isLent }
                val letGo = has(Cap.CANCELS_FILE_CALLS)
                until { letGo || isInCall("read") } // what still waits for an offload thread can be cancelled
                read.cancel()
                if (letGo) {
                    read.join()
                } else {
                    delay(20)
                    read.isCompleted shouldBe false
                }
                buffer.isLent shouldBe !letGo
                FileChannel.open(fifo, WRITE).use { it.write(ByteBuffer.wrap("kept".toByteArray())) }
                read.join()
                if (letGo) {
                    file.read(buffer) shouldBe 4
                }
                buffer.getText(Charsets.UTF_8) shouldBe "kept"
            }
        }
    }

    onEveryRow("cancelled already: nothing starts") {
        val pair = pair()
        val buffer = loop.buffer(8)
        onRing {
            val receive = launch(start = CoroutineStart.UNDISPATCHED) {
                currentCoroutineContext().cancel()
                shouldThrow<CancellationException> { pair.near().receive(buffer) }
                ring.inFlight() shouldBe 0
            }
            receive.join()
            receive.isCancelled shouldBe true
        }
        pair.near().close()
        onRing {
            shouldThrow<IOException> { pair.near().receive(buffer) }
        }
    }

    onEveryRow("receive: bytes that arrived before the cancellation are in the buffer") {
        val pair = pair()
        val buffer = loop.buffer(8)
        pair.farSends("x")
        onRing {
            val receive = lateCancelled { pair.near().receive(buffer) }
            shouldThrow<CancellationException> { receive.await() }
        }
        buffer.getText(Charsets.UTF_8) shouldBe "x"
    }

    onEveryRow("select: the loser is cancelled and loses nothing") {
        val left = pair()
        val right = pair()
        val leftBuffer = loop.buffer(8)
        val rightBuffer = loop.buffer(8)
        onRing {
            right.far().sends("R")
            coroutineScope {
                val fromLeft = async { left.near().receive(leftBuffer) }
                val fromRight = async { right.near().receive(rightBuffer) }
                val winner = select { fromLeft.onAwait { "left" }; fromRight.onAwait { "right" } }
                winner shouldBe "right"
                fromLeft.cancelAndJoin()
            }
            leftBuffer.isLent shouldBe false
            left.far().sends("L")
            left.near().receive(leftBuffer) shouldBe 1
        }
    }

    onEveryRow("a failing sibling cancels, and the scope waits for the kernel") {
        val pair = pair()
        val buffer = loop.buffer(8)
        onRing {
            val failure = shouldThrow<IllegalStateException> {
                coroutineScope {
                    launch { pair.near().receive(buffer) }
                    until { buffer.isLent }
                    error("sibling")
                }
            }
            failure.message shouldBe "sibling"
            buffer.isLent shouldBe false
            ring.inFlight() shouldBe 0
        }
    }

    onEveryRow("NonCancellable: calls in a finally work to their end") {
        val pair = pair()
        val buffer = loop.buffer(8)
        onRing {
            val steps = mutableListOf<String>()
            val receive = launch {
                try {
                    pair.near().receive(buffer)
                } finally {
                    withContext(NonCancellable) {
                        pair.near().sendAll(buffer.put("bye"))
                        steps += "sent"
                    }
                    pair.near().closeAndJoin()
                    steps += "closed"
                }
            }
            until { buffer.isLent }
            receive.cancelAndJoin()
            steps shouldContainExactly listOf("sent", "closed")
            pair.far().receives(3) shouldBe "bye"
        }
    }

    onEveryRow("a coroutine without a Job, and one without a dispatcher") {
        val pair = pair()
        val buffer = loop.buffer(8)
        for (context in listOf(ring.dispatcher, EmptyCoroutineContext)) {
            var result: Result<Int>? = null
            val receive: suspend () -> Int = { pair.near().receive(buffer) }
            receive.startCoroutine(Continuation(context) { result = it })
            loop.settle()
            pair.farSends("x")
            turnUntil("it has been received") { result != null }
            result!!.getOrThrow() shouldBe 1
        }
    }

    onEveryRow("accept: a connection that nobody can take any more is closed") {
        val listener = loop.await(ring.net().prepareListen(Transport.UNIX.unused(bed.directory())))
        val address = loop.await(listener.prepareLocalAddress())
        val client = bed.closing(SocketChannel.open(address))
        onRing {
            val accept = lateCancelled { listener.accept() }
            shouldThrow<CancellationException> { accept.await() }
        }
        isIdle() shouldBe true
        client.read(ByteBuffer.allocate(1)) shouldBe -1
    }

    onEveryRow("open: a file that nobody can take any more is closed") {
        val file = Files.createFile(bed.directory().resolve("file"))
        onRing {
            val open = lateCancelled { ring.files().open(file) }
            shouldThrow<CancellationException> { open.await() }
        }
        isIdle() shouldBe true
    }

    onEveryRow("receive from a pool: bytes that nobody can take any more are what the next receive gets") {
        val pair = pair()
        val pool = loop.pool(1, 4)
        pair.farSends("ab")
        onRing {
            val receive = lateCancelled { pair.near().receive(pool) }
            shouldThrow<CancellationException> { receive.await() }
        }
        pair.farSends("cd")
        pair.nearReceives(4) shouldBe "abcd"
    }

    onEveryRow("pipe: one that nobody can take any more is closed") {
        onRing {
            val pipe = lateCancelled { ring.streams().pipe() }
            shouldThrow<CancellationException> { pipe.await() }
        }
        isIdle() shouldBe true
    }

    onEveryRow("watch: one that nobody can take any more is ended") {
        onRing {
            ring.files().watcher().useAsync { watcher ->
                val watch = lateCancelled { watcher.watch(bed.directory(), Interest.CREATE) }
                shouldThrow<CancellationException> { watch.await() }
                Files.createFile(bed.directory().resolve("file"))
                shouldThrow<InterruptedByTimeoutException> {
                    watcher.eventFlow(50.milliseconds).collect { fail("$it is told") }
                }
            }
        }
    }

    onEveryRow("many calls of one Job are cancelled together, those of other Jobs are not") {
        val pairs = List(5) { pair() }
        onRing {
            val ended = mutableListOf<Int>()
            val jobs = listOf(Job(), Job())
            val calls = pairs.mapIndexed { i, pair ->
                launch {
                    withContext(jobs[i % 2]) {
                        ring.buffer(4).use { buffer ->
                            try {
                                pair.near().receive(buffer)
                            } finally {
                                ended += i
                            }
                        }
                    }
                }
            }
            until { ring.inFlight() == pairs.size }
            jobs[1].cancel()
            calls[1].join()
            calls[3].join()
            ended.sorted() shouldContainExactly listOf(1, 3)
            jobs[0].cancel()
            calls.forEach { it.join() }
        }
    }

    onEveryRow("a cancelled Job is cancelled from another thread, and from a coroutine elsewhere") {
        val pair = pair()
        val buffer = loop.buffer(8)
        onRing {
            val receive = launch { pair.near().receive(buffer) }
            until { buffer.isLent }
            Thread.ofPlatform().start { receive.cancel() }.join()
            receive.join()
            buffer.isLent shouldBe false
            val again = launch(Dispatchers.Default) { pair.near().receive(buffer) }
            until { buffer.isLent }
            again.cancelAndJoin()
            buffer.isLent shouldBe false
        }
    }

    onEveryRow("delay: cancelling leaves no timer") {
        onRing {
            val sleep = launch { delay(100_000) }
            val limited = launch { withTimeout(100_000) { delay(50_000) } }
            until { ring.inFlight() == 3 }
            sleep.cancelAndJoin()
            limited.cancelAndJoin()
            delay(1)
            ring.inFlight() shouldBe 0
        }
    }

    onEveryRow("what is not a cancellation of the Job is not told as one") {
        val pair = pair()
        val buffer = loop.buffer(8)
        onRing {
            val operation = pair.near().prepareReceive(buffer)
            val receive = async { runCatching { operation.await() } }
            until { buffer.isLent }
            operation.cancel()
            val failure = receive.await().exceptionOrNull()
            failure.shouldBeInstanceOf<IOException>()
            failure.cause.shouldBeInstanceOf<CancellationException>()
            receive.isCancelled shouldBe false
            currentCoroutineContext().job.isActive shouldBe true
        }
    }
})

/** Whether some thread is in a system call. */
private fun isInCall(name: String): Boolean = Thread.getAllStackTraces().values.any { frames ->
    frames.any { it.className.substringAfterLast('.') in listOf("LinuxSys", "BsdSys") && it.methodName == name }
}

/**
 * A call that is cancelled when its value has arrived and its coroutine has not run again yet.
 */
private suspend fun <T> lateCancelled(call: suspend () -> T): Deferred<T> {
    val held = HeldDispatcher()
    val late = CoroutineScope(held).async { call() }
    held.release()
    until { !held.isEmpty() }
    late.cancel()
    held.release()
    return late
}
