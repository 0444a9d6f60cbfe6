package dev.ringway.samples

import dev.ringway.AsyncSocket
import dev.ringway.Buf
import dev.ringway.Ring
import dev.ringway.kotlin.receive
import dev.ringway.kotlin.runRing
import dev.ringway.kotlin.sendAll
import dev.ringway.kotlin.serve
import java.io.EOFException
import java.net.InetSocketAddress
import kotlin.text.Charsets.ISO_8859_1
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

private const val BUFFER_BYTES = 1 shl 14
private const val COMMAND_BYTES = 1 shl 20
private const val COMMAND_ARGUMENTS = 1 shl 12
private val IDLE = 10.minutes
private val SLOW = 30.seconds

/**
 * `redis [port]`: keeps values in memory and speaks the protocol of Redis, as much of it as `redis-cli` and
 * `redis-benchmark` need. One thread does everything, so that each command is atomic without a lock.
 */
fun main(args: Array<String>) = runRing { ring ->
    val address = InetSocketAddress(args.firstOrNull()?.toInt() ?: 6379)
    val keys = RedisKeys()
    launch {
        while (true) {
            delay(1.seconds)
            keys.expire()
        }
    }
    val server = ring.net().serve(address, this) { socket -> converse(ring, socket, keys) }
    println("redis on ${server.address}")
}

private suspend fun converse(ring: Ring, socket: AsyncSocket, keys: RedisKeys) =
    ring.buffer(BUFFER_BYTES).use { input ->
        ring.buffer(BUFFER_BYTES).use { output ->
            val replies = Replies(socket, output)
            val commands = Commands(socket, input, replies)
            try {
                while (true) {
                    val command = commands.next() ?: break
                    if (command.isNotEmpty()) replies.add(keys.execute(command))
                }
            } catch (unclear: ProtocolException) {
                replies.add(Failure("ERR Protocol error: ${unclear.message}"))
            }
            replies.flush()
        }
    }

/** The peer does not speak the protocol, or wants too much. */
private class ProtocolException(message: String) : Exception(message)

/**
 * What a client sends: arrays of strings, or lines of words. While there is some left nothing is received, and replies
 * are collected; they are sent before it waits for more.
 */
private class Commands(private val socket: AsyncSocket, private val input: Buf, private val replies: Replies) {
    /** The words of the next command; null at the end. */
    suspend fun next(): List<String>? {
        if (input.readable() == 0 && !more()) {
            return null
        }
        if (input.peek(0) != '*'.code.toByte()) {
            return line().split(' ').filter { it.isNotEmpty() }
        }
        var left = COMMAND_BYTES
        return List(number('*', COMMAND_ARGUMENTS)) {
            val length = number('$', left)
            left -= length
            text(length).also { if (line().isNotEmpty()) throw ProtocolException("expected the end of a string") }
        }
    }

    private suspend fun number(type: Char, max: Int): Int {
        val line = line()
        val number = line.drop(1).toIntOrNull()
        if (line.firstOrNull() != type || number == null) {
            throw ProtocolException("expected '$type' and a number")
        }
        return if (number in 0..max) number else throw ProtocolException("invalid length")
    }

    /** Up to the end of a line, which is taken too. */
    private suspend fun line(): String {
        var length = 0
        while (true) {
            while (length < input.readable()) {
                if (input.peek(length) == '\n'.code.toByte()) {
                    return text(length + 1).trimEnd('\n', '\r')
                }
                length++
            }
            orEnd()
        }
    }

    /** So many bytes, as characters of one byte each. What it keeps grows with what has come, not with [length]. */
    private suspend fun text(length: Int): String {
        if (length <= input.readable()) {
            return part(length)
        }
        val text = StringBuilder()
        while (text.length < length) {
            if (input.readable() == 0) orEnd()
            text.append(part(minOf(input.readable(), length - text.length)))
        }
        return text.toString()
    }

    private fun part(length: Int) = ByteArray(length).also { input.get(it) }.toString(ISO_8859_1)

    private suspend fun orEnd() {
        if (!more()) throw EOFException("the stream ended within a command")
    }

    private suspend fun more(): Boolean {
        if (input.compact().writable() == 0) {
            throw ProtocolException("too big a line")
        }
        replies.flush()
        return socket.receive(input, timeout = IDLE) >= 0
    }
}

/**
 * What a client gets. A buffer that is full is sent before more is added, so that one who does not read waits for
 * himself, and only for so long.
 */
private class Replies(private val socket: AsyncSocket, private val output: Buf) {
    suspend fun add(reply: Any?): Unit = when (reply) {
        null -> put("$-1\r\n")
        is Status -> put("+${reply.text}\r\n")
        is Failure -> put("-${reply.text}\r\n")
        is Long -> put(":$reply\r\n")
        is List<*> -> {
            put("*${reply.size}\r\n")
            reply.forEach { add(it) }
        }
        else -> {
            val text = reply.toString()
            put("$${text.length}\r\n")
            put(text)
            put("\r\n")
        }
    }

    private suspend fun put(text: String) {
        val bytes = text.toByteArray(ISO_8859_1)
        var from = 0
        while (from < bytes.size) {
            if (output.writable() == 0) flush()
            val length = minOf(output.writable(), bytes.size - from)
            output.put(bytes, from, length)
            from += length
        }
    }

    suspend fun flush() {
        if (output.readable() > 0) {
            socket.sendAll(output, timeout = SLOW)
            output.clear()
        }
    }
}
