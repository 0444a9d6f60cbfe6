package dev.ringway.kotlin

import dev.ringway.AsyncCloseable
import dev.ringway.AsyncFd
import dev.ringway.Readiness
import kotlin.time.Duration
import kotlinx.coroutines.flow.Flow

/**
 * Closes it as [AsyncCloseable.close] does and returns when close(2) has been called: operations in flight on it have
 * ended by then. See `man 2 close`.
 *
 * Throws the [java.io.IOException] that close(2) reported; it is closed in any case. May be called from any thread.
 *
 * This cannot be cancelled: it closes also if the coroutine has been cancelled already, and then returns normally.
 */
public suspend fun AsyncCloseable.closeAndJoin() {
    prepareClose().awaitUncancellable()
}

/**
 * Returns when the fd is ready; a file always is. Takes nothing from it. See `man 2 poll`.
 *
 * Throws [java.net.SocketTimeoutException] or [java.nio.channels.InterruptedByTimeoutException] after [timeout],
 * [java.nio.channels.AsynchronousCloseException] if the fd is closed meanwhile. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException].
 */
public suspend fun AsyncFd.poll(wanted: Readiness, timeout: Duration = Duration.INFINITE): Unit =
    Polling.finish(this, wanted, timeout)

/**
 * Emits each time when the fd becomes ready, until it fails or is cancelled: once at first if it is ready already. See
 * `man 2 poll`.
 *
 * Throws what polling fails with, a timeout exception after [idleTimeout] without a change. If the collection is
 * cancelled or ends early, polling is cancelled.
 *
 * @param idleTimeout positive; the time in which the collector is busy does not count
 */
public fun AsyncFd.pollFlow(wanted: Readiness, idleTimeout: Duration = Duration.INFINITE): Flow<Readiness> =
    IterationFlow(idleTimeout) { preparePollEach(wanted) }

/**
 * Runs [block] with this and closes it afterwards, whatever happens, with [closeAndJoin]. What closing throws is
 * added to what the block has thrown.
 *
 * May be called from any thread. If the coroutine is cancelled, it is closed all the same.
 */
public suspend inline fun <T : AsyncCloseable, R> T.useAsync(block: (T) -> R): R {
    var thrown: Throwable? = null
    try {
        return block(this)
    } catch (failure: Throwable) {
        thrown = failure
        throw failure
    } finally {
        closeAfter(thrown)
    }
}

/** The end of [useAsync]. */
@PublishedApi
internal suspend fun AsyncCloseable.closeAfter(thrown: Throwable?) {
    try {
        closeAndJoin()
    } catch (failure: Throwable) {
        if (thrown == null) {
            throw failure
        }
        thrown.addSuppressed(failure)
    }
}

private object Polling : Door<AsyncFd, AsyncFd.Poll, Readiness> {
    override fun make(subject: AsyncFd, argument: Readiness, number: Long) = subject.preparePoll(argument)

    override fun again(operation: AsyncFd.Poll, argument: Readiness, number: Long) {
        operation.reset(argument)
    }
}
