package dev.ringway.kotlin

import dev.ringway.AsyncListener
import dev.ringway.AsyncSocket
import dev.ringway.Buf
import dev.ringway.BufPool
import dev.ringway.Received
import dev.ringway.ReceivedLease
import java.net.SocketAddress
import java.net.SocketOption
import kotlin.time.Duration
import kotlinx.coroutines.flow.Flow

/**
 * Receives up to [Buf.writable] bytes, at least one, appends them to [dst] and returns how many; -1 at the end of the
 * stream, 0 if there is no room. See `man 2 recv`.
 *
 * Throws [java.net.SocketTimeoutException] after [timeout] without bytes, [java.net.SocketException] if the peer has
 * reset the connection, [java.nio.channels.ReadPendingException] if too many receives wait already or a [receiveFlow]
 * is being collected. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffer, not before; bytes that arrived nevertheless are in it.
 */
public suspend fun AsyncSocket.receive(dst: Buf, timeout: Duration = Duration.INFINITE): Int =
    Receiving.count(this, dst, 0, timeout)

/**
 * Receives exactly [n] bytes, appends them to [dst] and returns [n]; no other receive gets bytes in between. See `man 2
 * recv`.
 *
 * Throws [java.io.EOFException] if the stream ends before, [java.net.SocketTimeoutException] after [timeout],
 * [java.net.SocketException] if the peer has reset the connection, [java.nio.channels.ReadPendingException] if too many
 * receives wait already or a [receiveFlow] is being collected; what was received until then is in [dst]. May be called
 * from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffer, not before; bytes that arrived nevertheless are in it.
 *
 * @param n 0 to [Buf.writable]
 */
public suspend fun AsyncSocket.receiveN(dst: Buf, n: Int, timeout: Duration = Duration.INFINITE): Int =
    ReceivingN.count(this, dst, n.toLong(), timeout)

/**
 * Receives once into a buffer of a pool and returns its lease, which the caller has to release; null at the end of the
 * stream. While it waits it holds no buffer. See `man 2 recv`.
 *
 * Throws [java.net.SocketTimeoutException] after [timeout], [java.net.SocketException] if the peer has reset the
 * connection, [java.nio.channels.ReadPendingException] if too many receives wait already or a [receiveFlow] is being
 * collected. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException]; bytes
 * that came nevertheless are what the next receive gets.
 *
 * @param pool of the same ring
 */
public suspend fun AsyncSocket.receive(pool: BufPool, timeout: Duration = Duration.INFINITE): Buf? =
    prepareReceive(pool).within(timeout).await()

/**
 * Receives a message into a buffer of a pool, and tells who sent it and whether all of it fitted; the caller has to
 * release the lease. See `man 2 recvmsg`.
 *
 * Throws [java.net.SocketTimeoutException] after [timeout], [java.net.SocketException] if the peer has reset the
 * connection, [java.nio.channels.ReadPendingException] if too many receives wait already or a [receiveFlow] is being
 * collected. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException]; a
 * message that came nevertheless is lost, as messages may be.
 *
 * @param pool of the same ring
 */
public suspend fun AsyncSocket.receiveFrom(pool: BufPool, timeout: Duration = Duration.INFINITE): ReceivedLease =
    prepareReceiveFrom(pool).within(timeout).await()

/**
 * What is received as a flow of leases of the pool, until the peer ends the stream. See `man 3
 * io_uring_prep_recv_multishot`.
 *
 * A lease belongs to the collector, who has to release it. Each collection receives for itself, and no other receive
 * can start meanwhile. While the collector is busy, a bounded number of buffers is filled in advance, and then the peer
 * has to wait; operators that drop items, or that keep them in a channel (`buffer`, `flowOn`, `conflate`), lose leases.
 * Throws what the receive fails with, [java.net.SocketTimeoutException] after [idleTimeout] without bytes.
 *
 * If the collection is cancelled or ends early, the receive is cancelled, and the collection ends when the kernel has
 * let go of the pool's buffers, not before; bytes that were received and not collected are what the next receive gets.
 *
 * @param pool of the same ring
 * @param idleTimeout positive; the time in which the collector is busy does not count
 */
public fun AsyncSocket.receiveFlow(pool: BufPool, idleTimeout: Duration = Duration.INFINITE): Flow<Buf> =
    IterationFlow(idleTimeout) { prepareReceiveEach(pool) }

/**
 * Sends some of the content of [src], at least one byte if there is one, consumes it and returns how many. See `man 2
 * send`.
 *
 * Throws [java.net.SocketTimeoutException] after [timeout], [java.net.SocketException] if the peer does not take any
 * more, [java.nio.channels.WritePendingException] if too many sends wait already. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffer, not before; what was sent nevertheless has been consumed.
 */
public suspend fun AsyncSocket.send(src: Buf, timeout: Duration = Duration.INFINITE): Int =
    Sending.count(this, src, 0, timeout)

/**
 * Sends the whole content of [src], consumes it and returns how many bytes it was; nothing else is sent in between. See
 * `man 2 send`.
 *
 * Throws [java.net.SocketTimeoutException] after [timeout], [java.net.SocketException] if the peer does not take any
 * more, [java.nio.channels.WritePendingException] if too many sends wait already; the rest is then what is left in
 * [src]. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffer, not before; what was sent nevertheless has been consumed.
 */
public suspend fun AsyncSocket.sendAll(src: Buf, timeout: Duration = Duration.INFINITE): Int =
    SendingAll.count(this, src, 0, timeout)

/**
 * Receives into several buffers, the first of them first, appends to them and returns how many bytes; -1 at the end of
 * the stream. See `man 2 recvmsg`.
 *
 * Throws [java.net.SocketTimeoutException] after [timeout], [java.net.SocketException] if the peer has reset the
 * connection, [java.nio.channels.ReadPendingException] if too many receives wait already or a [receiveFlow] is being
 * collected. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffers, not before; bytes that arrived nevertheless are in them.
 */
public suspend fun AsyncSocket.receive(dsts: Array<Buf>, timeout: Duration = Duration.INFINITE): Int =
    prepareReceive(dsts).within(timeout).await()

/**
 * Receives exactly [n] bytes into several buffers, the first of them first, and returns [n]. See `man 2 recvmsg`.
 *
 * Throws [java.io.EOFException] if the stream ends before.
 * Throws [java.net.SocketTimeoutException] after [timeout], [java.net.SocketException] if the peer has reset the
 * connection, [java.nio.channels.ReadPendingException] if too many receives wait already or a [receiveFlow] is being
 * collected. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffers, not before; bytes that arrived nevertheless are in them.
 *
 * @param n 0 to what the buffers can take together
 */
public suspend fun AsyncSocket.receiveN(dsts: Array<Buf>, n: Int, timeout: Duration = Duration.INFINITE): Int =
    prepareReceiveN(dsts, n).within(timeout).await()

/**
 * Receives a message, appends it to [dst], and tells who sent it and whether all of it fitted; on a stream like
 * [receive]. See `man 2 recvmsg`.
 *
 * Throws [java.net.SocketTimeoutException] after [timeout], [java.net.SocketException] if the peer has reset the
 * connection, [java.nio.channels.ReadPendingException] if too many receives wait already or a [receiveFlow] is being
 * collected. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffers, not before; bytes that arrived nevertheless are in them.
 */
public suspend fun AsyncSocket.receiveFrom(dst: Buf, timeout: Duration = Duration.INFINITE): Received =
    prepareReceiveFrom(dst).within(timeout).await()

/**
 * Receives a message into several buffers, the first of them first, and tells who sent it and whether all of it fitted.
 * See `man 2 recvmsg`.
 *
 * Throws [java.net.SocketTimeoutException] after [timeout], [java.net.SocketException] if the peer has reset the
 * connection, [java.nio.channels.ReadPendingException] if too many receives wait already or a [receiveFlow] is being
 * collected. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffers, not before; bytes that arrived nevertheless are in them.
 */
public suspend fun AsyncSocket.receiveFrom(dsts: Array<Buf>, timeout: Duration = Duration.INFINITE): Received =
    prepareReceiveFrom(dsts).within(timeout).await()

/**
 * Sends some of the content of several buffers, that of the first of them first, consumes it and returns how many
 * bytes. See `man 2 sendmsg`.
 *
 * Throws [java.net.SocketTimeoutException] after [timeout], [java.net.SocketException] if the peer does not take any
 * more, [java.nio.channels.WritePendingException] if too many sends wait already. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffers, not before; what was sent nevertheless has been consumed.
 */
public suspend fun AsyncSocket.send(srcs: Array<Buf>, timeout: Duration = Duration.INFINITE): Int =
    prepareSend(srcs).within(timeout).await()

/**
 * Sends the whole content of several buffers, that of the first of them first, consumes it and returns how many bytes
 * it was. See `man 2 sendmsg`.
 *
 * Throws [java.net.SocketTimeoutException] after [timeout], [java.net.SocketException] if the peer does not take any
 * more, [java.nio.channels.WritePendingException] if too many sends wait already. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffers, not before; what was sent nevertheless has been consumed.
 */
public suspend fun AsyncSocket.sendAll(srcs: Array<Buf>, timeout: Duration = Duration.INFINITE): Int =
    prepareSendAll(srcs).within(timeout).await()

/**
 * Sends the content of [src] as one message, which may be empty, consumes it and returns how many bytes. See `man 2
 * sendto`.
 *
 * Throws [java.net.SocketTimeoutException] after [timeout], [java.net.SocketException] if the peer does not take any
 * more, [java.nio.channels.WritePendingException] if too many sends wait already. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffers, not before; what was sent nevertheless has been consumed.
 *
 * @param destination of the socket's family; an IPv4 address fits an IPv6 socket too
 */
public suspend fun AsyncSocket.sendTo(
    src: Buf,
    destination: SocketAddress,
    timeout: Duration = Duration.INFINITE,
): Int = prepareSendTo(src, destination).within(timeout).await()

/**
 * Sends the content of several buffers as one message, that of the first of them first, consumes it and returns how
 * many bytes. See `man 2 sendmsg`.
 *
 * Throws [java.net.SocketTimeoutException] after [timeout], [java.net.SocketException] if the peer does not take any
 * more, [java.nio.channels.WritePendingException] if too many sends wait already. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffers, not before; what was sent nevertheless has been consumed.
 *
 * @param destination of the socket's family; an IPv4 address fits an IPv6 socket too
 */
public suspend fun AsyncSocket.sendTo(
    srcs: Array<Buf>,
    destination: SocketAddress,
    timeout: Duration = Duration.INFINITE,
): Int = prepareSendTo(srcs, destination).within(timeout).await()

/**
 * Connects the socket. See `man 2 connect`.
 *
 * Throws [java.net.ConnectException] if nobody listens there, [java.net.SocketTimeoutException] after [timeout]. May be
 * called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the socket, not before; whether it is connected is then unknown.
 *
 * @param address of the socket's family; an IPv4 address fits an IPv6 socket too
 */
public suspend fun AsyncSocket.connect(address: SocketAddress, timeout: Duration = Duration.INFINITE) {
    prepareConnect(address).within(timeout).await()
}

/**
 * Gives the socket a local address. See `man 2 bind`.
 *
 * Throws [java.net.BindException] if the address is in use or not one of this machine. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException]; whether
 * the socket is bound is then unknown.
 *
 * @param address of the socket's family
 */
public suspend fun AsyncSocket.bind(address: SocketAddress, timeout: Duration = Duration.INFINITE) {
    prepareBind(address).within(timeout).await()
}

/**
 * Turns the socket into a listener, which takes the fd over: from then on use that only. See `man 2 listen`.
 *
 * Throws an [java.io.IOException] if the kernel refuses. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException]; a
 * listener that was made nevertheless is closed.
 *
 * @param backlog connections that may wait to be accepted, at least 1; the kernel caps it
 */
public suspend fun AsyncSocket.listen(backlog: Int = 1024, timeout: Duration = Duration.INFINITE): AsyncListener =
    prepareListen(backlog).within(timeout).await()

/**
 * Ends the output, behind everything that is being sent: the peer sees the end of the stream. See `man 2 shutdown`.
 *
 * Throws [java.net.SocketException] if the socket is not connected, [java.net.SocketTimeoutException] after [timeout].
 * May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException]; whether
 * the output has ended is then unknown.
 */
public suspend fun AsyncSocket.shutdownOutput(timeout: Duration = Duration.INFINITE) {
    prepareShutdownOutput().within(timeout).await()
}

/**
 * Ends the input: a receive that waits sees the end of the stream. See `man 2 shutdown`.
 *
 * Throws [java.net.SocketException] if the socket is not connected. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException]; whether
 * the input has ended is then unknown.
 */
public suspend fun AsyncSocket.shutdownInput(timeout: Duration = Duration.INFINITE) {
    prepareShutdownInput().within(timeout).await()
}

/**
 * The address of this end. See `man 2 getsockname`.
 *
 * Throws an [java.io.IOException] if the kernel refuses. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException].
 */
public suspend fun AsyncSocket.localAddress(timeout: Duration = Duration.INFINITE): SocketAddress =
    prepareLocalAddress().within(timeout).await()

/**
 * The address of the other end. See `man 2 getpeername`.
 *
 * Throws [java.net.SocketException] if the socket is not connected. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException].
 */
public suspend fun AsyncSocket.peerAddress(timeout: Duration = Duration.INFINITE): SocketAddress =
    preparePeerAddress().within(timeout).await()

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
public suspend fun <T : Any> AsyncSocket.option(option: SocketOption<T>): T = prepareOption(option).await()

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
public suspend fun <T : Any> AsyncSocket.setOption(option: SocketOption<T>, value: T) {
    prepareSetOption(option, value).await()
}

/**
 * Makes another fd for the same socket, close-on-exec; they share the connection. See `man 2 dup`.
 *
 * Throws an [java.io.IOException] if the process has no fd left. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException]; a
 * duplicate that was made nevertheless is closed.
 */
public suspend fun AsyncSocket.duplicate(): AsyncSocket = prepareDuplicate().await()

private object Receiving : Door<AsyncSocket, AsyncSocket.Receive, Buf> {
    override fun make(subject: AsyncSocket, argument: Buf, number: Long) = subject.prepareReceive(argument)

    override fun again(operation: AsyncSocket.Receive, argument: Buf, number: Long) {
        operation.reset(argument)
    }
}

private object ReceivingN : Door<AsyncSocket, AsyncSocket.ReceiveN, Buf> {
    override fun make(subject: AsyncSocket, argument: Buf, number: Long) =
        subject.prepareReceiveN(argument, number.toInt())

    override fun again(operation: AsyncSocket.ReceiveN, argument: Buf, number: Long) {
        operation.reset(argument, number.toInt())
    }
}

private object Sending : Door<AsyncSocket, AsyncSocket.Send, Buf> {
    override fun make(subject: AsyncSocket, argument: Buf, number: Long) = subject.prepareSend(argument)

    override fun again(operation: AsyncSocket.Send, argument: Buf, number: Long) {
        operation.reset(argument)
    }
}

private object SendingAll : Door<AsyncSocket, AsyncSocket.Send, Buf> {
    override fun make(subject: AsyncSocket, argument: Buf, number: Long) = subject.prepareSendAll(argument)

    override fun again(operation: AsyncSocket.Send, argument: Buf, number: Long) {
        operation.reset(argument)
    }
}
