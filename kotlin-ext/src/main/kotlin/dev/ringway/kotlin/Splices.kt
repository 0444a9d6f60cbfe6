package dev.ringway.kotlin

import dev.ringway.AsyncFd
import kotlin.time.Duration

/** For the file's own position, or for what has none. */
private const val OWN_POSITION = -1L

/**
 * Moves some bytes from this fd to [target], without their being copied through the JVM, and returns how many: 1 to
 * [length], or -1 when everything has been taken and no more will come. One of the two is an end of a pipe. See `man 2
 * splice`.
 *
 * Throws an [java.io.IOException] that names EPIPE if nobody can read the target any more,
 * [java.nio.channels.InterruptedByTimeoutException] after [timeout]. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of both, not before; no byte is lost, but how many were moved is then unknown.
 *
 * @param target of the same ring
 * @param length in bytes, not negative
 * @param from in bytes from the start of this file; -1 takes at its position and moves that
 * @param at in bytes from the start of the target file; -1 gives at its position and moves that
 * @param more says that more follows soon, so that a socket may wait for it
 */
public suspend fun AsyncFd.spliceTo(
    target: AsyncFd,
    length: Int,
    from: Long = OWN_POSITION,
    at: Long = OWN_POSITION,
    more: Boolean = false,
    timeout: Duration = Duration.INFINITE,
): Int {
    val splice = prepareSpliceTo(target, length)
    if (from != OWN_POSITION) splice.from(from)
    if (at != OWN_POSITION) splice.at(at)
    if (more) splice.more()
    return splice.within(timeout).await()
}

/**
 * Moves some bytes from [source] to this fd: [spliceTo], seen from the other side. See `man 2 splice`.
 *
 * Throws, and is cancelled, as that does. May be called from any thread.
 *
 * @param source of the same ring
 * @param length in bytes, not negative
 * @param from in bytes from the start of the source file; -1 takes at its position and moves that
 * @param at in bytes from the start of this file; -1 gives at its position and moves that
 */
public suspend fun AsyncFd.spliceFrom(
    source: AsyncFd,
    length: Int,
    from: Long = OWN_POSITION,
    at: Long = OWN_POSITION,
    more: Boolean = false,
    timeout: Duration = Duration.INFINITE,
): Int = source.spliceTo(this, length, from, at, more, timeout)
