package dev.ringway.kotlin

import dev.ringway.AsyncListener
import dev.ringway.AsyncSocket
import dev.ringway.RingNet
import dev.ringway.SocketProtocol
import dev.ringway.SocketType
import java.net.ProtocolFamily
import java.net.SocketAddress
import kotlin.time.Duration

/**
 * Connects to an address with a new socket; a failure leaves no fd behind. See `man 2 connect`.
 *
 * Throws [java.net.ConnectException] if nobody listens there, [java.net.SocketTimeoutException] after [timeout]. May be
 * called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the socket, not before; one that was connected nevertheless is closed.
 *
 * @param address a resolved [java.net.InetSocketAddress], or a [java.net.UnixDomainSocketAddress]
 */
public suspend fun RingNet.connect(address: SocketAddress, timeout: Duration = Duration.INFINITE): AsyncSocket =
    prepareConnect(address).within(timeout).await()

/**
 * Listens on an address with a new socket, with SO_REUSEADDR; a failure leaves no fd behind. See `man 2 listen`.
 *
 * Throws [java.net.BindException] if the address is in use or not one of this machine. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException]; a
 * listener that was made nevertheless is closed.
 *
 * @param address a resolved [java.net.InetSocketAddress], port 0 for any, or a [java.net.UnixDomainSocketAddress]
 * @param backlog connections that may wait to be accepted, at least 1; the kernel caps it
 */
public suspend fun RingNet.listen(
    address: SocketAddress,
    backlog: Int = 1024,
    timeout: Duration = Duration.INFINITE,
): AsyncListener = prepareListen(address).backlog(backlog).within(timeout).await()

/**
 * Makes a socket that is neither bound nor connected. See `man 2 socket`.
 *
 * Throws an [java.io.IOException] if the process has no fd left, or if the system has no such socket. May be
 * called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException]; a
 * socket that was made nevertheless is closed.
 *
 * @param family one of [java.net.StandardProtocolFamily] or [MoreProtocolFamily][dev.ringway.MoreProtocolFamily]
 */
public suspend fun RingNet.socket(
    family: ProtocolFamily,
    type: SocketType = SocketType.STREAM,
    protocol: SocketProtocol = SocketProtocol.DEFAULT,
    timeout: Duration = Duration.INFINITE,
): AsyncSocket = prepareSocket(family, type).protocol(protocol).within(timeout).await()
