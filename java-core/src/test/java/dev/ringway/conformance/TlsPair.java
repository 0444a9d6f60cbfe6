package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.TlsSocket;
import dev.ringway.testing.Certificates;
import dev.ringway.testing.Loop;
import dev.ringway.testing.TestBed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// TLS between a socket of a running ring's, the near end, and the JDK's own, the far end. Which of the two is the
/// client is one thing, and that the near end has connected another.
final class TlsPair implements AutoCloseable {
    private final Loop loop;
    private final TlsSocket near;
    private final SSLSocket far;

    private TlsPair(Loop loop, TlsSocket near, SSLSocket far) {
        this.loop = loop;
        this.near = near;
        this.far = far;
    }

    /// Which end the near one is.
    enum Role {
        CLIENT,
        SERVER
    }

    /// What the two are made with.
    static final class Setup {
        private final Role role;
        private SSLContext nearContext = Certificates.context();
        private SSLContext farContext = Certificates.context();
        private String host = "localhost";
        private Consumer<TlsSocket.Handshake> near = handshake -> {};
        private Consumer<SSLSocket> far = socket -> {};
        private boolean trickles;

        Setup(Role role) {
            this.role = role;
        }

        Setup contexts(SSLContext nearOne, SSLContext farOne) {
            nearContext = nearOne;
            farContext = farOne;
            return this;
        }

        /// The name that the client asks for.
        Setup host(String name) {
            host = name;
            return this;
        }

        Setup near(Consumer<TlsSocket.Handshake> change) {
            near = near.andThen(change);
            return this;
        }

        Setup far(Consumer<SSLSocket> change) {
            far = far.andThen(change);
            return this;
        }

        Setup protocol(String name) {
            return far(socket -> socket.setEnabledProtocols(new String[] {name}));
        }

        /// Both ends get their bytes one by one.
        Setup trickling() {
            trickles = true;
            return this;
        }

        TlsSocket.Handshake handshake(AsyncSocket socket) {
            TlsSocket.Handshake handshake = role == Role.CLIENT
                    ? TlsSocket.prepareClient(socket, nearContext, host, 443)
                    : TlsSocket.prepareServer(socket, nearContext);
            near.accept(handshake);
            return handshake;
        }

        SSLSocket over(Socket socket) throws IOException {
            SSLSocket tls = (SSLSocket) farContext.getSocketFactory().createSocket(socket, host, 443, true);
            tls.setUseClientMode(role == Role.SERVER);
            far.accept(tls);
            return tls;
        }
    }

    static TlsPair open(TestBed bed, Loop loop, Setup setup) {
        try {
            return over(bed, loop, setup, Plain.open(bed, loop, setup.trickles));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static TlsPair over(TestBed bed, Loop loop, Setup setup, Plain plain) {
        try (Workers workers = new Workers()) {
            SSLSocket far = setup.over(plain.far);
            bed.closing(far::close);
            workers.start(far::startHandshake);
            TlsSocket near = setup.handshake(plain.near).join();
            return bed.closing(new TlsPair(loop, near, far));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The same without TLS.
    record Plain(AsyncSocket near, Socket far) {
        static Plain open(TestBed bed, Loop loop) throws IOException {
            return open(bed, loop, false);
        }

        /// The far end has connected, always to the same port, by which a client knows its server.
        static Plain accepted(TestBed bed, AsyncListener listener) throws IOException {
            InetSocketAddress address = (InetSocketAddress) listener.prepareLocalAddress().join();
            Socket far = new Socket(address.getAddress(), address.getPort());
            bed.closing(far::close);
            AsyncSocket near = listener.prepareAccept().join();
            bed.closing(near::close);
            return new Plain(near, far);
        }

        private static Plain open(TestBed bed, Loop loop, boolean trickles) throws IOException {
            try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
                AsyncSocket near = loop.ring().net().prepareConnect(server.getLocalSocketAddress()).join();
                bed.closing(near::close);
                Socket far = server.accept();
                bed.closing(far::close);
                far.setTcpNoDelay(true);
                return new Plain(near, trickles ? Trickle.between(bed, far) : far);
            }
        }
    }

    TlsSocket near() {
        return near;
    }

    SSLSocket far() {
        return far;
    }

    /// The near end sends a text.
    void nearSends(String text) throws IOException {
        near.outputStream().write(text.getBytes(UTF_8));
    }

    /// The near end receives so many bytes.
    String nearReceives(int count) throws IOException {
        try (Buf buf = near.buffer(Math.max(1, count))) {
            while (buf.readable() < count) {
                if (near.prepareReceive(buf).join() < 0) {
                    throw new AssertionError("the stream ended after " + buf.readable() + " of " + count + " bytes");
                }
            }
            return buf.getText(UTF_8);
        }
    }

    /// The far end sends a text.
    void farSends(String text) throws IOException {
        far.getOutputStream().write(text.getBytes(UTF_8));
    }

    /// The far end receives so many bytes.
    String farReceives(int count) throws IOException {
        return new String(far.getInputStream().readNBytes(count), UTF_8);
    }

    /// Each asks the other, and is answered.
    void talk() throws IOException {
        nearSends("question");
        if (!farReceives(8).equals("question")) {
            throw new AssertionError("the far end has got something else");
        }
        farSends("answer");
        if (!nearReceives(6).equals("answer")) {
            throw new AssertionError("the near end has got something else");
        }
    }

    /// Both say that they have nothing more to say, and both hear it.
    void end() throws IOException {
        near.prepareShutdownOutput().join();
        if (far.getInputStream().read() >= 0) {
            throw new AssertionError("the far end has got more");
        }
        far.close();
        if (near.inputStream().read() >= 0) {
            throw new AssertionError("the near end has got more");
        }
        near.close();
    }

    @Override
    public void close() throws IOException {
        near.close();
        far.close();
    }
}
