package dev.ringway.conformance;

import static dev.ringway.testing.Content.random;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncSocket;
import dev.ringway.TlsSocket;
import dev.ringway.conformance.TlsPair.Plain;
import dev.ringway.conformance.TlsPair.Role;
import dev.ringway.conformance.TlsPair.Setup;
import dev.ringway.testing.Certificates;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.TestBed;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// TLS with a peer that does what it may, again and again, or does not listen.
@EveryBackend
class TlsPeerTest {
    private static final int MANY_UPDATES = 1500;

    @BeforeAll
    static void prepare() {
        Certificates.prepare();
    }

    // ---- new keys

    /// A handshake in the middle, with TLS 1.3, is an update of the keys that asks for one in return.
    @ParameterizedTest
    @EnumSource(Role.class)
    void newKeysInTheMiddleLoseNoContent(Role role, TestBed bed) throws IOException {
        TlsPair pair = TlsPair.open(bed, bed.running(), new Setup(role).protocol("TLSv1.3"));
        for (int i = 0; i < 5; i++) {
            pair.far().startHandshake();
            pair.farSends("with new keys");
            assertThat(pair.nearReceives(13)).isEqualTo("with new keys");
            pair.talk();
        }
    }

    /// Its own answers are what it does not read: then it is not read either, and what is kept for it has a bound.
    @Test
    @Tag("H24")
    void aPeerThatOnlyUpdatesKeysAndDoesNotReadIsMadeToWait(TestBed bed) throws IOException {
        Loop loop = bed.running();
        TlsPair pair = TlsPair.over(bed, loop, new Setup(Role.SERVER).protocol("TLSv1.3"), narrow(bed, loop));
        pair.talk(); // with the tickets
        byte[] content = random(2000);
        AtomicInteger updates = new AtomicInteger();
        AtomicBoolean enough = new AtomicBoolean(); // the JDK's socket does not bear many of them while it is read
        try (Workers readers = new Workers()) {
            try (Workers workers = new Workers()) {
                workers.startVirtual(() -> assertThat(pair.nearReceives(8)).isEqualTo("from far"));
                workers.start(() -> {
                    while (updates.get() < MANY_UPDATES && !enough.get()) {
                        pair.far().startHandshake();
                        updates.incrementAndGet();
                    }
                    pair.farSends("from far");
                });
                for (int before = -1; before != updates.get(); ) { // until nothing moves any more
                    before = updates.get();
                    loop.linger(100);
                }
                assertThat(updates.get()).isPositive().isLessThan(MANY_UPDATES);
                enough.set(true);
                readers.start(() -> {
                    InputStream in = pair.far().getInputStream();
                    assertThat(in.readNBytes(content.length)).isEqualTo(content);
                    assertThat(in.readNBytes(content.length)).isEqualTo(content);
                });
                pair.near().outputStream().write(content);
            }
            pair.near().outputStream().write(content);
        }
        pair.talk();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /// A connection that holds little on its way, in both directions.
    private static Plain narrow(TestBed bed, Loop loop) throws IOException {
        try (ServerSocket server = new ServerSocket()) {
            server.setReceiveBufferSize(4096);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            AsyncSocket near = loop.ring().net().prepareConnect(server.getLocalSocketAddress()).join();
            bed.closing(near::close);
            near.prepareSetOption(StandardSocketOptions.SO_SNDBUF, 4096).join();
            near.prepareSetOption(StandardSocketOptions.SO_RCVBUF, 4096).join();
            Socket far = server.accept();
            bed.closing(far::close);
            far.setSendBufferSize(4096);
            far.setTcpNoDelay(true);
            return new Plain(near, far);
        }
    }

    // ---- an end while something is going on

    @Test
    void thePeersEndLeavesASendThatWaits(TestBed bed) throws IOException {
        Loop loop = bed.running();
        TlsPair pair = TlsPair.over(bed, loop, new Setup(Role.SERVER).protocol("TLSv1.3"), narrow(bed, loop));
        byte[] content = random(100_000);
        Count send = loop.start(pair.near().prepareSendAll(loop.bufferOf(content)));
        Count receive = loop.start(pair.near().prepareReceive(loop.buffer(1)));
        loop.until("it waits", () -> loop.inFlight() == 4);
        pair.far().shutdownOutput();
        assertThat(receive.value()).isEqualTo(-1);
        assertThat(pair.far().getInputStream().readNBytes(content.length)).isEqualTo(content);
        assertThat(send.value()).isEqualTo(content.length);
    }

    @Test
    void beforeTls13ThePeersEndIsTheEndOfASendThatWaits(TestBed bed) throws IOException {
        Loop loop = bed.running();
        TlsPair pair = TlsPair.over(bed, loop, new Setup(Role.SERVER).protocol("TLSv1.2"), narrow(bed, loop));
        byte[] content = random(100_000);
        Count send = loop.start(pair.near().prepareSendAll(loop.bufferOf(content)));
        Count receive = loop.start(pair.near().prepareReceive(loop.buffer(1)));
        loop.until("it waits", () -> loop.inFlight() == 4);
        pair.far().shutdownOutput();
        assertThat(receive.value()).isEqualTo(-1);
        byte[] received = pair.far().getInputStream().readAllBytes();
        assertThat(send.failure(SSLException.class)).hasMessageContaining("ends both directions");
        assertThat(received).hasSize(send.moved()).isEqualTo(Arrays.copyOf(content, received.length));
    }

    // ---- an alert for who does not listen yet

    /// What we said before we closed is heard, though there is much that we have not read.
    @ParameterizedTest
    @EnumSource(Role.class)
    void aPeerThatTalksAndReadsLateHearsTheAlert(Role role, TestBed bed) throws IOException {
        Loop loop = bed.running();
        Plain plain = Plain.open(bed, loop);
        try (Workers workers = new Workers()) {
            workers.start(() -> assertThatThrownBy(() -> {
                while (true) {
                    plain.far().getOutputStream().write(bytes("HTTP/1.0 400 Bad Request\r\n\r\n".repeat(1000)));
                }
            }).isInstanceOf(SocketException.class));
            assertThatThrownBy(() -> new Setup(role).handshake(plain.near()).join())
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("does not speak TLS");
        }
        assertThat(plain.near().isOpen()).isFalse();
        InputStream in = plain.far().getInputStream();
        int type = in.read();
        while (role == Role.CLIENT && type == 22) { // its first words
            in.skipNBytes(2);
            in.skipNBytes(256L * in.read() + in.read());
            type = in.read();
        }
        assertThat(type).as("type of the record: alert").isEqualTo(21);
        assertThat(in.readNBytes(6)).endsWith(0, 2, 2, 80); // fatal, internal_error as the JDK calls it
    }

    /// Heard, and then nothing: neither a cancelled handshake nor one that has waited long enough waits for its peer.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPeerThatHearsTheAlertAndStaysIsLeft(boolean cancels, TestBed bed) throws IOException {
        Loop loop = bed.running(options -> options.closeDeadlineNanos = cancels ? 60_000_000_000L : 100_000_000);
        Plain plain = Plain.open(bed, loop);
        Outcome<TlsSocket> handshake = loop.start(new Setup(Role.SERVER).handshake(plain.near()));
        plain.far().getOutputStream().write(bytes("HTTP/1.0 400 Bad Request\r\n\r\n"));
        assertThat(plain.far().getInputStream().readAllBytes()).endsWith(2, 80); // and the end
        if (cancels) {
            handshake.cancel();
        } else {
            loop.pass(Duration.ofMillis(60));
        }
        handshake.failure(SSLException.class);
        assertThat(plain.near().isOpen()).isFalse();
    }
}
