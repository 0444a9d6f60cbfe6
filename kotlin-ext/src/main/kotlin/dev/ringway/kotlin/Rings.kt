package dev.ringway.kotlin

import dev.ringway.Ring
import kotlin.time.Duration

/**
 * Does nothing, through the kernel where it has a word for that, and so shows that the ring turns. See `man 3
 * io_uring_prep_nop`.
 *
 * Throws [java.nio.channels.InterruptedByTimeoutException] after [timeout]. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException].
 */
public suspend fun Ring.nop(timeout: Duration = Duration.INFINITE) {
    prepareNop().within(timeout).await()
}
