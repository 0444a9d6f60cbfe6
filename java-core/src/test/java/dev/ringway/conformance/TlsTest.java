package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.SocketType;
import dev.ringway.TlsSocket;
import dev.ringway.conformance.TlsPair.Role;
import dev.ringway.conformance.TlsPair.Setup;
import dev.ringway.testing.Certificates;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// TLS with the JDK's own sockets as peers, in both roles.
@EveryBackend
class TlsTest {
    private static final int MANY = 10 << 20;

    @BeforeAll
    static void prepare() {
        Certificates.prepare();
    }

    // ---- bytes

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"CLIENT,TLSv1.2", "CLIENT,TLSv1.3", "SERVER,TLSv1.2", "SERVER,TLSv1.3"})
    void eachSideIsHeard(Role role, String protocol, TestBed bed) throws IOException {
        TlsPair pair = TlsPair.open(bed, bed.running(), new Setup(role).protocol(protocol));
        pair.talk();
        assertThat(pair.near().session().getProtocol()).isEqualTo(protocol);
        assertThat(pair.near().session().getCipherSuite()).isEqualTo(pair.far().getSession().getCipherSuite());
        assertThat(pair.near().applicationProtocol()).isNull();
        assertThat(pair.near().isOpen()).isTrue();
        assertThat(pair.near()).hasToString("TLS over " + pair.near().socket());
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"CLIENT,TLSv1.2", "CLIENT,TLSv1.3", "SERVER,TLSv1.2", "SERVER,TLSv1.3"})
    void oneByteAtATime(Role role, String protocol, TestBed bed) throws IOException {
        TlsPair pair = TlsPair.open(bed, bed.running(), new Setup(role).protocol(protocol).trickling());
        pair.talk();
        pair.near().prepareShutdownOutput().join();
        assertThat(pair.far().getInputStream().read()).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void tenMebibytesBothWaysAtOnce(Role role, TestBed bed) throws IOException {
        TlsPair pair = TlsPair.open(bed, bed.running(), new Setup(role));
        byte[] there = random(1);
        byte[] back = random(2);
        try (Workers workers = new Workers()) {
            workers.startVirtual(() -> pair.near().outputStream().write(there));
            workers.startVirtual(
                    () -> assertThat(pair.near().inputStream().readNBytes(MANY)).isEqualTo(back));
            workers.start(() -> pair.far().getOutputStream().write(back));
            workers.start(() -> assertThat(pair.far().getInputStream().readNBytes(MANY)).isEqualTo(there));
        }
        pair.talk();
    }

    private static byte[] random(int seed) {
        byte[] bytes = new byte[MANY];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /// A record holds more than a small buffer takes; the rest is the next receive's.
    @Test
    void whatABufferHasNoRoomForIsTheNextOnes(TestBed bed) throws IOException {
        TlsPair pair = TlsPair.open(bed, bed.running(), new Setup(Role.CLIENT));
        pair.farSends("0123456789");
        try (Buf buf = pair.near().buffer(3)) {
            for (String part : List.of("012", "345", "678", "9")) {
                assertThat(pair.near().prepareReceive(buf.clear()).join()).isEqualTo(part.length());
                assertThat(buf.getText(UTF_8)).isEqualTo(part);
            }
            buf.clear().put("abc");
            assertThat(pair.near().prepareReceive(buf).join()).isZero();
        }
    }

    @Test
    void operationsCanBeStartedAgain(TestBed bed) throws IOException {
        TlsPair pair = TlsPair.open(bed, bed.running(), new Setup(Role.SERVER));
        try (Buf buf = pair.near().buffer(10)) {
            TlsSocket.Transfer send = pair.near().prepareSendAll(buf);
            TlsSocket.Transfer receive = pair.near().prepareReceive(buf);
            assertThat(send.join()).isZero();
            for (int i = 0; i < 3; i++) {
                assertThat(send.reset(buf.clear().put("ping")).join()).isEqualTo(4);
                assertThat(pair.farReceives(4)).isEqualTo("ping");
                pair.farSends("pong");
                (i == 0 ? receive : receive.reset(buf)).join();
                assertThat(buf.getText(UTF_8)).isEqualTo("pong");
            }
        }
    }

    @Test
    void datagramsAreRefused(TestBed bed, Loop loop) {
        AsyncSocket socket = loop.await(
                loop.ring().net().prepareSocket(StandardProtocolFamily.INET, SocketType.DATAGRAM));
        assertThatThrownBy(() -> TlsSocket.prepareServer(socket, Certificates.context()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("made for streams");
    }

    // ---- what the two agree upon

    @ParameterizedTest
    @EnumSource(Role.class)
    void theyAgreeOnAnApplicationProtocol(Role role, TestBed bed) throws IOException {
        TlsPair pair = TlsPair.open(bed, bed.running(), new Setup(role)
                .near(handshake -> handshake.applicationProtocols("h2", "http/1.1"))
                .far(TlsTest::speaksOnlyHttp11));
        assertThat(pair.near().applicationProtocol()).isEqualTo("http/1.1");
        assertThat(pair.far().getApplicationProtocol()).isEqualTo("http/1.1");
        pair.talk();
    }

    private static void speaksOnlyHttp11(SSLSocket socket) {
        var parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        socket.setSSLParameters(parameters);
    }

    @Test
    void withoutACommonApplicationProtocolThereIsNoConnection(TestBed bed) throws IOException {
        Loop loop = bed.running();
        TlsPair.Plain plain = TlsPair.Plain.open(bed, loop);
        SSLSocket far = new Setup(Role.SERVER).far(TlsTest::speaksOnlyHttp11).over(plain.far());
        try (Workers workers = new Workers()) {
            workers.start(
                    () -> assertThatThrownBy(far::startHandshake).hasMessageContaining("no_application_protocol"));
            assertThatThrownBy(() -> TlsSocket.prepareServer(plain.near(), Certificates.context())
                            .applicationProtocols("h2")
                            .join())
                    .isInstanceOf(SSLHandshakeException.class)
                    .hasMessageContaining("TLS handshake on")
                    .hasMessageContaining("application protocol");
        }
        assertThat(plain.near().isOpen()).isFalse();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"CLIENT,localhost", "CLIENT,other.test", "SERVER,localhost", "SERVER,other.test"})
    void theServerLearnsTheName(Role role, String name, TestBed bed) throws IOException {
        List<String> shown = Collections.synchronizedList(new ArrayList<>());
        SSLContext client = Certificates.context(chain -> shown.add(subject(chain)));
        SSLContext server = Certificates.context();
        TlsPair pair = TlsPair.open(bed, bed.running(), new Setup(role)
                .contexts(role == Role.CLIENT ? client : server, role == Role.CLIENT ? server : client)
                .host(name)
                .far(socket -> {
                    if (role == Role.SERVER) {
                        var parameters = socket.getSSLParameters();
                        parameters.setServerNames(List.of(new SNIHostName(name)));
                        socket.setSSLParameters(parameters);
                    }
                }));
        pair.talk();
        assertThat(shown).containsExactly("CN=" + name);
    }

    private static String subject(X509Certificate[] chain) {
        return chain[0].getSubjectX500Principal().getName();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void theClientShowsItsCertificateIfItHasTo(Role role, TestBed bed) throws IOException {
        TlsPair pair = TlsPair.open(bed, bed.running(), new Setup(role)
                .near(handshake -> handshake.parameters(parameters -> parameters.setNeedClientAuth(true)))
                .far(socket -> {
                    if (role == Role.CLIENT) {
                        socket.setNeedClientAuth(true);
                    }
                }));
        pair.talk();
        var session = role == Role.SERVER ? pair.near().session() : pair.far().getSession();
        assertThat(session.getPeerPrincipal().getName()).isEqualTo("CN=localhost");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"CLIENT,TLSv1.2", "CLIENT,TLSv1.3", "SERVER,TLSv1.2", "SERVER,TLSv1.3"})
    void theSecondConnectionResumesTheSession(Role role, String protocol, TestBed bed) throws IOException {
        AtomicInteger checks = new AtomicInteger();
        SSLContext client = Certificates.context(checks);
        SSLContext server = Certificates.context();
        Loop loop = bed.running();
        AsyncListener listener = loop.ring().net().prepareListen(Transport.TCP4.unused(bed.directory())).join();
        bed.closing(listener::close);
        for (int i = 0; i < 3; i++) {
            Setup setup = new Setup(role)
                    .contexts(role == Role.CLIENT ? client : server, role == Role.CLIENT ? server : client)
                    .protocol(protocol);
            TlsPair pair = TlsPair.over(bed, loop, setup, TlsPair.Plain.accepted(bed, listener));
            pair.talk(); // with what is read, tickets come
            pair.end(); // a session of a connection that was cut is none
        }
        assertThat(checks).as("certificates that were looked at").hasValue(1);
    }

    // ---- where it runs

    @Test
    void trustIsFoundOutOnTheOffloadExecutor(TestBed bed) throws IOException {
        List<String> threads = Collections.synchronizedList(new ArrayList<>());
        SSLContext client = Certificates.context(chain -> threads.add(Thread.currentThread().getName()));
        TlsPair pair = TlsPair.open(
                bed, bed.running(), new Setup(Role.CLIENT).contexts(client, Certificates.context()));
        pair.talk();
        assertThat(threads).singleElement().asString().startsWith("ringway-offload");
    }

    @Test
    void aRestingConnectionHasNoNativeMemory(TestBed bed) throws IOException {
        Loop loop = bed.running();
        TlsPair pair = TlsPair.open(bed, loop, new Setup(Role.SERVER));
        pair.talk();
        loop.until("its memory is back", () -> loop.insides().memory().live() == 0);
        assertThat(loop.inFlight()).isZero();
    }
}
