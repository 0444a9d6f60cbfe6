package dev.ringway.kotlin

import dev.ringway.ErrnoException
import dev.ringway.ProcessTarget
import dev.ringway.Signal
import dev.ringway.TestRings
import dev.ringway.WaitOption
import dev.ringway.WaitStatus
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.shouldBe
import java.nio.channels.InterruptedByTimeoutException
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield

/** The doors of processes. */
class ProcessesTest : RowsSpec({
    fun started(script: String): Process = ProcessBuilder("/bin/sh", "-c", script).inheritIO().start()

    onEveryRow("waitFor: how a process has ended") {
        onRing {
            val process = started("exit 3")
            val status = ring.processes().waitFor(process)
            status.code shouldBe WaitStatus.Code.EXITED
            status.exitStatus shouldBe 3
            process.exitValue() shouldBe 3
        }
    }

    onEveryRow("signals: a receive and a flow that nothing comes to") {
        onRing {
            TestRings.signals(ring, Signal.realTime(1)).useAsync { signals ->
                shouldThrow<InterruptedByTimeoutException> { signals.receive(5.milliseconds) }
                shouldThrow<InterruptedByTimeoutException> { signals.receiveFlow(5.milliseconds).collect {} }
                val dropped = launch { signals.receiveFlow().collect {} }
                yield()
                dropped.cancelAndJoin()
            }
        }
    }

    onEveryRow("send, check, and a wait for a stop") {
        onRing {
            val process = started("exec sleep 100")
            val target = ProcessTarget.of(process)
            val processes = ring.processes()
            shouldThrow<InterruptedByTimeoutException> { processes.waitFor(process, timeout = 5.milliseconds) }
            val dropped = launch { processes.waitFor(process) }
            yield()
            dropped.cancelAndJoin()
            processes.check(target)
            processes.send(target, Signal.STOP)
            processes.waitFor(target, WaitOption.STOPPED).signal shouldBe Signal.STOP
            val end = async { processes.waitFor(target, timeout = 20_000.milliseconds) }
            yield()
            processes.send(target, Signal.KILL)
            end.await().signal shouldBe Signal.KILL
            shouldThrow<ErrnoException> { processes.check(target) }.errnoName() shouldBe "ESRCH"
        }
    }
})
