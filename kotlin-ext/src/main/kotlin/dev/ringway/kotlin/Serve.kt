package dev.ringway.kotlin

import dev.ringway.AsyncListener
import dev.ringway.AsyncSocket
import dev.ringway.ErrnoException
import dev.ringway.RingGroup
import dev.ringway.RingNet
import java.io.IOException
import java.lang.System.Logger.Level.DEBUG
import java.lang.System.Logger.Level.ERROR
import java.lang.System.Logger.Level.WARNING
import java.net.InetSocketAddress
import java.net.SocketAddress
import java.net.SocketTimeoutException
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.RejectedExecutionException
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.DEBUG_PROPERTY_NAME
import kotlinx.coroutines.DEBUG_PROPERTY_VALUE_ON
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.future.await
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull

private const val MAX_CONNECTIONS = 10_000
private const val BACKLOG = 1024

/** How often a connection is looked at in the time in which it may be idle. */
private const val LOOKS = 4
private val FIRST_PAUSE = 10.milliseconds
private val LAST_PAUSE = 1.seconds
private val SHORTAGES = setOf("EMFILE", "ENFILE", "ENOBUFS", "ENOMEM")

/**
 * Listens on an address and runs [handler] for every connection, in a coroutine of its own; returns as soon as it
 * listens. See `man 2 accept`.
 *
 * ```
 * val server = ring.net().serve(address, this) { socket -> echo(socket, pool) }
 * ```
 *
 * The server is a child of [scope] and has its dispatcher: cancelling the scope ends the server and its connections,
 * and whoever waits for the scope waits until the kernel has let go of all of them. The socket of a connection is
 * closed when its handler has ended, however that was.
 *
 * A connection over which no byte has gone in either direction for [idleTimeout], also below TLS, is ended, at most a
 * quarter of that later: its handler is cancelled, and [onFailure] is told a [SocketTimeoutException]. A handler that
 * is busy otherwise all the while is idle in this sense, and bytes count when the kernel takes them or gives them, not
 * when they reach the peer. Time limits of single steps are the handler's: see the `timeout` of its calls.
 *
 * In dumps and, with `-Dkotlinx.coroutines.debug`, in thread names a connection's coroutine is called like
 * `serve 127.0.0.1:7777`, and with that property the peer is named too: `serve 127.0.0.1:7777 < 127.0.0.1:53422`. In
 * the place of `serve` stands the [CoroutineName] of [scope], if it has one.
 *
 * While [maxConnections] are served no more are accepted; they wait in the backlog, and beyond that the kernel puts
 * them off. Where the process has no fd or memory left, accepting pauses for 10 ms, doubling to 1 s, says so once in
 * the log of `dev.ringway`, and goes on. Any other failure to accept is the server's, and so the scope's.
 *
 * Throws [java.net.BindException] if the address is in use or not one of this machine. May be called from any thread.
 *
 * If the coroutine is cancelled before this has returned, this throws [CancellationException] and nobody listens.
 *
 * @param address a resolved [java.net.InetSocketAddress], port 0 for any, or a [java.net.UnixDomainSocketAddress]
 * @param maxConnections at least 1
 * @param backlog connections that may wait to be accepted, at least 1; the kernel caps it
 * @param idleTimeout positive; the precision is a millisecond. Where there is one each connection has a timer
 * @param onFailure told, in the connection's coroutine and after its socket has been closed, what a handler has thrown;
 *   a [CancellationException] only if nobody has cancelled the server. What it throws itself ends the server. The
 *   default logs: an [IOException], which any peer can cause, on level DEBUG, the rest on level ERROR, at most five
 *   lines a second
 * @param handler starts on the thread that accepts, and what it launches belongs to its connection
 */
public suspend fun RingNet.serve(
    address: SocketAddress,
    scope: CoroutineScope,
    maxConnections: Int = MAX_CONNECTIONS,
    backlog: Int = BACKLOG,
    idleTimeout: Duration = Duration.INFINITE,
    onFailure: (Throwable) -> Unit = FailureLog::add,
    handler: suspend CoroutineScope.(AsyncSocket) -> Unit,
): Server {
    val limits = Limits(maxConnections, idleTimeout)
    return Service(limits, onFailure, handler).start(scope, listOf(Place(listen(address, backlog))))
}

/**
 * Runs [handler] for every connection of this listener, which the server takes over and closes; otherwise like
 * [RingNet.serve]. See `man 2 accept`.
 *
 * Throws what asking for the listener's address fails with; the listener is then closed. May be called from any thread.
 * If the coroutine is cancelled before this has returned, this throws [CancellationException], and the listener is
 * closed.
 *
 * @param maxConnections at least 1
 * @param idleTimeout positive
 */
public suspend fun AsyncListener.serve(
    scope: CoroutineScope,
    maxConnections: Int = MAX_CONNECTIONS,
    idleTimeout: Duration = Duration.INFINITE,
    onFailure: (Throwable) -> Unit = FailureLog::add,
    handler: suspend CoroutineScope.(AsyncSocket) -> Unit,
): Server {
    val limits = Limits(maxConnections, idleTimeout)
    return Service(limits, onFailure, handler).start(scope, listOf(Place(this)))
}

/**
 * Listens on an address with every ring of the group, over which the kernel spreads the connections, and runs [handler]
 * on the dispatcher of the ring that a connection has come to; otherwise like [RingNet.serve]. See `man 7 socket`,
 * SO_REUSEPORT.
 *
 * Throws [IllegalArgumentException] for a [java.net.UnixDomainSocketAddress], which only one socket can have. May be
 * called from any thread. If the coroutine is cancelled before this has returned, this throws [CancellationException],
 * and nobody listens.
 *
 * @param scope the dispatcher that it has is not used
 * @param maxConnections of each ring, at least 1
 * @param idleTimeout positive
 */
public suspend fun RingGroup.serve(
    address: SocketAddress,
    scope: CoroutineScope,
    maxConnections: Int = MAX_CONNECTIONS,
    idleTimeout: Duration = Duration.INFINITE,
    onFailure: (Throwable) -> Unit = FailureLog::add,
    handler: suspend CoroutineScope.(AsyncSocket) -> Unit,
): Server {
    val limits = Limits(maxConnections, idleTimeout)
    // Cancelled, the future would not wait for the kernel; the start of the service sees that soon enough
    val listeners = withContext(NonCancellable) { listen(address).await() }
    val places = listeners.zip(this) { listener, ring -> Place(listener, ring.dispatcher) }
    return Service(limits, onFailure, handler).start(scope, places)
}

/** What [serve] has started. All of it may be used from any thread. */
public class Server internal constructor(
    /** The address that it listens on, with the port that the kernel chose if it was asked for port 0. */
    public val address: SocketAddress,
    private val accepting: Job,
    private val job: Job,
    private val sockets: Set<AsyncSocket>,
) {
    /** How many connections are served at the moment. */
    public val connections: Int get() = sockets.size

    /**
     * Ends the server: stops accepting and closes the listener at once, lets handlers finish, and cancels those that
     * have not finished after [grace]. Returns when the last has ended, whether all of them finished by themselves.
     *
     * For a handler it looks as if its peer had ended the stream: it can still send, but receives the end when it has
     * received what has come so far, so that one that waits for another request ends at once. See `man 2 shutdown`,
     * SHUT_RD. A handler must not call this and wait for itself; it can launch a coroutine elsewhere that does.
     *
     * It may be called again, also with less grace while another call waits. Throws [IllegalArgumentException] if the
     * grace is negative. If the coroutine is cancelled, this throws [CancellationException]; the server has then
     * stopped accepting, and its handlers go on.
     *
     * @param grace zero or more; with zero the handlers are cancelled at once
     */
    public suspend fun shutdown(grace: Duration = 10.seconds): Boolean {
        require(!grace.isNegative()) { "shutdown: grace $grace; it must not be negative" }
        accepting.cancelAndJoin()
        withTimeoutOrNull(grace) {
            sockets.forEach { it.endInput() }
            job.join()
        }
        job.cancelAndJoin() // no effect if it has completed
        return !job.isCancelled
    }

    /**
     * Returns when the server and all its handlers have ended. Throws [CancellationException] if the coroutine is
     * cancelled; the server goes on.
     */
    public suspend fun join(): Unit = job.join()

    /** Its address, and how many connections it serves. */
    override fun toString(): String = "Server[$address, $connections connections]"
}

private suspend fun AsyncSocket.endInput() {
    try {
        shutdownInput()
    } catch (_: IOException) {
        // its peer, or its handler, has gone
    } catch (_: RejectedExecutionException) {
        // and so has its ring
    }
}

private class Limits(val maxConnections: Int, val idleTimeout: Duration) {
    init {
        require(maxConnections >= 1) { "serve: maxConnections $maxConnections; it must be at least 1" }
        require(idleTimeout.isPositive()) {
            "serve: idleTimeout $idleTimeout; it must be positive, or Duration.INFINITE for no limit"
        }
    }
}

private fun shown(address: SocketAddress): String =
    if (address is InetSocketAddress) "${address.address.hostAddress}:${address.port}" else address.toString()

/** Where connections come from, and where they are served. */
private class Place(val listener: AsyncListener, val context: CoroutineContext = EmptyCoroutineContext)

/**
 * The inside of a [Server]: a Job, whose children are one that accepts and one for each connection. The former has a
 * child for each listener, which closes it.
 */
private class Service(
    private val limits: Limits,
    private val onFailure: (Throwable) -> Unit,
    private val handler: suspend CoroutineScope.(AsyncSocket) -> Unit,
) {
    private val sockets: MutableSet<AsyncSocket> = ConcurrentHashMap.newKeySet()
    private val namesPeers = System.getProperty(DEBUG_PROPERTY_NAME) in listOf("", DEBUG_PROPERTY_VALUE_ON)

    suspend fun start(scope: CoroutineScope, places: List<Place>): Server {
        val address = try {
            places.first().listener.localAddress()
        } catch (failure: Throwable) {
            places.forEach { it.listener.closeAndJoin() }
            throw failure
        }
        // Whatever has an fd starts UNDISPATCHED: that cannot be cancelled before it is there to close the fd
        val name = "${scope.coroutineContext[CoroutineName]?.name ?: "serve"} ${shown(address)}"
        lateinit var accepting: Job
        val job = scope.launch(CoroutineName(name), CoroutineStart.UNDISPATCHED) {
            val connections = this
            accepting = launch(start = CoroutineStart.UNDISPATCHED) {
                for (place in places) {
                    launch(place.context, CoroutineStart.UNDISPATCHED) {
                        place.listener.useAsync { connections.acceptFrom(place) }
                    }
                }
            }
        }
        return Server(address, accepting, job, sockets)
    }

    /** Accepts one at a time: none is taken out of the backlog before there is a place for it. */
    private suspend fun CoroutineScope.acceptFrom(place: Place) {
        val free = Semaphore(limits.maxConnections)
        while (true) {
            free.acquire()
            val socket = acceptPatiently(place.listener)
            sockets += socket
            launch(place.context, CoroutineStart.UNDISPATCHED) {
                try {
                    handle(socket)
                } finally {
                    sockets -= socket
                    free.release()
                }
            }
        }
    }

    private suspend fun acceptPatiently(listener: AsyncListener): AsyncSocket {
        var pause = FIRST_PAUSE
        while (true) {
            try {
                return listener.accept()
            } catch (failure: ErrnoException) {
                if (failure.errnoName() !in SHORTAGES) {
                    throw failure
                }
                if (pause == FIRST_PAUSE) {
                    FailureLog.shortage(failure)
                }
            }
            delay(pause)
            pause = minOf(pause * 2, LAST_PAUSE)
        }
    }

    private suspend fun handle(socket: AsyncSocket) {
        try {
            socket.useAsync { withContext(nameOf(it)) { handleUnlessIdle(it) } }
        } catch (failure: Throwable) {
            if (failure is CancellationException) {
                currentCoroutineContext().ensureActive()
            }
            onFailure(failure)
        }
    }

    /** What it is called as long as somebody may look: to ask for the peer costs as much as a small receive. */
    private suspend fun nameOf(socket: AsyncSocket): CoroutineContext {
        if (!namesPeers) {
            return EmptyCoroutineContext
        }
        val peer = try {
            shown(socket.peerAddress())
        } catch (_: IOException) {
            "?" // it has gone
        }
        return CoroutineName("${currentCoroutineContext()[CoroutineName]?.name} < $peer")
    }

    private suspend fun CoroutineScope.handleUnlessIdle(socket: AsyncSocket) {
        val watch = if (limits.idleTimeout.isFinite()) launch { failWhenIdle(socket) } else null
        coroutineScope { handler(socket) }
        watch?.cancel()
    }

    private suspend fun failWhenIdle(socket: AsyncSocket) {
        var last = socket.activity()
        var quietLooks = 0
        while (quietLooks < LOOKS) {
            delay(limits.idleTimeout / LOOKS)
            val now = socket.activity()
            quietLooks = if (now == last) quietLooks + 1 else 0
            last = now
        }
        throw SocketTimeoutException("$socket: no byte has come or gone for ${limits.idleTimeout} (idleTimeout)")
    }
}

/** Lines that peers can cause: at most five of a kind a second. */
private object FailureLog {
    // There from the start: finding a logger needs fds, and it will be told that there are none
    private val logger = System.getLogger("dev.ringway")
    private val failures = Limit()
    private val shortages = Limit()

    fun add(failure: Throwable) {
        if (failure is IOException) {
            logger.log(DEBUG, "a connection has ended", failure)
        } else {
            failures.line { logger.log(ERROR, "a handler has failed; its connection is closed$it", failure) }
        }
    }

    fun shortage(failure: ErrnoException) = shortages.line {
        logger.log(WARNING, "${failure.message}; connections wait until that is over$it")
    }

    private class Limit {
        private var began = System.nanoTime()
        private var lines = 0
        private var leftOut = 0

        @Synchronized
        fun line(write: (String) -> Unit) {
            val now = System.nanoTime()
            if (now - began >= 1_000_000_000) {
                began = now
                lines = 0
            }
            if (lines == 5) {
                leftOut++
            } else {
                lines++
                write(if (leftOut == 0) "" else " (and $leftOut times since the last line)")
                leftOut = 0
            }
        }
    }
}
