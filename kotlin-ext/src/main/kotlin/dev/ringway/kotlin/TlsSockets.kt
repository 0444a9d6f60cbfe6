package dev.ringway.kotlin

import dev.ringway.AsyncSocket
import dev.ringway.TlsSocket
import javax.net.ssl.SSLContext
import javax.net.ssl.SSLEngine
import javax.net.ssl.SSLParameters
import kotlin.time.Duration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext

/**
 * Begins TLS as the client, and returns the encrypted stream, which takes this socket over. The server's certificate
 * has to be for [host], which is also told to the server (SNI) if it is a name; an earlier session is resumed. See RFC
 * 8446.
 *
 * Throws [javax.net.ssl.SSLException] if the two do not agree or the server is not trusted,
 * [java.net.SocketTimeoutException] after [timeout], an [java.io.IOException] if the connection is broken; the socket
 * is then closed. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * socket has been closed.
 *
 * @param port of the server, 1 to 65,535; only tells sessions apart
 * @param context whom to trust, and who we are if the server asks
 * @param applicationProtocols that this side speaks, the preferred one first, for ALPN: `"h2"`, `"http/1.1"`
 * @param timeout of the handshake; a peer that says nothing makes it last for ever otherwise
 * @param parameters changes what else there is to choose: versions, cipher suites
 */
public suspend fun AsyncSocket.tlsClient(
    host: String,
    port: Int = 443,
    context: SSLContext = SSLContext.getDefault(),
    applicationProtocols: List<String> = emptyList(),
    timeout: Duration = Duration.INFINITE,
    parameters: SSLParameters.() -> Unit = {},
): TlsSocket = orClose {
    TlsSocket.prepareClient(this, context, host, port).agreeing(applicationProtocols, parameters, timeout)
}

/**
 * Begins TLS as the server, and returns the encrypted stream, which takes this socket over. See RFC 8446.
 *
 * Throws [javax.net.ssl.SSLException] if the two do not agree, [java.net.SocketTimeoutException] after [timeout], an
 * [java.io.IOException] if the connection is broken; the socket is then closed. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * socket has been closed.
 *
 * @param context who we are; a key manager may choose by the name that the client asks for
 * @param applicationProtocols that this side speaks, the preferred one first, for ALPN: `"h2"`, `"http/1.1"`
 * @param timeout of the handshake; a peer that says nothing makes it last for ever otherwise
 * @param parameters changes what else there is to choose: whether the client needs a certificate, versions
 */
public suspend fun AsyncSocket.tlsServer(
    context: SSLContext,
    applicationProtocols: List<String> = emptyList(),
    timeout: Duration = Duration.INFINITE,
    parameters: SSLParameters.() -> Unit = {},
): TlsSocket = orClose {
    TlsSocket.prepareServer(this, context).agreeing(applicationProtocols, parameters, timeout)
}

/**
 * Begins TLS with an engine of the caller's, as it is: a client's then checks no host name unless its parameters say
 * so. Throws, and is cancelled, as [tlsClient] and [tlsServer]. See RFC 8446.
 */
public suspend fun AsyncSocket.tls(engine: SSLEngine, timeout: Duration = Duration.INFINITE): TlsSocket =
    orClose { TlsSocket.prepareHandshake(this, engine).within(timeout).await() }

/** A handshake that does not even begin, since the Job has been cancelled already, leaves the socket to nobody. */
private suspend inline fun AsyncSocket.orClose(handshake: () -> TlsSocket): TlsSocket = try {
    handshake()
} catch (cancelled: CancellationException) {
    withContext(NonCancellable) { closeAndJoin() }
    throw cancelled
}

private suspend fun TlsSocket.Handshake.agreeing(
    protocols: List<String>,
    parameters: SSLParameters.() -> Unit,
    timeout: Duration,
): TlsSocket {
    if (protocols.isNotEmpty()) applicationProtocols(*protocols.toTypedArray())
    return parameters(parameters).within(timeout).await()
}
