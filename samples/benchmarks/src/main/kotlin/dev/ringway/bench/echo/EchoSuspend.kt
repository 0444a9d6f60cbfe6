package dev.ringway.bench.echo

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
import java.net.InetAddress
import java.net.InetSocketAddress
import java.nio.channels.AsynchronousCloseException
import kotlinx.coroutines.launch

/** TCP echo with a coroutine a connection. Takes the port as its argument; 0 lets the kernel choose. */
fun main(arguments: Array<String>) = runRing { ring ->
    val pool = ring.pool(ServerProcess.POOL_BUFFERS, ServerProcess.BUFFER_BYTES)
    val listener = ring.net().listen(InetSocketAddress(InetAddress.getLoopbackAddress(), arguments[0].toInt()))
    ServerProcess.printReady(ring, listener.localAddress())
    ServerProcess.closeWhenInputEnds(listener)
    try {
        listener.acceptFlow().collect { socket -> launch { echo(socket, pool) } }
    } catch (_: AsynchronousCloseException) {
        // The standard input has ended, and with it the listener.
    }
}

private suspend fun echo(connection: AsyncSocket, pool: BufPool) {
    try {
        connection.useAsync { socket ->
            socket.receiveFlow(pool).collect { lease -> lease.use { socket.sendAll(it) } }
        }
    } catch (failure: IOException) {
        System.err.println("$connection: $failure") // one client less; the others go on
    }
}
