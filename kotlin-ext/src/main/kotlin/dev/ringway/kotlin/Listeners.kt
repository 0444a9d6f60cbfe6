package dev.ringway.kotlin

import dev.ringway.AsyncListener
import dev.ringway.AsyncSocket
import java.net.SocketAddress
import java.net.SocketOption
import kotlin.time.Duration
import kotlinx.coroutines.flow.Flow

/**
 * Accepts one connection. See `man 2 accept`.
 *
 * Throws [java.net.SocketTimeoutException] after [timeout] without one, [java.nio.channels.AsynchronousCloseException]
 * if the listener is closed meanwhile. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException]; a
 * connection that was accepted nevertheless is closed. Prefer [timeout] to `withTimeout`, whose limit can also pass
 * between the end of this call and the end of its block.
 */
public suspend fun AsyncListener.accept(timeout: Duration = Duration.INFINITE): AsyncSocket =
    prepareAccept().within(timeout).await()

/**
 * The connections as a flow that ends only by failure or cancellation. See `man 3 io_uring_prep_multishot_accept`.
 *
 * A socket belongs to the collector, who has to close it. Each collection accepts for itself; several compete for the
 * connections. While the collector is busy, a bounded number of connections is accepted in advance, and then they wait
 * in the backlog; operators that drop items, or that keep them in a channel (`buffer`, `flowOn`, `conflate`), lose
 * sockets. Throws what accepting fails with, [java.net.SocketTimeoutException] after [idleTimeout] without a
 * connection.
 *
 * If the collection is cancelled or ends early, accepting is cancelled and connections that were accepted and not
 * collected are closed; then the collection ends, not before.
 *
 * @param idleTimeout positive; the time in which the collector is busy does not count
 */
public fun AsyncListener.acceptFlow(idleTimeout: Duration = Duration.INFINITE): Flow<AsyncSocket> =
    IterationFlow(idleTimeout) { prepareAcceptEach() }

/**
 * The address it is bound to. See `man 2 getsockname`.
 *
 * Throws an [java.io.IOException] if the kernel refuses. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException].
 */
public suspend fun AsyncListener.localAddress(timeout: Duration = Duration.INFINITE): SocketAddress =
    prepareLocalAddress().within(timeout).await()

/**
 * The value of a socket option, as the kernel has it: Linux doubles the sizes of buffers that were set. See `man 2
 * getsockopt`.
 *
 * Throws an [java.io.IOException] if the system does not have it, [UnsupportedOperationException] if there is no such
 * option. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException].
 *
 * @param option of [java.net.StandardSocketOptions], `jdk.net.ExtendedSocketOptions` or
 *   [MoreSocketOptions][dev.ringway.MoreSocketOptions]
 */
public suspend fun <T : Any> AsyncListener.option(option: SocketOption<T>): T = prepareOption(option).await()

/**
 * Sets a socket option. See `man 2 setsockopt`.
 *
 * Throws an [java.io.IOException] if the kernel refuses, [UnsupportedOperationException] if there is no such option or
 * it can only be asked for, [IllegalArgumentException] if the value is out of range. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException]; whether
 * the option is set is then unknown.
 *
 * @param option of [java.net.StandardSocketOptions], `jdk.net.ExtendedSocketOptions` or
 *   [MoreSocketOptions][dev.ringway.MoreSocketOptions]
 */
public suspend fun <T : Any> AsyncListener.setOption(option: SocketOption<T>, value: T) {
    prepareSetOption(option, value).await()
}

/**
 * Makes another fd for the same listening socket, close-on-exec; they share its queue. See `man 2 dup`.
 *
 * Throws an [java.io.IOException] if the process has no fd left. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException]; a
 * duplicate that was made nevertheless is closed.
 */
public suspend fun AsyncListener.duplicate(): AsyncListener = prepareDuplicate().await()
