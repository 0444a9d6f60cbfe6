package dev.ringway.samples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.ringway.Backend;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What real clients of the samples do not show: ends, resets, and input that no good client would send.
@Timeout(120)
class ServersTest {
    private static final int PATIENCE_MILLIS = 20_000;

    @TempDir
    Path directory;

    static List<Backend> backends() throws IOException {
        return Rows.backends();
    }

    // ---- redis

    @ParameterizedTest
    @MethodSource("backends")
    void redisAnswersEveryCommandInOrderAndRefusesWhatIsNone(Backend backend) throws Exception {
        try (Program redis = Program.start(directory, backend, "redis", 0)) {
            assertThat(said(redis, "PING\r\n*1\r\n$4\r\nPING\r\n*2\r\n$4\r\nECHO\r\n$4\r\na\r\nb\r\nPI", true))
                    .isEqualTo("+PONG\r\n+PONG\r\n$4\r\na\r\nb\r\n");
            String refused = "+PONG\r\n-ERR Protocol error: ";
            assertThat(said(redis, "PING\r\n*x\r\n", false)).startsWith(refused);
            assertThat(said(redis, "PING\r\n*1\r\n$-1\r\n", false)).startsWith(refused);
            assertThat(said(redis, "PING\r\n*1\r\n$99999999\r\n", false)).startsWith(refused);
            assertThat(said(redis, "PING\r\n*99999999\r\n", false)).startsWith(refused);
            assertThat(said(redis, "PING\r\n*1\r\n$4\r\nPINGPONG\r\n", false)).startsWith(refused);
            assertThat(said(redis, "PING\r\n" + "x".repeat(1 << 14), false)).startsWith(refused);
            assertThat(redis.errors()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void redisLetsOneWhoDoesNotReadWaitForHimself(Backend backend) throws Exception {
        try (Program redis = Program.start(directory, backend, "redis", 0);
                Socket slow = connect(redis)) {
            String value = "v".repeat(100_000);
            said(redis, "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100000\r\n" + value + "\r\n", true);
            String gets = "GET k\r\n".repeat(1000);
            slow.getOutputStream().write(gets.getBytes(ISO_8859_1)); // for which there are 100 MB of replies
            assertThat(said(redis, "PING\r\n", true)).isEqualTo("+PONG\r\n");
            slow.shutdownOutput();
            String reply = "$100000\r\n" + value + "\r\n";
            for (int i = 0; i < 1000; i++) {
                assertThat(new String(slow.getInputStream().readNBytes(reply.length()), ISO_8859_1)).isEqualTo(reply);
            }
            assertThat(slow.getInputStream().read()).isEqualTo(-1);
        }
    }

    /// All that it answers until it closes the connection.
    ///
    /// @param ending whether the client says that there is no more
    private static String said(Program server, String text, boolean ending) throws Exception {
        try (Socket socket = connect(server)) {
            socket.getOutputStream().write(text.getBytes(ISO_8859_1));
            if (ending) {
                socket.shutdownOutput();
            }
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private static Socket connect(Program server) throws Exception {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), ClientsTest.port(server));
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    // ---- http-client

    static Stream<Arguments> clients() throws IOException {
        return Rows.backends().stream().flatMap(backend -> Stream.of("http-client", "http-client-kotlin")
                .map(sample -> Arguments.of(sample, backend)));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void httpClientPrintsWhatItFetches(String sample, Backend backend) throws Exception {
        Keys keys = Keys.shared();
        byte[] body = new byte[300_000];
        new Random(1).nextBytes(body);
        HttpsServer secure = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(keys.context()));
        HttpServer plain = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        for (HttpServer server : List.of(plain, secure)) {
            for (int length : new int[] {0, body.length}) { // 0: in chunks
                server.createContext("/" + length, exchange -> {
                    exchange.sendResponseHeaders(200, length);
                    try (OutputStream out = exchange.getResponseBody()) {
                        out.write(body);
                    }
                });
            }
            server.start();
        }
        try {
            String http = "http://localhost:" + plain.getAddress().getPort();
            String https = "https://localhost:" + secure.getAddress().getPort();
            Program client = Program.run(directory, backend, sample, http + "/300000?query").succeeded();
            assertThat(client.output()).isEqualTo(body);
            client = Program.run(directory, backend, sample, https + "/0", keys.store(), Keys.PASSWORD).succeeded();
            assertThat(client.output()).isEqualTo(body);
            Program.run(directory, backend, sample, http + "/none").failed(sample, "404 Not Found");
            Program.run(directory, backend, sample, https + "/0").failed(sample, "has to trust the peer's certificate");
            Program.run(directory, backend, sample, "ftp://localhost/").failed(sample, "only http: and https:");
        } finally {
            plain.stop(0);
            secure.stop(0);
        }
    }

    /// A body that ends with the connection, which somebody in between may have ended.
    @ParameterizedTest
    @MethodSource("clients")
    void httpClientKnowsAnEndFromACut(String sample, Backend backend) throws Exception {
        Keys keys = Keys.shared();
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            for (boolean isCut : new boolean[] {false, true}) {
                String url = "https://localhost:" + server.getLocalPort();
                Program client = Program.start(directory, backend, sample, url, keys.store(), Keys.PASSWORD);
                try (client; Socket socket = server.accept()) {
                    SSLSocket tls = (SSLSocket) keys.context().getSocketFactory()
                            .createSocket(socket, "localhost", server.getLocalPort(), false);
                    tls.setUseClientMode(false);
                    tls.getInputStream().read();
                    tls.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\nall?".getBytes(ISO_8859_1));
                    if (!isCut) {
                        tls.shutdownOutput(); // says close_notify
                    }
                    socket.shutdownOutput();
                    client.awaitEnd();
                    assertThat(client.output()).asString(ISO_8859_1).isEqualTo("all?");
                    if (isCut) {
                        client.failed(sample, "without close_notify");
                    } else {
                        client.succeeded();
                    }
                }
            }
        }
    }

    // ---- tcp-proxy

    @ParameterizedTest
    @MethodSource("backends")
    void tcpProxyPassesOnEndsAndResets(Backend backend) throws Exception {
        ServerSocket upstream = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Object[] arguments = {"tcp-proxy", 0, "localhost", upstream.getLocalPort()};
        try (upstream; Program proxy = Program.start(directory, backend, arguments)) {
            for (boolean clientFirst : new boolean[] {true, false}) {
                try (Socket client = connect(proxy); Socket server = upstream.accept()) {
                    Socket one = clientFirst ? client : server;
                    Socket other = clientFirst ? server : client;
                    one.getOutputStream().write("question".getBytes(ISO_8859_1));
                    one.shutdownOutput();
                    assertThat(other.getInputStream().readAllBytes()).asString(ISO_8859_1).isEqualTo("question");
                    other.getOutputStream().write("answer".getBytes(ISO_8859_1));
                    other.shutdownOutput();
                    assertThat(one.getInputStream().readAllBytes()).asString(ISO_8859_1).isEqualTo("answer");
                }
                try (Socket client = connect(proxy); Socket server = upstream.accept()) {
                    Socket one = clientFirst ? client : server;
                    Socket other = clientFirst ? server : client;
                    one.setSoLinger(true, 0);
                    one.close();
                    assertThatThrownBy(() -> other.getInputStream().read()).isInstanceOf(SocketException.class)
                            .hasMessageContaining("reset");
                }
            }
            assertThat(proxy.errors()).isEmpty();
        }
        try (Program proxy = Program.start(directory, backend, arguments); Socket client = connect(proxy)) {
            assertThatThrownBy(() -> client.getInputStream().read()).as("nobody listens any more")
                    .isInstanceOf(SocketException.class).hasMessageContaining("reset");
        }
    }

    // ---- chat

    @ParameterizedTest
    @MethodSource("backends")
    void chatTellsAllOthersAndWaitsForNobody(Backend backend) throws Exception {
        try (Program chat = Program.start(directory, backend, "chat", 0);
                Socket ann = connect(chat); Socket ben = connect(chat); Socket mute = connect(chat)) {
            hear(ann, ben, "hello");
            hear(mute, ann, "hello"); // and from here on mute does not read
            String line = "x".repeat(499) + "\n";
            for (int i = 0; i < 40_000; i++) {
                ann.getOutputStream().write(line.getBytes(ISO_8859_1)); // 20 MB
            }
            ann.shutdownOutput();
            try (Socket eve = connect(chat); Socket fay = connect(chat)) {
                hear(eve, fay, "still here");
            }
            assertThat(chat.errors()).isEmpty();
        }
    }

    /// Says something until the other has heard it: who has just come may not be listening yet, or hear others first.
    private static void hear(Socket listener, Socket speaker, String text) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(listener.getInputStream(), ISO_8859_1));
        listener.setSoTimeout(100);
        long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
        String heard = "";
        while (!text.equals(heard)) {
            assertThat(System.nanoTime()).as("time to hear %s", text).isLessThan(deadline);
            speaker.getOutputStream().write((text + "\n").getBytes(ISO_8859_1));
            try {
                heard = lines.readLine();
            } catch (SocketTimeoutException notYet) {
                // once more
            }
        }
    }
}
