package dev.ringway.kotlin

import dev.ringway.AsyncFd

/**
 * Closes the fd as [AsyncFd.close] does and returns when close(2) has been called: operations in flight on this handle
 * have ended by then. See `man 2 close`.
 *
 * Throws the [java.io.IOException] that close(2) reported; the fd is closed in any case. May be called from any thread.
 *
 * This cannot be cancelled: it closes also if the coroutine has been cancelled already, and then returns normally.
 */
public suspend fun AsyncFd.closeAndJoin() {
    prepareClose().awaitUncancellable()
}

/**
 * Runs [block] with this fd and closes it afterwards, whatever happens, with [closeAndJoin]. What closing throws is
 * added to what the block has thrown.
 *
 * May be called from any thread. If the coroutine is cancelled, the fd is closed all the same.
 */
public suspend inline fun <T : AsyncFd, R> T.useAsync(block: (T) -> R): R {
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
internal suspend fun AsyncFd.closeAfter(thrown: Throwable?) {
    try {
        closeAndJoin()
    } catch (failure: Throwable) {
        if (thrown == null) {
            throw failure
        }
        thrown.addSuppressed(failure)
    }
}
