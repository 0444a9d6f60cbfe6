package dev.ringway.samples

import dev.ringway.AsyncListener
import dev.ringway.AsyncSocket
import dev.ringway.BufPool
import dev.ringway.kotlin.acceptFlow
import dev.ringway.kotlin.listen
import dev.ringway.kotlin.localAddress
import dev.ringway.kotlin.receiveFlow
import dev.ringway.kotlin.runRing
import dev.ringway.kotlin.sendAll
import dev.ringway.kotlin.useAsync
import java.io.IOException
import java.net.InetSocketAddress
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch

/** `echo-server-kotlin [port]`: sends back what it gets, with a coroutine for every connection. */
fun main(args: Array<String>) = runRing { ring ->
    val address = InetSocketAddress(args.firstOrNull()?.toInt() ?: 7777)
    ring.net().listen(address).useAsync { listener ->
        println("echo on ${listener.localAddress()}")
        serve(listener, ring.pool(256, 4096))
    }
}

/** Runs until it is cancelled. */
suspend fun serve(listener: AsyncListener, pool: BufPool) = coroutineScope {
    listener.acceptFlow().collect { socket ->
        launch(start = CoroutineStart.UNDISPATCHED) { // whatever happens, the socket is closed
            socket.useAsync { echo(it, pool) }
        }
    }
}

private suspend fun echo(socket: AsyncSocket, pool: BufPool) {
    try {
        socket.receiveFlow(pool).collect { bytes -> bytes.use { socket.sendAll(it) } }
    } catch (_: IOException) {
        // the peer has gone
    }
}
