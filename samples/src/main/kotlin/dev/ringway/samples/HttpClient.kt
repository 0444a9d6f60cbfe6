package dev.ringway.samples

import dev.ringway.AsyncSocket
import dev.ringway.Buf
import dev.ringway.kotlin.connect
import dev.ringway.kotlin.receive
import dev.ringway.kotlin.runRing
import dev.ringway.kotlin.sendAll
import dev.ringway.kotlin.useAsync
import dev.ringway.kotlin.writeAll
import java.io.EOFException
import java.io.IOException
import java.net.InetSocketAddress
import java.net.URI
import kotlin.text.Charsets.ISO_8859_1
import kotlin.time.Duration.Companion.seconds

private const val BUFFER_BYTES = 1 shl 16
private const val FIELDS = 100
private val LIMIT = 30.seconds

/** `http-client <url>`: fetches something over HTTP/1.1 and prints it. */
fun main(args: Array<String>) {
    require(args.size == 1) { "usage: http-client <url>" }
    val url = URI(args[0])
    require(url.scheme == "http" && url.host != null) { "$url: only http: can be fetched" }
    val address = InetSocketAddress(url.host.removeSurrounding("[", "]"), if (url.port < 0) 80 else url.port)
    runRing { ring ->
        ring.streams().stdout().useAsync { out ->
            ring.net().connect(address, LIMIT).useAsync { socket ->
                val request = "GET ${url.target()} HTTP/1.1\r\nHost: ${url.rawAuthority}\r\nConnection: close\r\n\r\n"
                ring.bufferOf(request).use { socket.sendAll(it, LIMIT) }
                ring.buffer(BUFFER_BYTES).use { input ->
                    ring.buffer(BUFFER_BYTES).use { output ->
                        Response(socket, input) { out.writeAll(output.clear().put(it)) }.print()
                    }
                }
            }
        }
    }
}

private fun URI.target() = rawPath.ifEmpty { "/" } + (rawQuery?.let { "?$it" } ?: "")

/** See RFC 9112. */
private class Response(
    private val socket: AsyncSocket,
    private val input: Buf,
    private val print: suspend (ByteArray) -> Unit,
) {
    suspend fun print() {
        var status = line()
        while (status.startsWith("HTTP/1.1 1")) { // that is not the response yet
            fields()
            status = line()
        }
        val fields = fields()
        when {
            fields["transfer-encoding"]?.lowercase() == "chunked" -> chunks()
            "content-length" in fields -> body(length(fields["content-length"]!!, 10))
            else -> while (some()) print(bytes(input.readable()))
        }
        if (!Regex("HTTP/1\\.[01] 2\\d\\d.*").matches(status)) throw IOException("it answers $status")
    }

    private suspend fun fields(): Map<String, String> {
        val fields = HashMap<String, String>()
        var line = line()
        while (line.isNotEmpty()) {
            if (fields.size == FIELDS) throw IOException("more than $FIELDS header fields")
            fields[line.substringBefore(':').lowercase()] = line.substringAfter(':', "").trim()
            line = line()
        }
        return fields
    }

    private suspend fun chunks() {
        do {
            val length = length(line().substringBefore(';').trim(), 16)
            body(length)
            if (length > 0 && line().isNotEmpty()) throw IOException("a chunk does not end where it should")
        } while (length > 0)
        fields()
    }

    private fun length(text: String, radix: Int): Long =
        text.toLongOrNull(radix)?.takeIf { it >= 0 } ?: throw IOException("a length that is none")

    private suspend fun body(length: Long) {
        var left = length
        while (left > 0) {
            orEnd()
            val count = minOf(left, input.readable().toLong()).toInt()
            print(bytes(count))
            left -= count
        }
    }

    private suspend fun line(): String {
        var length = 0
        while (true) {
            while (length < input.readable()) {
                if (input.peek(length) == '\n'.code.toByte()) {
                    return bytes(length + 1).toString(ISO_8859_1).trimEnd('\n', '\r')
                }
                length++
            }
            more()
        }
    }

    private fun bytes(count: Int) = ByteArray(count).also { input.get(it) }

    private suspend fun orEnd() {
        if (input.readable() == 0) more()
    }

    private suspend fun more() {
        if (input.compact().writable() == 0) throw IOException("too long a line")
        if (socket.receive(input, LIMIT) < 0) throw EOFException("the response is not complete")
    }

    private suspend fun some() = input.readable() > 0 || socket.receive(input.clear(), LIMIT) >= 0
}
