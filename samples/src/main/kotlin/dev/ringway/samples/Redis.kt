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
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/**
 * `redis-kotlin [port]`: keeps values in memory and speaks the protocol of Redis, as much of it as `redis-cli` and
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

/** The replies to all commands that have come together are one send, if there is room for them. */
private suspend fun converse(ring: Ring, socket: AsyncSocket, keys: RedisKeys) =
    ring.buffer(Resp.BUFFER_BYTES).use { input ->
        ring.buffer(Resp.BUFFER_BYTES).use { output ->
            val parser = Resp.Parser()
            try {
                while (socket.receive(input.clear(), timeout = Redis.IDLE.toKotlinDuration()) >= 0) {
                    while (true) {
                        val command = parser.take(input) ?: break
                        if (command.isNotEmpty()) socket.reply(keys.execute(command), output)
                    }
                    socket.flush(output)
                }
            } catch (unclear: Resp.ProtocolException) {
                socket.reply(RedisKeys.Failure(unclear.message), output)
                socket.flush(output)
            }
        }
    }

/** A buffer that is full is sent, so that one who does not read waits for himself, and only for so long. */
private suspend fun AsyncSocket.reply(reply: Any?, output: Buf) {
    val replies = Resp.Replies().apply { add(reply) }
    while (!replies.writeTo(output)) {
        flush(output)
    }
}

private suspend fun AsyncSocket.flush(output: Buf) {
    if (output.readable() > 0) {
        sendAll(output, timeout = Redis.SLOW.toKotlinDuration())
        output.clear()
    }
}
