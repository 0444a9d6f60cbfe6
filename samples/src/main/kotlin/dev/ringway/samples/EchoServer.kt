package dev.ringway.samples

import dev.ringway.AsyncSocket
import dev.ringway.BufPool
import dev.ringway.kotlin.receiveFlow
import dev.ringway.kotlin.runRing
import dev.ringway.kotlin.sendAll
import dev.ringway.kotlin.serve
import java.net.InetSocketAddress

/** `echo-server-kotlin [port]`: sends back what it gets, with a coroutine for every connection. */
fun main(args: Array<String>) = runRing { ring ->
    val address = InetSocketAddress(args.firstOrNull()?.toInt() ?: 7777)
    val pool = ring.pool(256, 4096)
    val server = ring.net().serve(address, this) { socket -> echo(socket, pool) }
    println("echo on ${server.address}")
}

/** Until the peer ends the stream; then, and after a failure, the server closes the socket. */
suspend fun echo(socket: AsyncSocket, pool: BufPool) {
    socket.receiveFlow(pool).collect { bytes -> bytes.use { socket.sendAll(it) } }
}
