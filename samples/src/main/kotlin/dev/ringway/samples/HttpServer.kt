package dev.ringway.samples

import dev.ringway.AsyncFile
import dev.ringway.Buf
import dev.ringway.ByteStream
import dev.ringway.Ring
import dev.ringway.kotlin.metadata
import dev.ringway.kotlin.open
import dev.ringway.kotlin.read
import dev.ringway.kotlin.receive
import dev.ringway.kotlin.runRing
import dev.ringway.kotlin.sendAll
import dev.ringway.kotlin.serve
import dev.ringway.kotlin.shutdownOutput
import dev.ringway.kotlin.tlsServer
import dev.ringway.kotlin.useAsync
import java.io.IOException
import java.net.InetSocketAddress
import java.net.SocketTimeoutException
import java.nio.file.Path
import kotlin.time.TimeSource
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.withTimeoutOrNull

private val PROTOCOLS = Http.PROTOCOLS.toList()
private val HANDSHAKE = Http.HANDSHAKE.toKotlinDuration()
private val IDLE = Http.IDLE.toKotlinDuration()
private val HEAD = Http.HEAD.toKotlinDuration()
private val SLOW = Http.SLOW.toKotlinDuration()
private val LINGER = Http.LINGER.toKotlinDuration()

/**
 * `http-server-kotlin [<directory> [<port> [<key store> <password>]]]`: serves the files of a directory over HTTP/1.1,
 * with a key store over https, with a coroutine for every connection, all of them on one thread.
 */
fun main(args: Array<String>) {
    require(args.size in 0..2 || args.size == 4) {
        "usage: http-server-kotlin [<directory> [<port> [<key store> <password>]]]"
    }
    val directory = Path.of(args.getOrElse(0) { "" }).toRealPath()
    val address = InetSocketAddress(args.getOrNull(1)?.toInt() ?: 8080)
    val tls = if (args.size < 4) null else KeyStores.context(args[2], args[3])
    runRing { ring ->
        val server = ring.net().serve(address, this, Http.CONNECTIONS) { socket ->
            val stream = if (tls == null) socket else socket.tlsServer(tls, PROTOCOLS, HANDSHAKE)
            stream.useAsync { HttpConversation(ring, directory, it).run() }
        }
        println("${if (tls == null) "http" else "https"} on ${server.address}")
    }
}

private class HttpConversation(private val ring: Ring, private val directory: Path, private val stream: ByteStream) {
    suspend fun run() = ring.buffer(Http.HEAD_BYTES).use { input ->
        try {
            do {
                val request = next(input) ?: break
                answer(request)
            } while (request.keepAlive)
        } catch (refused: Http.Refused) {
            send(Http.refusal(refused, false, false))
            linger(input)
        }
    }

    /** Waits for a request; null if there is none. */
    private suspend fun next(input: Buf): Http.Request? {
        var deadline = TimeSource.Monotonic.markNow()
        while (true) {
            Http.Request.take(input)?.let { return it }
            val isIdle = input.readable() == 0
            val left = if (isIdle) IDLE else -deadline.elapsedNow()
            try {
                if (!left.isPositive()) throw SocketTimeoutException()
                if (stream.receive(input.compact(), left) < 0) return null
            } catch (_: SocketTimeoutException) {
                if (isIdle) return null
                throw Http.Refused(408)
            }
            if (isIdle) deadline = TimeSource.Monotonic.markNow() + HEAD
        }
    }

    private suspend fun answer(request: Http.Request) = try {
        val path = request.file(directory)
        open(path).useAsync { send(it, path, request) }
    } catch (refused: Http.Refused) {
        send(Http.refusal(refused, request.isHead, request.keepAlive))
    }

    private suspend fun open(path: Path): AsyncFile = try {
        ring.files().open(path, timeout = SLOW)
    } catch (failure: IOException) {
        throw Http.Refused.because(failure)
    }

    private suspend fun send(file: AsyncFile, path: Path, request: Http.Request) {
        val metadata = file.metadata()
        if (!metadata.isRegularFile) throw Http.Refused(404)
        val length = metadata.size().orElseThrow()
        val end = if (request.isHead) 0 else length
        var at = 0L
        ring.buffer(Http.CHUNK_BYTES).use { chunk ->
            chunk.put(Http.head(path, length, request.keepAlive))
            do {
                while (at < end && chunk.writable() > 0) {
                    val count = file.read(chunk, at)
                    if (count < 0) throw IOException("$path has become shorter")
                    at += count
                }
                chunk.truncate(chunk.readable() - (at - end).coerceAtLeast(0).toInt()) // it may have become longer
                stream.sendAll(chunk, SLOW)
                chunk.clear()
            } while (at < end)
        }
    }

    private suspend fun send(response: String) = ring.bufferOf(response).use { stream.sendAll(it, SLOW) }

    /** Closing while the client still sends would take the answer away from it. */
    private suspend fun linger(input: Buf) {
        stream.shutdownOutput(LINGER)
        withTimeoutOrNull(LINGER) {
            while (stream.receive(input.clear()) >= 0) {
                // goes on
            }
        }
    }
}
