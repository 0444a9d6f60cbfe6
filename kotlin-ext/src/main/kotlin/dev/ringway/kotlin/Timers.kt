package dev.ringway.kotlin

import dev.ringway.RingTimers
import kotlin.time.Duration

/**
 * Returns when the delay has passed, never before. See `man 2 clock_gettime`, CLOCK_MONOTONIC.
 *
 * On the ring's own dispatcher `delay` does the same; this one uses the ring's timers from anywhere. Throws
 * [java.nio.channels.AsynchronousCloseException] if the ring is closed meanwhile. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException].
 *
 * @param delay zero or negative returns in the next turn
 */
public suspend fun RingTimers.after(delay: Duration): Unit =
    Timers.finish(this, Unit, Duration.INFINITE, delay.inWholeNanoseconds)

private object Timers : Door<RingTimers, RingTimers.After, Unit> {
    override fun make(subject: RingTimers, argument: Unit, number: Long) =
        subject.prepareAfter(java.time.Duration.ofNanos(number))

    override fun again(operation: RingTimers.After, argument: Unit, number: Long) {
        operation.reset(java.time.Duration.ofNanos(number))
    }
}
