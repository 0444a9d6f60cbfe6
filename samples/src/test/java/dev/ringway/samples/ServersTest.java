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
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
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
    /// As many connections as the proxies serve.
    private static final int PROXIED = 1_024;
    /// Of 1 MB: more than the kernel's buffers of two connections take.
    private static final int CHUNKS = 40;
    /// More than redis has buffers in its pool.
    private static final int SLOW_CLIENTS = 300;

    @TempDir
    Path directory;

    static List<Backend> backends() throws IOException {
        return Rows.backends();
    }

    static Stream<Arguments> inBothLanguages() throws IOException {
        return SamplesTest.inBothLanguages();
    }

    // ---- redis

    static Stream<Arguments> redis() throws IOException {
        return Rows.backends().stream().flatMap(backend -> Stream.of("redis", "redis-kotlin")
                .map(sample -> Arguments.of(sample, backend)));
    }

    @ParameterizedTest
    @MethodSource("redis")
    void redisAnswersEveryCommandInOrderAndRefusesWhatIsNone(String sample, Backend backend) throws Exception {
        try (Program redis = Program.start(directory, backend, sample, 0)) {
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
    @MethodSource("redis")
    void redisLetsOneWhoDoesNotReadWaitForHimself(String sample, Backend backend) throws Exception {
        try (Program redis = Program.startWith(List.of("-Xmx96m"), directory, backend, sample, 0);
                Socket slow = connect(redis)) {
            String value = "v".repeat(100_000);
            said(redis, "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100000\r\n" + value + "\r\n", true);
            String gets = "GET k\r\n".repeat(1000);
            slow.getOutputStream().write(gets.getBytes(ISO_8859_1)); // for which there are 100 MB of replies
            List<SocketChannel> others = new ArrayList<>();
            for (int i = 0; i < SLOW_CLIENTS; i++) {
                SocketChannel other = SocketChannel.open().setOption(StandardSocketOptions.SO_RCVBUF, 4096);
                other.connect(slow.getRemoteSocketAddress());
                other.write(ByteBuffer.wrap(gets.getBytes(ISO_8859_1)));
                others.add(other);
            }
            assertThat(said(redis, "PING\r\n", true)).isEqualTo("+PONG\r\n");
            for (SocketChannel other : others) {
                other.close();
            }
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
    @MethodSource("inBothLanguages")
    void tcpProxyPassesOnEndsAndResets(String language, Backend backend) throws Exception {
        ServerSocket upstream = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Object[] arguments = {"tcp-proxy" + language, 0, "localhost", upstream.getLocalPort()};
        try (upstream; Program proxy = Program.start(directory, backend, arguments)) {
            proxy.firstLine();
            long fds = socketsAndPipes(proxy);
            for (int length : new int[] {10, 1 << 14, 100_000}) { // copied, one that fills a buffer, spliced
                byte[] question = random(length);
                byte[] answer = random(length + 1);
                for (boolean clientFirst : new boolean[] {true, false}) {
                    try (Socket client = connect(proxy); Socket server = accept(upstream)) {
                        Socket one = clientFirst ? client : server;
                        Socket other = clientFirst ? server : client;
                        one.getOutputStream().write(question);
                        one.shutdownOutput();
                        assertThat(other.getInputStream().readAllBytes()).isEqualTo(question);
                        other.getOutputStream().write(answer);
                        other.shutdownOutput();
                        assertThat(one.getInputStream().readAllBytes()).isEqualTo(answer);
                    }
                    try (Socket client = connect(proxy); Socket server = accept(upstream)) {
                        Socket one = clientFirst ? client : server;
                        Socket other = clientFirst ? server : client;
                        one.getOutputStream().write(question);
                        assertThat(other.getInputStream().readNBytes(length)).isEqualTo(question);
                        one.setSoLinger(true, 0);
                        one.close();
                        assertThatThrownBy(() -> other.getInputStream().read()).isInstanceOf(SocketException.class)
                                .hasMessageContaining("reset");
                    }
                }
            }
            awaitSocketsAndPipes(proxy, fds);
            assertThat(proxy.errors()).isEmpty();
        }
        try (Program proxy = Program.start(directory, backend, arguments); Socket client = connect(proxy)) {
            assertThatThrownBy(() -> client.getInputStream().read()).as("nobody listens any more")
                    .isInstanceOf(SocketException.class).hasMessageContaining("reset");
        }
    }

    @ParameterizedTest
    @MethodSource("inBothLanguages")
    void tcpProxyHoldsBackWhoSendsFasterThanTheOtherReads(String language, Backend backend) throws Exception {
        ServerSocket upstream = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Object[] arguments = {"tcp-proxy" + language, 0, "localhost", upstream.getLocalPort()};
        try (upstream; Program proxy = Program.start(directory, backend, arguments);
                Socket client = connect(proxy); Socket server = accept(upstream)) {
            byte[] chunk = random(1 << 20);
            AtomicInteger sent = new AtomicInteger();
            Thread sends = Thread.ofPlatform().start(() -> {
                try {
                    while (sent.get() < CHUNKS) {
                        client.getOutputStream().write(chunk);
                        sent.incrementAndGet();
                    }
                    client.shutdownOutput();
                } catch (IOException cut) {
                    throw new AssertionError(cut);
                }
            });
            int before;
            do {
                before = sent.get();
                Thread.sleep(500);
            } while (sent.get() > before);
            assertThat(before).as("MB that the kernel's buffers took").isLessThan(CHUNKS);
            for (int i = 0; i < CHUNKS; i++) {
                assertThat(server.getInputStream().readNBytes(chunk.length)).isEqualTo(chunk);
            }
            assertThat(server.getInputStream().read()).isEqualTo(-1);
            sends.join();
            assertThat(proxy.errors()).isEmpty();
        }
    }

    /// Half of those that are idle have sent a full buffer, behind which the proxy waits for more with a splice. Beyond
    /// as many as it serves nobody is accepted until somebody has left.
    @ParameterizedTest
    @MethodSource("inBothLanguages")
    void tcpProxyIsNotHeldUpByManyThatAreIdle(String language, Backend backend) throws Exception {
        ServerSocket upstream = new ServerSocket(0, PROXIED, InetAddress.getLoopbackAddress());
        Object[] arguments = {"tcp-proxy" + language, 0, "localhost", upstream.getLocalPort()};
        Deque<Socket> idle = new ArrayDeque<>();
        try (upstream; Program proxy = Program.start(directory, backend, arguments)) {
            proxy.firstLine();
            long fds = socketsAndPipes(proxy);
            byte[] full = random(1 << 14);
            try {
                for (int i = 1; i < PROXIED; i++) {
                    idle.push(connect(proxy));
                    idle.push(accept(upstream));
                    if (i % 2 == 0) {
                        idle.getFirst().getOutputStream().write(full);
                    }
                }
                try (Socket client = connect(proxy); Socket server = accept(upstream)) {
                    for (int i = 0; i < 100; i++) {
                        long start = System.nanoTime();
                        client.getOutputStream().write(i);
                        assertThat(server.getInputStream().read()).isEqualTo(i);
                        server.getOutputStream().write(i);
                        assertThat(client.getInputStream().read()).isEqualTo(i);
                        long nanos = System.nanoTime() - start;
                        assertThat(nanos).as("nanoseconds there and back").isLessThan(1_000_000_000);
                    }
                    assertThat(kernelThreads(proxy)).as("threads of the kernel").isLessThan(PROXIED / 10);
                    idle.push(connect(proxy));
                    upstream.setSoTimeout(200);
                    assertThatThrownBy(upstream::accept).isInstanceOf(SocketTimeoutException.class);
                }
                idle.getFirst().getOutputStream().write(1);
                try (Socket next = accept(upstream)) {
                    assertThat(next.getInputStream().read()).isEqualTo(1);
                }
            } finally {
                for (Socket socket : idle) {
                    socket.close();
                }
            }
            awaitSocketsAndPipes(proxy, fds);
            assertThat(proxy.errors()).isEmpty();
        }
    }

    private static Socket accept(ServerSocket server) throws IOException {
        server.setSoTimeout(PATIENCE_MILLIS);
        Socket socket = server.accept();
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static void awaitSocketsAndPipes(Program program, long expected) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
        while (socketsAndPipes(program) != expected) {
            assertThat(System.nanoTime()).as("time until %d of %d fds are left", expected, socketsAndPipes(program))
                    .isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private static long socketsAndPipes(Program program) throws IOException {
        try (Stream<Path> fds = Files.list(Path.of("/proc", String.valueOf(program.pid()), "fd"))) {
            return fds.map(ServersTest::target)
                    .filter(target -> target.startsWith("socket:") || target.startsWith("pipe:")).count();
        }
    }

    private static String target(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (IOException closed) {
            return "";
        }
    }

    /// With which io_uring waits for what cannot be polled.
    private static long kernelThreads(Program program) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc", String.valueOf(program.pid()), "task"))) {
            return threads.filter(ServersTest::isKernelThread).count();
        }
    }

    private static boolean isKernelThread(Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).startsWith("iou-wrk");
        } catch (IOException ended) {
            return false;
        }
    }

    // ---- chat

    @ParameterizedTest
    @MethodSource("inBothLanguages")
    void chatTellsAllOthersAndWaitsForNobody(String language, Backend backend) throws Exception {
        List<String> heap = List.of("-Xmx16m"); // not enough to keep all that mute does not read
        try (Program chat = Program.startWith(heap, directory, backend, "chat" + language, 0);
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
