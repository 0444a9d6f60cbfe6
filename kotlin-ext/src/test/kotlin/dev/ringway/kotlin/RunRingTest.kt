package dev.ringway.kotlin

import dev.ringway.Ring
import dev.ringway.testing.Row
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.nio.channels.AsynchronousCloseException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.concurrent.TimeUnit
import kotlin.coroutines.ContinuationInterceptor
import kotlin.time.Duration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/** A ring whose event loop is the calling thread. */
class RunRingTest : FunSpec({
    fun builder(row: Row) = Ring.builder().backend(row.backend())

    for (row in listOf(Row.IO_URING, Row.EPOLL)) {
        test("the block runs on this thread, gets the ring and gives its value ($row)") {
            onItsOwnThread {
                val thread = Thread.currentThread()
                val ring = runRing(CoroutineName("main"), builder(row)) { ring ->
                    ring.nop()
                    Thread.currentThread() shouldBeSameInstanceAs thread
                    currentCoroutineContext()[ContinuationInterceptor] shouldBeSameInstanceAs ring.dispatcher
                    currentCoroutineContext()[CoroutineName]?.name shouldBe "main"
                    ring.backend().kind() shouldBe row.backend()
                    ring
                }
                ring.isOpen shouldBe false
            }
        }

        test("it waits for what the block launched ($row)") {
            onItsOwnThread {
                var launched = false
                runRing(builder = builder(row)) {
                    launch {
                        delay(5)
                        launched = true
                    }
                    1
                } shouldBe 1
                launched shouldBe true
            }
        }

        test("a failure of the block, or of what it launched, is thrown ($row)") {
            onItsOwnThread {
                shouldThrow<IllegalArgumentException> {
                    runRing(builder = builder(row)) { throw IllegalArgumentException("mine") }
                }.message shouldBe "mine"
                shouldThrow<IllegalArgumentException> {
                    runRing(builder = builder(row)) {
                        launch { throw IllegalArgumentException("mine") }
                        delay(100_000)
                    }
                }.message shouldBe "mine"
            }
        }

        test("null is a value ($row)") {
            onItsOwnThread { runRing(builder = builder(row)) { null } shouldBe null }
        }

        test("cancelled from outside by the Job of the context ($row)") {
            onItsOwnThread {
                val job = Job()
                shouldThrow<CancellationException> {
                    runRing(job, builder(row)) {
                        launch(Dispatchers.Default) { job.cancel() }
                        delay(100_000)
                    }
                }
                job.isCancelled shouldBe true
                shouldThrow<CancellationException> { runRing(job, builder(row)) { error("not reached") } }
            }
        }

        test("a failure is not passed on to the Job of the context ($row)") {
            onItsOwnThread {
                val job = Job()
                shouldThrow<IllegalStateException> { runRing(job, builder(row)) { error("mine") } }
                job.isActive shouldBe true
                job.cancel()
            }
        }

        test("a ring that is given is used and closed ($row)") {
            onItsOwnThread {
                val ring = builder(row).create()
                runRing(ring) { it shouldBeSameInstanceAs ring }
                ring.isOpen shouldBe false
                shouldThrow<IllegalStateException> { runRing(ring) { } }.message shouldContain "closed"
            }
        }

        test("a ring that is another thread's is refused and left alone ($row)") {
            builder(row).start("other").use { ring ->
                onItsOwnThread {
                    shouldThrow<IllegalStateException> { runRing(ring) { } }.message shouldContain "ringway-other"
                }
                ring.isOpen shouldBe true
            }
        }

        test("the ring is closed under it: operations fail, the block is cancelled, and it ends ($row)") {
            onItsOwnThread {
                var seen: Throwable? = null
                shouldThrow<CancellationException> {
                    runRing(builder = builder(row)) { ring ->
                        launch {
                            ring.nop()
                            ring.close()
                        }
                        seen = runCatching { ring.timers().after(Duration.INFINITE) }.exceptionOrNull()
                        delay(100_000)
                    }
                }
                (seen is AsynchronousCloseException) shouldBe true
            }
        }

        test("not inside a coroutine or callback of a ring, nor on a virtual thread ($row)") {
            onItsOwnThread {
                runRing(builder = builder(row)) {
                    shouldThrow<IllegalStateException> { runRing { } }.message shouldContain "polling"
                }
                runRing(builder = builder(row)) { } // and afterwards again
            }
            builder(row).start("callbacks").use { ring ->
                val thrown = CompletableFuture<Throwable?>()
                ring.nop { _, _ -> thrown.complete(runCatching { runRing { } }.exceptionOrNull()) }
                thrown.get(5, TimeUnit.SECONDS)!!.message shouldContain "polling"
            }
            val virtual = CompletableFuture<Throwable?>()
            Thread.ofVirtual().start { virtual.complete(runCatching { runRing { } }.exceptionOrNull()) }
            virtual.get(5, TimeUnit.SECONDS)!!.message shouldContain "virtual"
        }
    }

    test("a context with a dispatcher is refused") {
        shouldThrow<IllegalArgumentException> { runRing(Dispatchers.Default) { } }.message shouldContain "dispatcher"
    }
})

/** A ring belongs to the first thread that polls it, and a thread of the test framework may be any. */
private fun onItsOwnThread(block: () -> Unit) {
    val outcome = CompletableFuture<Unit>()
    Thread.ofPlatform().daemon().start { runCatching(block).fold(outcome::complete, outcome::completeExceptionally) }
    try {
        outcome.get(20, TimeUnit.SECONDS)
    } catch (failed: ExecutionException) {
        throw failed.cause!!
    }
}
