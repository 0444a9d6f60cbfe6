package dev.ringway.samples

import dev.ringway.ByteStream
import dev.ringway.Ring
import dev.ringway.kotlin.ByteSink
import dev.ringway.kotlin.ByteSource
import dev.ringway.kotlin.buffered
import dev.ringway.kotlin.connect
import dev.ringway.kotlin.runRing
import dev.ringway.kotlin.sink
import dev.ringway.kotlin.source
import dev.ringway.kotlin.tlsClient
import dev.ringway.kotlin.useAsync
import java.io.EOFException
import java.io.IOException
import java.net.InetSocketAddress
import javax.net.ssl.SSLContext
import kotlin.time.Duration.Companion.seconds

private const val FIELDS = 100
private val LIMIT = 30.seconds

/**
 * `http-client-kotlin <url> [<key store> <password>]`: fetches something over HTTP/1.1 and prints it. Over https it
 * trusts whom the JDK trusts, or the certificates in the key store.
 */
fun main(args: Array<String>) {
    require(args.size == 1 || args.size == 3) { "usage: http-client-kotlin <url> [<key store> <password>]" }
    val url = HttpUrl.of(args[0])
    val trust = if (args.size == 3) KeyStores.context(args[1], args[2]) else SSLContext.getDefault()
    runRing { ring ->
        ring.streams().stdout().useAsync { out ->
            connect(ring, url, trust).useAsync { stream ->
                val request = stream.sink(idleTimeout = LIMIT)
                request.write("GET ${url.target} HTTP/1.1\r\nHost: ${url.authority}\r\nConnection: close\r\n\r\n")
                request.flush()
                stream.source(idleTimeout = LIMIT).printResponse(out.buffered())
            }
        }
    }
}

private suspend fun connect(ring: Ring, url: HttpUrl, trust: SSLContext): ByteStream {
    val socket = ring.net().connect(InetSocketAddress(url.host, url.port), LIMIT)
    if (!url.isSecure) return socket
    return socket.tlsClient(url.host, url.port, trust, listOf("http/1.1"), LIMIT)
}

/** See RFC 9112. */
private suspend fun ByteSource.printResponse(out: ByteSink) {
    var status = line()
    while (status.startsWith("HTTP/1.1 1")) { // that is not the response yet
        fields()
        status = line()
    }
    val fields = fields()
    when {
        fields["transfer-encoding"]?.lowercase() == "chunked" -> printChunks(out)
        "content-length" in fields -> print(Http.length(fields["content-length"], 10), out)
        else -> copyTo(out)
    }
    if (!Regex("HTTP/1\\.[01] 2\\d\\d.*").matches(status)) throw IOException("it answers $status")
}

private suspend fun ByteSource.line() = readLine() ?: throw EOFException("the response is not complete")

private suspend fun ByteSource.fields(): Map<String, String> {
    val fields = HashMap<String, String>()
    var line = line()
    while (line.isNotEmpty()) {
        if (fields.size == FIELDS) throw IOException("more than $FIELDS header fields")
        fields[line.substringBefore(':').lowercase()] = line.substringAfter(':', "").trim()
        line = line()
    }
    return fields
}

private suspend fun ByteSource.printChunks(out: ByteSink) {
    do {
        val length = Http.length(line().substringBefore(';').trim(), 16)
        print(length, out)
        if (length > 0 && line().isNotEmpty()) throw IOException("a chunk does not end where it should")
    } while (length > 0)
    fields()
}

private suspend fun ByteSource.print(length: Long, out: ByteSink) {
    if (copyTo(out, length) < length) throw EOFException("the response is not complete")
}
