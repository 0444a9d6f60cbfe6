package dev.ringway.kotlin

import dev.ringway.RingTimers
import kotlin.time.Duration
import kotlin.time.toJavaDuration

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
public suspend fun RingTimers.after(delay: Duration) {
    prepareAfter(delay.toJavaDuration()).await()
}
