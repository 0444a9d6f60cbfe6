package dev.ringway.kotlin

import dev.ringway.AsyncSocket
import dev.ringway.TlsTruncatedException
import dev.ringway.testing.Certificates
import dev.ringway.testing.Transport
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.shouldBe
import java.net.SocketTimeoutException
import javax.net.ssl.SSLHandshakeException
import kotlin.random.Random
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield

/** TLS in coroutines: both ends are the ring's. */
class TlsSocketsTest : RowsSpec({
    beforeSpec { Certificates.prepare() }

    /** Both ends of a connection. */
    suspend fun OnRow.connected(): Pair<AsyncSocket, AsyncSocket> {
        val listener = ring.net().listen(Transport.TCP4.unused(bed.directory()))
        return listener.useAsync {
            coroutineScope {
                val accepted = async { it.accept() }
                ring.net().connect(it.localAddress()) to accepted.await()
            }
        }
    }

    onEveryRow("tlsClient, tlsServer: lines both ways, to the end") {
        val context = Certificates.context()
        onRing {
            val (near, far) = connected()
            val server = launch {
                far.tlsServer(context, applicationProtocols = listOf("h2", "lines")) { needClientAuth = true }
                    .useAsync { tls ->
                        tls.applicationProtocol() shouldBe "lines"
                        tls.session().peerPrincipal.name shouldBe "CN=localhost"
                        val sink = tls.sink()
                        val source = tls.source()
                        while (true) sink.write((source.readLine() ?: break) + "!\n")
                        sink.flush()
                        tls.shutdownOutput()
                    }
            }
            near.tlsClient("localhost", context = context, applicationProtocols = listOf("lines")).useAsync { tls ->
                val sink = tls.sink()
                sink.write("one\ntwo\n")
                sink.flush()
                tls.shutdownOutput()
                val source = tls.source()
                source.readLine() shouldBe "one!"
                source.readLine() shouldBe "two!"
                source.readLine() shouldBe null
            }
            server.join()
        }
    }

    onEveryRow("tls: with an engine of the caller's, much at once") {
        val context = Certificates.context()
        val content = Random(11).nextBytes(300_000)
        onRing {
            val (near, far) = connected()
            val server = launch {
                far.tls(context.createSSLEngine().apply { useClientMode = false }).useAsync { tls ->
                    tls.source().copyTo(tls.sink()) shouldBe content.size
                    tls.shutdownOutput()
                }
            }
            near.tls(context.createSSLEngine().apply { useClientMode = true }).useAsync { tls ->
                val writer = launch {
                    tls.sink().apply { write(content) }.flush()
                    tls.shutdownOutput()
                }
                tls.source().readExactly(content.size) shouldBe content
                tls.source().exhausted() shouldBe true
                writer.join()
            }
            server.join()
        }
    }

    onEveryRow("a handshake that is cancelled, or takes too long, closes the socket") {
        onRing {
            val (near, far) = connected()
            val handshake = launch { shouldThrow<CancellationException> { near.tlsClient("localhost") } }
            repeat(3) { yield() }
            handshake.cancelAndJoin()
            near.isOpen shouldBe false
            launch(start = CoroutineStart.UNDISPATCHED) {
                cancel()
                shouldThrow<CancellationException> { far.tlsServer(Certificates.context()) } // does not even begin
            }.join()
            far.isOpen shouldBe false
            val (silent, server) = connected()
            shouldThrow<SocketTimeoutException> { server.tlsServer(Certificates.context(), timeout = 1.milliseconds) }
            server.isOpen shouldBe false
            val engine = Certificates.context().createSSLEngine().apply { useClientMode = false }
            val (mute, served) = connected()
            shouldThrow<SocketTimeoutException> { served.tls(engine, timeout = 1.milliseconds) }
            served.isOpen shouldBe false
            mute.close()
            silent.close()
        }
    }

    onEveryRow("a server that is not trusted, and a stream that is cut") {
        val context = Certificates.context()
        onRing {
            val (near, far) = connected()
            val server = launch { runCatching { far.tlsServer(context).useAsync { it.source().exhausted() } } }
            shouldThrow<SSLHandshakeException> { near.tlsClient("localhost", context = Certificates.trustingOthers()) }
            server.join()
            val (client, cut) = connected()
            val cutting = launch {
                cut.tlsServer(context)
                cut.close()
            }
            client.tlsClient("localhost", context = context).useAsync {
                shouldThrow<TlsTruncatedException> { it.source().readByte() }
            }
            cutting.join()
        }
    }
})
