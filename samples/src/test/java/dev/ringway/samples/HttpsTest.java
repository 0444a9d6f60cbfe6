package dev.ringway.samples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.Backend;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The HTTP servers over https, with clients as no good one is. Each is one process for all tests, of which every one
/// leaves it with the fds that it had.
@Timeout(60)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HttpsTest {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final String SMALL = "a small file\n";
    private static final byte[] LARGE = new byte[300_000];
    private static final String GET = "GET /%s HTTP/1.1\r\nHost: localhost\r\nConnection: %s\r\n\r\n";

    @TempDir
    private static Path directory;

    private static SSLContext trust;
    private static List<Server> servers = List.of();

    /// @param stalled connections on which the handshake has begun, so far from the client's side, and goes no further
    /// @param begun   when they were connected
    private record Server(String sample, Backend backend, Program program, int port, List<Socket> stalled, long begun) {
        SSLSocket connect() throws IOException {
            return over(socket());
        }

        /// TLS over a socket, which it closes.
        SSLSocket over(Socket socket) throws IOException {
            return (SSLSocket) trust.getSocketFactory().createSocket(socket, "localhost", port, true);
        }

        Socket socket() throws IOException {
            return connected(new Socket());
        }

        Socket connected(Socket socket) throws IOException {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.setSoTimeout(PATIENCE_MILLIS);
            return socket;
        }

        int fds() throws IOException {
            try (Stream<Path> fds = Files.list(Path.of("/proc", String.valueOf(program.pid()), "fd"))) {
                return (int) fds.count();
            }
        }

        /// It serves a new client, complains about nothing, and has no more fds than before.
        void isWell(int fdsBefore) throws Exception {
            try (SSLSocket client = connect()) {
                say(client, GET.formatted("small", "close"));
                assertThat(answer(client.getInputStream())).asString(ISO_8859_1).isEqualTo(SMALL);
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
            while (fds() > fdsBefore) {
                assertThat(System.nanoTime()).as("%d fds, and there were %d", fds(), fdsBefore).isLessThan(deadline);
                Thread.sleep(20);
            }
            assertThat(program.errors()).isEmpty();
        }

        @Override
        public String toString() {
            return sample + " on " + backend;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        Path files = Files.createDirectory(directory.resolve("files"));
        Files.writeString(files.resolve("small"), SMALL);
        new Random(1).nextBytes(LARGE);
        Files.write(files.resolve("large"), LARGE);
        Keys keys = Keys.shared();
        trust = keys.context();
        servers = new ArrayList<>();
        for (Backend backend : Rows.backends()) {
            for (String sample : new String[] {"http-server", "http-server-kotlin"}) {
                Program program = Program.start(directory, backend, sample, files, 0, keys.store(), Keys.PASSWORD);
                servers.add(new Server(sample, backend, program, 0, new ArrayList<>(), 0));
            }
        }
        for (int i = 0; i < servers.size(); i++) {
            Server started = servers.get(i);
            assertThat(started.program.firstLine()).startsWith("https on ");
            Server server = new Server(started.sample, started.backend, started.program,
                    ClientsTest.port(started.program), started.stalled, System.nanoTime());
            servers.set(i, server);
            server.stalled.add(server.socket()); // says nothing
            Socket other = server.socket();
            other.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1}); // the first bytes of a hello of 512
            server.stalled.add(other);
            server.isWell(Integer.MAX_VALUE);
        }
    }

    static List<Server> servers() {
        return servers;
    }

    @AfterAll
    static void stop() throws IOException {
        for (Server server : servers) {
            server.program.close();
            for (Socket socket : server.stalled) {
                socket.close();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aConnectionIsKeptAlive(Server server) throws Exception {
        int fds = server.fds();
        try (SSLSocket client = server.connect()) {
            for (int i = 0; i < 5; i++) {
                say(client, GET.formatted("small", "keep-alive"));
                assertThat(answer(client.getInputStream())).asString(ISO_8859_1).isEqualTo(SMALL);
            }
            say(client, GET.formatted("large", "keep-alive").repeat(5));
            for (int i = 0; i < 5; i++) {
                assertThat(answer(client.getInputStream())).isEqualTo(LARGE);
            }
            client.shutdownOutput(); // with close_notify
            assertThat(client.getInputStream().read()).as("the end, which is close_notify too").isEqualTo(-1);
        }
        server.isWell(fds);
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aHandshakeMayBeSlow(Server server) throws Exception {
        int fds = server.fds();
        try (SSLSocket client = server.over(server.connected(new Trickling()))) {
            say(client, GET.formatted("large", "close"));
            assertThat(answer(client.getInputStream())).isEqualTo(LARGE);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        server.isWell(fds);
    }

    /// Sends its bytes one by one.
    private static final class Trickling extends Socket {
        @Override
        public OutputStream getOutputStream() throws IOException {
            setTcpNoDelay(true);
            return new FilterOutputStream(super.getOutputStream()) {
                @Override
                public void write(int value) throws IOException {
                    super.write(value);
                    try {
                        Thread.sleep(1);
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                }
            };
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void clientsDisappearWhileTheConnectionIsClosed(Server server) throws Exception {
        int fds = server.fds();
        Random random = new Random(2);
        for (int i = 0; i < 12; i++) {
            Socket socket = server.socket();
            SSLSocket client = server.over(socket);
            say(client, GET.formatted("large", "close"));
            int read = random.nextInt(2 * LARGE.length); // more than there is: up to close_notify
            client.getInputStream().readNBytes(read);
            if (random.nextBoolean()) {
                client.shutdownOutput(); // says that it goes
            }
            if (random.nextBoolean()) {
                socket.setSoLinger(true, 0); // a reset
            }
            socket.close(); // without a word of TLS
        }
        server.isWell(fds);
    }

    @ParameterizedTest
    @MethodSource("servers")
    void whoSpeaksPlainHttpIsToldSo(Server server) throws Exception {
        int fds = server.fds();
        try (Socket client = server.socket()) {
            say(client, GET.formatted("small", "keep-alive"));
            byte[] all = client.getInputStream().readAllBytes();
            assertThat(all).as("an alert and no more").hasSize(7).startsWith(21, 3);
            assertThat(all[5]).as("it is fatal").isEqualTo((byte) 2);
        }
        server.isWell(fds);
    }

    /// The last one: by now most of their time has passed.
    @Order(Integer.MAX_VALUE)
    @ParameterizedTest
    @MethodSource("servers")
    void aHandshakeThatNeverFinishesIsEnded(Server server) throws Exception {
        int fds = server.fds();
        for (Socket socket : server.stalled) {
            try {
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            } catch (SocketException reset) {
                assertThat(reset).hasMessageContaining("reset");
            }
        }
        assertThat(System.nanoTime() - server.begun).isGreaterThanOrEqualTo(Http.HANDSHAKE.toNanos());
        server.isWell(fds);
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    /// The body of an answer.
    private static byte[] answer(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertThat(next).as("what comes after %s", head).isNotEqualTo(-1);
            head.append((char) next);
        }
        assertThat(head.toString()).startsWith("HTTP/1.1 200 OK\r\n");
        int length = Integer.parseInt(head.toString().replaceFirst("(?s).*Content-Length: (\\d+).*", "$1"));
        byte[] body = in.readNBytes(length);
        assertThat(body).hasSize(length);
        return body;
    }
}
