package dev.ringway.samples

import dev.ringway.AsyncSocket
import dev.ringway.Ring
import dev.ringway.kotlin.connect
import dev.ringway.kotlin.receive
import dev.ringway.kotlin.runRing
import dev.ringway.kotlin.sendAll
import dev.ringway.kotlin.serve
import dev.ringway.kotlin.setOption
import dev.ringway.kotlin.shutdownOutput
import dev.ringway.kotlin.spliceTo
import dev.ringway.kotlin.useAsync
import java.io.IOException
import java.net.InetSocketAddress
import java.net.StandardSocketOptions.SO_LINGER
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch

private const val CONNECTIONS = 1_024
private const val BUFFER_BYTES = 1 shl 14
private const val PIPE_BYTES = 1 shl 16
private val CONNECT = 10.seconds

/**
 * `tcp-proxy-kotlin <port> <host> <port>`: passes on what comes to the first port to the second, with two coroutines
 * for every connection. Nothing more is taken before the last has been given: who sends faster than the other reads is
 * held back.
 */
fun main(args: Array<String>) {
    require(args.size == 3) { "usage: tcp-proxy-kotlin <port> <host> <port>" }
    val address = InetSocketAddress(args[0].toInt())
    val upstreamAddress = InetSocketAddress(args[1], args[2].toInt())
    runRing { ring ->
        val proxy = TcpProxyStreams(ring)
        val server = ring.net().serve(address, this, CONNECTIONS) { client ->
            client.resetAfterFailure {
                ring.net().connect(upstreamAddress, CONNECT).useAsync { upstream ->
                    upstream.resetAfterFailure { proxy.connect(client, upstream) }
                }
            }
        }
        println("tcp-proxy on ${server.address}")
    }
}

/** When it is closed then, its peer sees that something went wrong, not the end of the stream. */
private suspend fun AsyncSocket.resetAfterFailure(block: suspend () -> Unit) = try {
    block()
} catch (failure: IOException) {
    setOption(SO_LINGER, 0)
    throw failure
}

/**
 * Small messages are copied, since a splice costs more than it saves there; what is too much for a buffer stays in the
 * kernel and goes by a pipe, for as long as much comes. A connection that is idle has neither.
 */
private class TcpProxyStreams(private val ring: Ring) {
    private val pool = ring.pool(2 * CONNECTIONS, BUFFER_BYTES) // so that nobody waits for somebody else's

    /** Returns when both streams have ended; after a failure of one when nothing goes on with the other either. */
    suspend fun connect(client: AsyncSocket, upstream: AsyncSocket) = coroutineScope {
        launch { pass(client, upstream) }
        launch { pass(upstream, client) }
    }

    private suspend fun pass(from: AsyncSocket, to: AsyncSocket) {
        while (true) {
            val bytes = from.receive(pool) ?: break
            val isFull = bytes.readable() == BUFFER_BYTES
            bytes.use { to.sendAll(it) }
            if (isFull) splice(from, to)
        }
        to.shutdownOutput() // the other side may go on sending
    }

    private suspend fun splice(from: AsyncSocket, to: AsyncSocket) {
        val pipe = try {
            ring.streams().openPipe()
        } catch (_: IOException) {
            return // there is no fd left
        }
        pipe.source().useAsync { source ->
            pipe.sink().useAsync { sink ->
                do {
                    val count = from.spliceTo(sink, PIPE_BYTES)
                    var left = count
                    while (left > 0) left -= source.spliceTo(to, left)
                } while (count >= BUFFER_BYTES)
            }
        }
    }
}
