package dev.ringway.bench.echo

import io.ktor.network.selector.SelectorManager
import io.ktor.network.sockets.Socket
import io.ktor.network.sockets.aSocket
import io.ktor.network.sockets.openReadChannel
import io.ktor.network.sockets.openWriteChannel
import io.ktor.network.sockets.port
import io.ktor.utils.io.readAvailable
import io.ktor.utils.io.writeFully
import java.io.IOException
import java.net.InetAddress
import java.net.InetSocketAddress
import java.util.concurrent.Executors
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

/** TCP echo with Ktor's sockets. Takes the dispatcher, `io` or `single`, and the port. */
object EchoKtor {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val dispatcher = when (val name = arguments[0]) {
            "io" -> Dispatchers.IO
            "single" -> Executors.newSingleThreadExecutor { Thread(it, "echo").apply { isDaemon = true } }
                .asCoroutineDispatcher()
            else -> throw IllegalArgumentException("no dispatcher named $name")
        }
        val loopback = InetAddress.getLoopbackAddress()
        runBlocking(dispatcher) {
            val listener = aSocket(SelectorManager(dispatcher)).tcp().bind(loopback.hostAddress, arguments[1].toInt()) {
                backlogSize = ServerProcess.BACKLOG
                reuseAddress = true
            }
            ServerProcess.printReady(
                InetSocketAddress(loopback, listener.port),
                "Ktor ${ServerProcess.version("ktor-network-jvm")}, ${arguments[0]}",
            )
            ServerProcess.closeWhenInputEnds { Runtime.getRuntime().halt(0) }
            while (true) {
                val socket = listener.accept()
                launch { echo(socket) }
            }
        }
    }

    private suspend fun echo(connection: Socket) {
        try {
            connection.use { socket ->
                val input = socket.openReadChannel()
                val output = socket.openWriteChannel(autoFlush = false)
                val buffer = ByteArray(ServerProcess.BUFFER_BYTES)
                while (true) {
                    val count = input.readAvailable(buffer)
                    if (count < 0) break
                    output.writeFully(buffer, 0, count)
                    output.flush()
                }
            }
        } catch (failure: IOException) {
            System.err.println("$connection: $failure") // one client less; the others go on
        }
    }
}
