package dev.ringway.samples

import dev.ringway.AsyncSocket
import dev.ringway.Buf
import dev.ringway.Ring
import dev.ringway.kotlin.receive
import dev.ringway.kotlin.runRing
import dev.ringway.kotlin.sendAll
import dev.ringway.kotlin.serve
import java.net.InetSocketAddress
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.channels.BufferOverflow
import kotlinx.coroutines.flow.MutableSharedFlow
import kotlinx.coroutines.flow.SharedFlow
import kotlinx.coroutines.flow.filter
import kotlinx.coroutines.launch

private const val LINE_BYTES = 512
private const val LINES = 64
private val SLOW = 10.seconds

/**
 * `chat-kotlin [port]`: what one says, all others hear, line by line; try it with `nc`. Who reads too slowly misses
 * the oldest of [LINES] lines, and who does not read at all is thrown out: nobody has to wait for him, and nothing
 * piles up.
 */
fun main(args: Array<String>) = runRing { ring ->
    val address = InetSocketAddress(args.firstOrNull()?.toInt() ?: 7777)
    val said = MutableSharedFlow<Line>(extraBufferCapacity = LINES, onBufferOverflow = BufferOverflow.DROP_OLDEST)
    val server = ring.net().serve(address, this) { socket ->
        val listening = launch { listen(ring, socket, said) }
        ring.buffer(LINE_BYTES).use { input -> socket.lines(input) { said.emit(Line(socket, it)) } }
        listening.cancel()
    }
    println("chat on ${server.address}")
}

private class Line(val from: AsyncSocket, val text: ByteArray)

private suspend fun listen(ring: Ring, socket: AsyncSocket, said: SharedFlow<Line>) {
    ring.buffer(LINE_BYTES).use { output ->
        said.filter { it.from !== socket }.collect { line ->
            socket.sendAll(output.clear().put(line.text), SLOW)
        }
    }
}

/** Each line with its end; a line that is too long comes in parts. */
private suspend fun AsyncSocket.lines(input: Buf, each: suspend (ByteArray) -> Unit) {
    while (receive(input) >= 0) {
        var length = input.lineLength()
        while (length > 0) {
            each(ByteArray(length).also { input.get(it) })
            length = input.lineLength()
        }
        input.compact()
    }
}

/** Of the first line; 0 if it has not ended. */
private fun Buf.lineLength(): Int {
    for (index in 0..<readable()) {
        if (peek(index) == '\n'.code.toByte()) return index + 1
    }
    return if (readable() == capacity()) capacity() else 0
}
