package dev.ringway.conformance;

import static dev.ringway.testing.Content.random;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.TlsSocket;
import dev.ringway.TlsTruncatedException;
import dev.ringway.conformance.TlsPair.Plain;
import dev.ringway.conformance.TlsPair.Role;
import dev.ringway.conformance.TlsPair.Setup;
import dev.ringway.testing.Certificates;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How TLS ends: as agreed, cut short, with garbage, cancelled, closed.
@EveryBackend
class TlsEndTest {
    @BeforeAll
    static void prepare() {
        Certificates.prepare();
    }

    // ---- as agreed

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"CLIENT,TLSv1.2", "CLIENT,TLSv1.3", "SERVER,TLSv1.2", "SERVER,TLSv1.3"})
    void closeNotifyIsTheEndOfTheStream(Role role, String protocol, TestBed bed) throws IOException {
        TlsPair pair = TlsPair.open(bed, bed.running(), new Setup(role).protocol(protocol));
        pair.farSends("last");
        pair.far().close();
        InputStream in = pair.near().inputStream();
        assertThat(in.readAllBytes()).asString(UTF_8).isEqualTo("last");
        assertThat(in.read()).isEqualTo(-1);
        assertThat(pair.near().isOpen()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void oneDirectionEndsBeforeTheOther(Role role, TestBed bed) throws IOException {
        TlsPair pair = TlsPair.open(bed, bed.running(), new Setup(role).protocol("TLSv1.3"));
        pair.nearSends("last");
        pair.near().prepareShutdownOutput().join();
        assertThat(pair.far().getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("last");
        pair.near().prepareShutdownOutput().join(); // once more changes nothing
        assertThatThrownBy(() -> pair.nearSends("more")).isInstanceOf(SSLException.class)
                .hasMessageContaining("TLS send on").hasMessageContaining("output has been ended");
        pair.farSends("answer");
        assertThat(pair.nearReceives(6)).isEqualTo("answer");
        pair.far().shutdownOutput();
        assertThat(pair.near().inputStream().read()).isEqualTo(-1);
    }

    @Test
    void thePeersEndLeavesOurDirection(TestBed bed) throws IOException {
        TlsPair pair = TlsPair.open(bed, bed.running(), new Setup(Role.SERVER).protocol("TLSv1.3"));
        pair.far().shutdownOutput();
        assertThat(pair.near().inputStream().read()).isEqualTo(-1);
        pair.nearSends("answer");
        assertThat(pair.farReceives(6)).isEqualTo("answer");
    }

    @Test
    void beforeTls13ThePeersEndIsTheEndOfBoth(TestBed bed) throws IOException {
        TlsPair pair = TlsPair.open(bed, bed.running(), new Setup(Role.SERVER).protocol("TLSv1.2"));
        pair.far().shutdownOutput();
        assertThat(pair.near().inputStream().read()).isEqualTo(-1);
        assertThatThrownBy(() -> pair.nearSends("more")).isInstanceOf(SSLException.class)
                .hasMessageContaining("ends both directions");
    }

    /// Told by another TLS of ours, since the JDK's own takes any end for one.
    @ParameterizedTest
    @EnumSource(Role.class)
    void aCloseIsHeardAsAnEnd(Role role, TestBed bed) throws Exception {
        Loop loop = bed.running();
        AsyncListener listener = loop.ring().net().prepareListen(Transport.TCP4.unused(bed.directory())).join();
        AsyncSocket one = loop.ring().net().prepareConnect(listener.prepareLocalAddress().join()).join();
        AsyncSocket other = listener.prepareAccept().join();
        listener.close();
        CompletableFuture<TlsSocket> client = new Setup(Role.CLIENT).handshake(one).future();
        TlsSocket server = new Setup(Role.SERVER).handshake(other).join();
        TlsSocket closed = role == Role.CLIENT ? client.get() : server;
        TlsSocket hears = role == Role.CLIENT ? server : client.get();
        byte[] content = random(100_000);
        try (Workers workers = new Workers()) {
            workers.start(() -> assertThat(hears.inputStream().readAllBytes()).isEqualTo(content));
            closed.outputStream().write(content);
            closed.close();
        }
        assertThat(closed.isOpen()).isFalse();
        assertThat(closed.socket().isOpen()).isFalse();
        hears.close();
    }

    // ---- cut short

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"CLIENT,TLSv1.2", "CLIENT,TLSv1.3", "SERVER,TLSv1.2", "SERVER,TLSv1.3"})
    void anEndWithoutCloseNotifyIsAFailure(Role role, String protocol, TestBed bed) throws IOException {
        Loop loop = bed.running();
        Plain plain = Plain.open(bed, loop);
        TlsPair pair = TlsPair.over(bed, loop, new Setup(role).protocol(protocol), plain);
        pair.farSends("some");
        plain.far().shutdownOutput();
        assertThat(pair.nearReceives(4)).isEqualTo("some");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> pair.near().inputStream().read()).isInstanceOf(TlsTruncatedException.class)
                    .hasMessageContaining("TLS receive on")
                    .hasMessageContaining("without close_notify")
                    .hasMessageContaining("incomplete");
        }
        pair.nearSends("still");
        assertThat(pair.farReceives(5)).isEqualTo("still");
    }

    @Test
    void aResetIsAFailureOfTheSocket(TestBed bed) throws IOException {
        Loop loop = bed.running();
        Plain plain = Plain.open(bed, loop);
        TlsPair pair = TlsPair.over(bed, loop, new Setup(Role.CLIENT), plain);
        plain.far().setSoLinger(true, 0);
        plain.far().close();
        assertThatThrownBy(() -> pair.near().inputStream().read()).isInstanceOf(SocketException.class)
                .hasMessageContaining("TLS receive on").hasMessageContaining("ECONNRESET");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> pair.nearSends("lost")).isInstanceOf(SocketException.class)
                    .hasMessageContaining("TLS send on");
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void thePeerLeavesDuringTheHandshake(Role role, TestBed bed) throws IOException {
        Loop loop = bed.running();
        Plain plain = Plain.open(bed, loop);
        plain.far().shutdownOutput();
        assertThatThrownBy(() -> new Setup(role).handshake(plain.near()).join())
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("ended the stream during the handshake");
        assertThat(plain.near().isOpen()).isFalse();
    }

    // ---- what TLS refuses

    @ParameterizedTest
    @EnumSource(Role.class)
    void garbageInsteadOfAHandshake(Role role, TestBed bed) throws IOException {
        Loop loop = bed.running();
        Plain plain = Plain.open(bed, loop);
        plain.far().getOutputStream().write("HTTP/1.0 400 Bad Request\r\n\r\n".getBytes(UTF_8));
        plain.far().shutdownOutput();
        assertThatThrownBy(() -> new Setup(role).handshake(plain.near()).join())
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("TLS handshake on")
                .hasMessageContaining("does not speak TLS");
        assertThat(plain.near().isOpen()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void garbageInTheMiddle(Role role, TestBed bed) throws IOException {
        Loop loop = bed.running();
        Plain plain = Plain.open(bed, loop);
        TlsPair pair = TlsPair.over(bed, loop, new Setup(role), plain);
        pair.talk();
        byte[] record = random(5 + 100);
        System.arraycopy(new byte[] {23, 3, 3, 0, 100}, 0, record, 0, 5);
        plain.far().getOutputStream().write(record);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> pair.near().inputStream().read()).isInstanceOf(SSLException.class)
                    .isNotInstanceOf(TlsTruncatedException.class)
                    .hasMessageContaining("TLS receive on");
            assertThatThrownBy(() -> pair.nearSends("x")).isInstanceOf(SSLException.class)
                    .hasMessageContaining("TLS send on");
            assertThatThrownBy(() -> pair.near().prepareShutdownOutput().join()).isInstanceOf(SSLException.class);
        }
        assertThatThrownBy(() -> pair.far().getInputStream().read()).isInstanceOf(SSLException.class)
                .hasMessageContaining("alert"); // the peer is told
    }

    @Test
    void aCertificateThatIsNotTrusted(TestBed bed) throws IOException {
        refused(bed, new Setup(Role.CLIENT).contexts(Certificates.trustingOthers(), Certificates.context()),
                "trust the peer's certificate");
    }

    @Test
    void aCertificateForAnotherName(TestBed bed) throws IOException {
        SSLContext context = Certificates.context();
        refused(bed, new Setup(Role.CLIENT).contexts(context, context).host("localhost.test"),
                "has to be for the name");
    }

    private static void refused(TestBed bed, Setup setup, String message) throws IOException {
        Loop loop = bed.running();
        Plain plain = Plain.open(bed, loop);
        SSLSocket far = setup.over(plain.far());
        try (Workers workers = new Workers()) {
            workers.start(() -> assertThatThrownBy(far::startHandshake).hasMessageContaining("certificate_unknown"));
            assertThatThrownBy(() -> setup.handshake(plain.near()).join())
                    .isInstanceOf(SSLHandshakeException.class)
                    .hasMessageContaining("TLS handshake on")
                    .hasMessageContaining(message);
        }
        assertThat(plain.near().isOpen()).isFalse();
    }

    // ---- cancelled

    @ParameterizedTest
    @EnumSource(Role.class)
    @Tag("H1")
    void aHandshakeIsCancelled(Role role, TestBed bed) throws IOException {
        Loop loop = bed.running();
        Plain plain = Plain.open(bed, loop);
        Outcome<TlsSocket> handshake = loop.start(new Setup(role).handshake(plain.near()));
        loop.until("it waits for the peer", () -> loop.inFlight() == 2);
        handshake.cancel();
        handshake.failure(CancellationException.class);
        assertThat(plain.near().isOpen()).isFalse();
        while (plain.far().getInputStream().read() >= 0) {
            assertThat(role).isEqualTo(Role.CLIENT); // its first words
        }
    }

    @Test
    void aHandshakeTimesOut(TestBed bed) throws IOException {
        Loop loop = bed.running();
        Plain plain = Plain.open(bed, loop);
        Outcome<TlsSocket> handshake =
                loop.start(new Setup(Role.SERVER).handshake(plain.near()).timeout(Duration.ofMillis(30)));
        loop.until("it waits for the peer", () -> loop.inFlight() == 2);
        loop.pass(Duration.ofMillis(40));
        handshake.failure(SocketTimeoutException.class);
        assertThat(plain.near().isOpen()).isFalse();
        assertThat(plain.far().getInputStream().read()).isEqualTo(-1);
    }

    @Test
    @Tag("H1")
    void aHandshakeIsCancelledWhileAThreadThinksForIt(TestBed bed) throws IOException {
        Loop loop = bed.running();
        Plain plain = Plain.open(bed, loop);
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        SSLContext slow = Certificates.context(chain -> {
            asked.countDown();
            try {
                mayAnswer.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        Setup setup = new Setup(Role.CLIENT).contexts(slow, Certificates.context());
        SSLSocket far = setup.over(plain.far());
        try (Workers workers = new Workers()) {
            workers.start(() -> assertThat(catchThrowable(far::startHandshake)).isInstanceOf(IOException.class));
            Outcome<TlsSocket> handshake = loop.start(setup.handshake(plain.near()));
            loop.until("somebody looks at the certificate", () -> asked.getCount() == 0);
            handshake.cancel();
            handshake.failure(CancellationException.class);
            assertThat(plain.near().isOpen()).isFalse();
            assertThat(loop.inFlight()).isEqualTo(1);
            mayAnswer.countDown();
        }
        loop.until("nothing is left", () -> loop.inFlight() == 0);
    }

    @Test
    void handshakesThatAreCancelledWheneverLeaveNothing(TestBed bed) throws Exception {
        Loop loop = bed.running();
        SSLContext context = Certificates.context();
        Random random = new Random(4);
        for (int i = 0; i < 40; i++) {
            Plain plain = Plain.open(bed, loop);
            Setup setup = new Setup(i % 2 == 0 ? Role.CLIENT : Role.SERVER).contexts(context, context);
            SSLSocket far = setup.over(plain.far());
            try (Workers workers = new Workers()) {
                workers.start(() -> {
                    var unused = catchThrowable(far::startHandshake);
                });
                Outcome<TlsSocket> handshake = loop.start(setup.handshake(plain.near()));
                Thread.sleep(0, random.nextInt(999_999));
                Thread.sleep(random.nextInt(5));
                handshake.cancel();
                Throwable failure = handshake.failure();
                if (failure == null) {
                    handshake.value().close();
                } else {
                    assertThat(failure).isInstanceOf(CancellationException.class);
                }
                far.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void aReceiveIsCancelledAndLosesNothing(Role role, TestBed bed) throws IOException {
        Loop loop = bed.running();
        TlsPair pair = TlsPair.open(bed, loop, new Setup(role));
        Buf buf = loop.buffer(10);
        Count receive = loop.start(pair.near().prepareReceive(buf));
        loop.until("it waits", () -> loop.inFlight() == 2);
        receive.cancel();
        receive.failure(CancellationException.class);
        loop.until("nobody reads the socket", () -> loop.inFlight() == 0);
        pair.talk();
        assertThat(buf.readable()).isZero();
    }

    /// Between records, and in the middle of them.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Tag("J5")
    void receivesThatAreInterruptedWheneverLoseNothing(boolean trickles, TestBed bed) throws IOException {
        Loop loop = bed.running();
        Setup setup = new Setup(Role.SERVER);
        TlsPair pair = TlsPair.open(bed, loop, trickles ? setup.trickling() : setup);
        byte[] content = random(400);
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try (Workers workers = new Workers()) {
            Thread reader = workers.startVirtual(() -> {
                InputStream in = pair.near().inputStream();
                byte[] array = new byte[3];
                while (read.size() < content.length) {
                    try {
                        read.write(array, 0, in.read(array));
                    } catch (InterruptedIOException interrupted) {
                        assertThat(Thread.interrupted()).isTrue();
                    }
                }
            });
            for (int i = 0; i < content.length; i += 4) {
                pair.far().getOutputStream().write(content, i, 4);
                reader.interrupt();
            }
        }
        assertThat(read.toByteArray()).isEqualTo(content);
    }

    /// What is cancelled says how much has gone into records, and those arrive; then it goes on.
    @ParameterizedTest
    @EnumSource(Role.class)
    void aSendIsCancelledBetweenRecords(Role role, TestBed bed) throws IOException {
        Loop loop = bed.running();
        TlsPair pair = TlsPair.open(bed, loop, new Setup(role));
        byte[] content = random(20 << 20);
        Buf buf = loop.bufferOf(content);
        Count send = loop.start(pair.near().prepareSendAll(buf));
        loop.linger(100);
        assertThat(send.isDone()).isFalse(); // the peer does not read
        send.cancel();
        send.failure(CancellationException.class);
        assertThat(send.moved()).isPositive().isEqualTo(content.length - buf.readable());
        try (Workers workers = new Workers()) {
            workers.start(() -> assertThat(pair.far().getInputStream().readNBytes(content.length)).isEqualTo(content));
            assertThat(pair.near().prepareSendAll(buf).join()).isEqualTo(content.length - send.moved());
        }
        pair.talk();
    }

    // ---- closed

    @Test
    @Tag("J1")
    void aCloseEndsWhatIsInFlight(TestBed bed) throws IOException {
        Loop loop = bed.running();
        TlsPair pair = TlsPair.open(bed, loop, new Setup(Role.CLIENT));
        Count first = loop.start(pair.near().prepareReceive(loop.buffer(1)));
        Count second = loop.start(pair.near().prepareReceive(loop.buffer(1)));
        loop.until("they wait", () -> loop.inFlight() == 3);
        pair.near().prepareClose().join();
        first.failure(AsynchronousCloseException.class);
        second.failure(AsynchronousCloseException.class);
        assertThat(pair.far().getInputStream().read()).isEqualTo(-1);
        loop.start(pair.near().prepareReceive(loop.buffer(1))).failure(ClosedChannelException.class);
        loop.start(pair.near().prepareSendAll(loop.bufferOf("x"))).failure(ClosedChannelException.class);
        loop.start(pair.near().prepareShutdownOutput()).failure(ClosedChannelException.class);
        pair.near().close();
        pair.near().prepareClose().join();
    }

    /// Nobody waits for a peer that does not read, beyond a second.
    @Test
    @Tag("H24")
    void aPeerThatDoesNotReadDoesNotKeepAClose(TestBed bed) throws IOException {
        Loop loop = bed.running();
        TlsPair pair = TlsPair.open(bed, loop, new Setup(Role.SERVER));
        byte[] content = random(20 << 20);
        Count send = loop.start(pair.near().prepareSendAll(loop.bufferOf(content)));
        for (long before = -1; before != loop.ring().stats().completions(); ) { // until the peer takes no more
            before = loop.ring().stats().completions();
            loop.linger(100);
        }
        Outcome<Void> close = loop.start(pair.near().prepareClose());
        send.failure(AsynchronousCloseException.class);
        assertThat(close.isDone()).isFalse();
        loop.pass(Duration.ofMillis(1100));
        close.value();
        byte[] received = pair.far().getInputStream().readAllBytes(); // the JDK's own does not mind the cut
        assertThat(received).hasSizeBetween(1, send.moved()).isEqualTo(Arrays.copyOf(content, received.length));
    }

    @Test
    void theSocketBelowIsClosedUnderneath(TestBed bed) throws IOException {
        Loop loop = bed.running();
        TlsPair pair = TlsPair.open(bed, loop, new Setup(Role.SERVER));
        Count receive = loop.start(pair.near().prepareReceive(loop.buffer(1)));
        loop.until("it waits", () -> loop.inFlight() == 2);
        pair.near().socket().close();
        receive.failure(AsynchronousCloseException.class);
        assertThat(pair.near().isOpen()).isFalse();
        loop.start(pair.near().prepareReceive(loop.buffer(1))).failure(ClosedChannelException.class);
        pair.near().prepareClose().join();
    }

    @Test
    @Tag("H14")
    void theRingIsClosedUnderneath(TestBed bed) throws IOException {
        Loop loop = bed.running();
        TlsPair pair = TlsPair.open(bed, loop, new Setup(Role.CLIENT));
        Plain plain = Plain.open(bed, loop);
        Count receive = loop.start(pair.near().prepareReceive(loop.buffer(1)));
        Outcome<TlsSocket> handshake = loop.start(new Setup(Role.SERVER).handshake(plain.near()));
        loop.until("they wait", () -> loop.inFlight() == 4);
        loop.closeRing();
        receive.failure(AsynchronousCloseException.class);
        handshake.failure(AsynchronousCloseException.class);
        pair.near().close();
    }
}
