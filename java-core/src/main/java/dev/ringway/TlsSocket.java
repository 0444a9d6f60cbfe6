package dev.ringway;

import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.tls.Tls;
import dev.ringway.internal.op.tls.TlsClose;
import dev.ringway.internal.op.tls.TlsHandshake;
import dev.ringway.internal.op.tls.TlsReceive;
import dev.ringway.internal.op.tls.TlsSend;
import dev.ringway.internal.op.tls.TlsShutdown;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// TLS over a socket, by the JDK's [SSLEngine]: a stream of bytes as the socket below is one.
///
/// [#prepareClient] and [#prepareServer] make one of a connected [AsyncSocket], which it takes over: from then on
/// receive and send on this only. What the engine wants to have done elsewhere (keys, signatures, trust managers) runs
/// on the ring's offload executor; bytes are encrypted and decrypted on the polling thread.
///
/// The end of the stream is the peer's close_notify. A stream that ends without it, cut by somebody in between perhaps,
/// fails with [TlsTruncatedException]; everything else that TLS refuses fails with [javax.net.ssl.SSLException] or one
/// of its kinds. A send counts, and consumes, what has been encrypted: if it is cancelled that is sent all the same,
/// and what is left in the buffer is not. The connection then goes on.
///
/// It has native memory only while it receives or sends, a buffer of 16 KiB in each direction; a received record of
/// which a receive took only a part waits on the heap.
///
/// See RFC 8446, RFC 5246.
public final class TlsSocket implements ByteStream {
    private final Tls tls;
    private final AsyncSocket socket;
    private final SSLSession session;
    private final @Nullable String applicationProtocol;

    TlsSocket(Tls tls, AsyncSocket socket, SSLEngine engine) {
        this.tls = tls;
        this.socket = socket;
        this.session = engine.getSession();
        String protocol = engine.getApplicationProtocol();
        this.applicationProtocol = protocol == null || protocol.isEmpty() ? null : protocol;
    }

    // ---- making one

    /// Begins TLS as the client. The server's certificate has to be for `host`, which is also told to the server (SNI)
    /// if it is a name and no address; an earlier session with this host and port is resumed.
    ///
    /// If it fails or is cancelled the socket is closed. See RFC 8446, RFC 6066.
    ///
    /// @param context whom to trust, and who we are if the server asks
    /// @param port    of the server, 1 to 65,535; only tells sessions apart
    public static Operation<TlsSocket> client(
            AsyncSocket socket, SSLContext context, String host, int port, Completion<? super TlsSocket> done) {
        return prepareClient(socket, context, host, port).start(done);
    }

    /// The long form of [#client(AsyncSocket, SSLContext, String, int, Completion)].
    public static Handshake prepareClient(AsyncSocket socket, SSLContext context, String host, int port) {
        SSLEngine engine = context.createSSLEngine(Objects.requireNonNull(host, "host"), port);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        return prepareHandshake(socket, engine);
    }

    /// Begins TLS as the server.
    ///
    /// If it fails or is cancelled the socket is closed. See RFC 8446.
    ///
    /// @param context who we are; a key manager may choose by the name that the client asks for
    public static Operation<TlsSocket> server(
            AsyncSocket socket, SSLContext context, Completion<? super TlsSocket> done) {
        return prepareServer(socket, context).start(done);
    }

    /// The long form of [#server(AsyncSocket, SSLContext, Completion)].
    public static Handshake prepareServer(AsyncSocket socket, SSLContext context) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        return prepareHandshake(socket, engine);
    }

    /// Begins TLS with an engine of the caller's, as it is: a client's then checks no host name unless its parameters
    /// say so. The engine must not have been used.
    ///
    /// If it fails or is cancelled the socket is closed. See RFC 8446.
    ///
    /// @throws IllegalArgumentException if the socket is not one of a stream
    public static Handshake prepareHandshake(AsyncSocket socket, SSLEngine engine) {
        if (socket.handle.kind() != Kind.STREAM) {
            throw new IllegalArgumentException(
                    "TLS over " + socket + ": it is made for streams; use a socket of SocketType.STREAM");
        }
        return new TlsHandshake(socket, socket.handle, Objects.requireNonNull(engine, "engine"));
    }

    /// A handshake, before it starts. One that TLS refuses fails when the peer has been told why, and has ended too, or
    /// a second later.
    public interface Handshake extends Operation<TlsSocket> {
        /// The protocols that this side speaks, the preferred one first, for ALPN: `"h2"`, `"http/1.1"`. If the two
        /// sides have none in common a server fails the handshake.
        ///
        /// @return this
        Handshake applicationProtocols(String... names);

        /// Changes the engine's parameters: versions, cipher suites, names (SNI), whether a client needs a certificate.
        ///
        /// @param change called at once
        /// @return this
        Handshake parameters(Consumer<? super SSLParameters> change);

        /// Limits the time of the handshake, after which it fails with [java.net.SocketTimeoutException] and the socket
        /// is closed. A peer that says nothing makes it last for ever otherwise.
        ///
        /// @param limit positive; [Duration#ZERO] means no limit
        @Override
        Handshake timeout(Duration limit);
    }

    // ---- what was agreed upon

    /// The session: version, cipher suite, certificates. Of a resumed session they are those of the first one.
    public SSLSession session() {
        return session;
    }

    /// The protocol that was agreed upon by ALPN, or null if there is none.
    public @Nullable String applicationProtocol() {
        return applicationProtocol;
    }

    /// The socket below, for its addresses and options. It belongs to this.
    public AsyncSocket socket() {
        return socket;
    }

    // ---- the stream

    @Override
    public Transfer prepareReceive(Buf dst) {
        return new TlsReceive(tls, dst);
    }

    @Override
    public Transfer prepareSendAll(Buf src) {
        return new TlsSend(tls, src);
    }

    /// Sends close_notify, behind everything that is being sent, and ends the output of the socket. What the peer sends
    /// can still be received, if it speaks TLS 1.3; before, a peer answers with the end of its own. See `man 2
    /// shutdown`.
    @Override
    public Operation<@Nullable Void> prepareShutdownOutput() {
        return new TlsShutdown(tls);
    }

    @Override
    public Buf buffer(int capacity) {
        return socket.buffer(capacity);
    }

    /// Closes the connection and the socket. Operations in flight end with
    /// [java.nio.channels.AsynchronousCloseException]. What is being sent goes on, with close_notify behind it, for at
    /// most a second; [#prepareShutdownOutput()] waits as long as it takes. See `man 2 close`.
    @Override
    public void close() {
        CountDownLatch gone = new CountDownLatch(1);
        try {
            prepareClose().start((nothing, failure) -> gone.countDown());
        } catch (RejectedExecutionException closed) {
            return; // the ring has closed it
        }
        if (!tls.driver.onOwner() && tls.driver.owner() != null) {
            await(gone);
        }
    }

    private void await(CountDownLatch gone) {
        boolean interrupted = false;
        long deadline = System.nanoTime() + tls.driver.closeDeadlineNanos();
        for (long left = deadline - System.nanoTime(); left > 0; left = deadline - System.nanoTime()) {
            try {
                if (gone.await(left, TimeUnit.NANOSECONDS)) {
                    break;
                }
            } catch (InterruptedException restored) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Operation<@Nullable Void> prepareClose() {
        return new TlsClose(tls, socket);
    }

    @Override
    public boolean isOpen() {
        return !tls.isClosed();
    }

    /// What it is connected to, for logs.
    @Override
    public String toString() {
        return "TLS over " + socket;
    }
}
