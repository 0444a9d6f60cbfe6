package dev.ringway.kotlin

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.comparables.shouldBeGreaterThanOrEqualTo
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.RejectedExecutionException
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.ContinuationInterceptor
import kotlin.time.Duration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.asContextElement
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancel
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield

/** Where coroutines run, in which order, and how deep the stack gets. */
class DispatcherTest : RowsSpec({
    onEveryRow("a ring has one dispatcher") {
        ring.dispatcher shouldBeSameInstanceAs ring.dispatcher
        onRing { currentCoroutineContext()[ContinuationInterceptor] shouldBeSameInstanceAs ring.dispatcher }
        ring.dispatcher.toString() shouldContain ring.toString()
    }

    onEveryRow("coroutines run on the polling thread, whoever launches or resumes them") {
        val gate = CompletableDeferred<Thread>()
        onRing {
            val polling = Thread.currentThread()
            val launched = withContext(Dispatchers.Default) {
                async(ring.dispatcher) { Thread.currentThread() }
            }
            launched.await() shouldBeSameInstanceAs polling
            Thread.ofPlatform().start { gate.complete(Thread.currentThread()) }.join()
            gate.await()
            Thread.currentThread() shouldBeSameInstanceAs polling
        }
    }

    onEveryRow("elsewhere: Default, Unconfined, a view of the ring's dispatcher, another ring") {
        val pair = pair()
        val other = bed.running { }
        onRing {
            val polling = Thread.currentThread()
            val contexts = listOf(
                Dispatchers.Default,
                Dispatchers.Unconfined,
                ring.dispatcher.limitedParallelism(1),
                other.ring().dispatcher,
            )
            for (context in contexts) {
                withContext(context) {
                    val before = Thread.currentThread()
                    ring.buffer(4).use { buffer ->
                        val receive = async(start = CoroutineStart.UNDISPATCHED) {
                            pair.near().receive(buffer) to Thread.currentThread()
                        }
                        pair.far().sends("x")
                        val (count, after) = receive.await()
                        count shouldBe 1
                        when (context) {
                            Dispatchers.Default -> after.name shouldContain "DefaultDispatcher"
                            other.ring().dispatcher -> after shouldBeSameInstanceAs before
                            else -> after shouldBeSameInstanceAs polling
                        }
                    }
                }
                Thread.currentThread() shouldBeSameInstanceAs polling
            }
        }
    }

    onEveryRow("many coroutines on other dispatchers") {
        onRing {
            val contexts = listOf(Dispatchers.Default, Dispatchers.Unconfined, ring.dispatcher.limitedParallelism(2))
            val counts = List(30) { i ->
                async(contexts[i % contexts.size]) {
                    repeat(50) { ring.nop() }
                    50
                }
            }
            counts.awaitAll().sum() shouldBe 1500
        }
        isIdle() shouldBe true
    }

    onEveryRow("delay: in the order of their time, never early; a timeout in between") {
        onRing {
            val order = mutableListOf<Int>()
            withTimeoutOrNull(1) { delay(2) } // the first use of everything takes its time
            coroutineScope {
                for (millis in listOf(300, 40, 200, 0)) {
                    launch {
                        val before = loop.now()
                        delay(millis.toLong())
                        order += millis
                        (loop.now() - before).shouldBeGreaterThanOrEqualTo(millis * 1_000_000L)
                    }
                }
                launch {
                    shouldThrow<TimeoutCancellationException> { withTimeout(100) { delay(1000) } }
                    order += 100
                }
            }
            order shouldContainExactly listOf(0, 40, 100, 200, 300)
        }
    }

    onEveryRow("delay from a coroutine that runs elsewhere comes back through the inbox") {
        onRing {
            val job = withContext(Dispatchers.Default) {
                CoroutineScope(ring.dispatcher).launch(start = CoroutineStart.UNDISPATCHED) {
                    (ring.isOwner) shouldBe false
                    delay(2)
                    ring.isOwner shouldBe true
                    withTimeout(10_000) { delay(2) }
                }
            }
            job.join()
            job.isCancelled shouldBe false
        }
    }

    onEveryRow("10,000 operations in sequence, and a stack that does not grow") {
        val pair = pair()
        val buffer = loop.buffer(4)
        onRing {
            var deepest = 0
            var first = 0
            repeat(10_000) { round ->
                if (round % 2 == 0) ring.nop() else pair.near().receive(buffer) // which has no room from the fifth on
                if (round < 4) {
                    pair.far().sends("x")
                }
                if (round % 100 == 0) {
                    val depth = StackWalker.getInstance().walk { it.count() }.toInt()
                    if (round == 100) {
                        first = depth
                    }
                    deepest = maxOf(deepest, depth)
                }
            }
            deepest.shouldBeLessThan(first + 20)
        }
    }

    onEveryRow("a coroutine that only yields does not keep operations and timers from ending") {
        val pair = pair()
        val buffer = loop.buffer(4)
        onRing {
            var over = false
            val busy = launch {
                while (!over) {
                    yield()
                }
            }
            pair.far().sends("x")
            pair.near().receive(buffer) shouldBe 1
            delay(2)
            ring.nop()
            over = true
            busy.join()
        }
    }

    onEveryRow("a coroutine that never waits for the kernel does not keep others from running") {
        onRing {
            var over = false
            val busy = launch {
                while (!over) {
                    ring.nop()
                }
            }
            delay(2)
            withContext(Dispatchers.Default) { yield() }
            over = true
            busy.join()
        }
    }

    onEveryRow("thread context elements are there after every operation, and gone in between") {
        val pair = pair()
        val local = ThreadLocal<String?>()
        onRing {
            val named = List(2) { i ->
                launch(local.asContextElement("coroutine $i")) {
                    repeat(20) {
                        ring.nop()
                        local.get() shouldBe "coroutine $i"
                        withContext(local.asContextElement("inner $i")) {
                            ring.nop()
                            local.get() shouldBe "inner $i"
                        }
                        local.get() shouldBe "coroutine $i"
                    }
                }
            }
            val bare = launch {
                repeat(20) {
                    ring.nop()
                    local.get().shouldBeNull()
                }
            }
            (named + bare).joinAll()
        }
        pair.near().close()
        local.get().shouldBeNull()
    }

    onEveryRow("thread context elements elsewhere: on Default, on a view of the ring's dispatcher, and between") {
        val local = ThreadLocal<String?>()
        onRing {
            val places = listOf(Dispatchers.Default, Dispatchers.Unconfined, ring.dispatcher.limitedParallelism(1))
            places.mapIndexed { i, place ->
                launch(place + local.asContextElement("coroutine $i")) {
                    repeat(20) {
                        ring.nop()
                        local.get() shouldBe "coroutine $i"
                        withContext(ring.dispatcher) {
                            local.get() shouldBe "coroutine $i"
                            ring.nop()
                            local.get() shouldBe "coroutine $i"
                        }
                        local.get() shouldBe "coroutine $i"
                    }
                }
            }.joinAll()
            local.get().shouldBeNull()
        }
        local.get().shouldBeNull()
    }

    onEveryRow("a coroutine that fails fails its scope, and the ring goes on") {
        onRing {
            shouldThrow<IllegalArgumentException> {
                coroutineScope {
                    launch {
                        ring.nop()
                        throw IllegalArgumentException("mine")
                    }
                }
            }.message shouldBe "mine"
            ring.nop()
        }
    }

    onEveryRow("a block that throws past its coroutine goes to the ring's uncaught handler") {
        ring.dispatcher.dispatch(ring.dispatcher) { throw IllegalStateException("loose") }
        turnUntil("it has thrown") { loop.takeUncaught().any { it.message == "loose" } }
        onRing { ring.nop() }
    }

    onEveryRow("a full inbox delays what other threads dispatch, and loses none of it") {
        val running = bed.running { it.inboxLimit = 8 }
        val counted = AtomicInteger()
        runBlocking(Dispatchers.Default) {
            val noise = launch {
                while (true) {
                    try {
                        running.ring().execute { Thread.sleep(0, 200_000) }
                    } catch (_: RejectedExecutionException) {
                        // which is what this is for
                    }
                    yield()
                }
            }
            List(4) {
                launch {
                    repeat(100) {
                        withContext(running.ring().dispatcher) { counted.incrementAndGet() }
                    }
                }
            }.joinAll()
            noise.cancelAndJoin()
            withContext(running.ring().dispatcher) { } // behind all of the noise
        }
        counted.get() shouldBe 400
    }

    onEveryRow("after the ring's end a coroutine is cancelled, and goes on elsewhere to its end") {
        val running = bed.running { }
        val gate = CompletableDeferred<Unit>()
        val finished = CompletableDeferred<Thread>()
        val waiting = CompletableDeferred<Unit>()
        val job = CoroutineScope(SupervisorJob() + running.ring().dispatcher).launch {
            try {
                waiting.complete(Unit)
                gate.await()
            } finally {
                finished.complete(Thread.currentThread())
            }
        }
        runBlocking {
            waiting.await()
            running.closeRing()
            gate.complete(Unit)
            job.join()
            job.isCancelled shouldBe true
            finished.await().name shouldContain "DefaultDispatcher"
            val late = CoroutineScope(running.ring().dispatcher).async { 1 }
            shouldThrow<CancellationException> { late.await() }.message shouldContain "closed"
            shouldThrow<CancellationException> {
                withContext(running.ring().dispatcher) { delay(1) }
            }
        }
    }

    onEveryRow("at the ring's end operations and delays in flight end") {
        val running = bed.running { }
        val outcomes = ConcurrentLinkedQueue<String>()
        val scope = CoroutineScope(Job() + running.ring().dispatcher)
        val started = CompletableDeferred<Unit>()
        val jobs = listOf(
            scope.launch(SupervisorJob()) {
                runCatching { delay(100_000) }.exceptionOrNull().shouldNotBeNull()
                    .shouldBeInstanceOf<CancellationException>()
                outcomes += "delay"
            },
            scope.launch(SupervisorJob()) {
                runCatching { withTimeout(100_000) { CompletableDeferred<Unit>().await() } }.exceptionOrNull()
                    .shouldBeInstanceOf<CancellationException>()
                outcomes += "timeout"
            },
            scope.launch(SupervisorJob()) {
                started.complete(Unit)
                runCatching { running.ring().timers().after(Duration.INFINITE) }.exceptionOrNull()
                    .shouldBeInstanceOf<IOException>()
                outcomes += "operation"
            },
        )
        runBlocking {
            started.await()
            running.closeRing()
            jobs.joinAll()
            scope.cancel()
        }
        outcomes.sorted() shouldContainExactly listOf("delay", "operation", "timeout")
    }
})
