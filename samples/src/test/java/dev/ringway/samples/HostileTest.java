package dev.ringway.samples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.Backend;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The HTTP servers while others mean them harm: who begins requests or handshakes and does not end them, who does not
/// read, who resets connections at any moment. A good client is served as if they were not there, and they cost little.
@Timeout(60)
class HostileTest {
    private static final int SLOWLORISES = 1000;
    private static final int SLOW_READERS = 50;
    private static final int IDLE = 400;
    private static final long BYTES_PER_CONNECTION = 64 << 10;
    private static final long P99_MILLIS = 100;
    private static final int NEW_CLIENT_MILLIS = 2000;
    private static final long TIME_MILLIS = 2000;
    private static final String LARGE = "GET /large HTTP/1.1\r\nHost: test\r\n\r\n";
    private static final byte[] HALF_A_HELLO = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};
    private static final String GOOD = "GET /small HTTP/1.1\r\nHost: test\r\n\r\n";

    @TempDir
    Path directory;

    static Stream<Arguments> servers() throws IOException {
        return Rows.backends().stream().flatMap(backend -> Stream.of("http-server", "http-server-kotlin")
                .map(sample -> Arguments.of(sample, backend)));
    }

    @ParameterizedTest
    @MethodSource("servers")
    void goodClientsDoNotNotice(String sample, Backend backend) throws Exception {
        try (Program server = start(backend, sample, directory, 0)) {
            Site site = new Site(ClientsTest.port(server), null);
            latencies(site, TIME_MILLIS / 5); // and by now it has loaded its classes
            long before = memory(server);
            List<SocketChannel> hostile = new ArrayList<>();
            Thread resetter = Thread.ofPlatform().start(() -> reset(site));
            try {
                for (int i = 0; i < SLOWLORISES; i++) {
                    hostile.add(send(site, "GET /small HTTP/1.1\r\nHost: test\r\nSlow: "));
                }
                for (int i = 0; i < SLOW_READERS; i++) {
                    hostile.add(send(site, LARGE.repeat(100)));
                }
                curl(site);
                long[] latencies = latencies(site, TIME_MILLIS);
                assertThat(latencies[latencies.length * 99 / 100]).as("p99 in ms of " + latencies.length)
                        .isLessThan(P99_MILLIS);
                for (SocketChannel slow : hostile.subList(0, SLOWLORISES)) {
                    slow.write(ByteBuffer.wrap(new byte[] {'x'})); // none was turned away so far
                }
                latencies(site, 0);
                long each = (memory(server) - before) / hostile.size();
                System.out.printf("%s on %s: p99 %d ms of %d requests, %d bytes a connection%n", sample, backend,
                        latencies[latencies.length * 99 / 100], latencies.length, each);
                assertThat(each).as("bytes a connection").isLessThan(BYTES_PER_CONNECTION);
            } finally {
                resetter.interrupt();
                resetter.join();
                close(hostile);
            }
            assertThat(server.errors()).isEmpty();
        }
    }

    /// The same over https, with those who are idle after an answer and those who never finish a handshake.
    @ParameterizedTest
    @MethodSource("servers")
    void goodClientsOverHttpsDoNotNotice(String sample, Backend backend) throws Exception {
        Keys keys = Keys.shared();
        try (Program server = start(backend, sample, directory, 0, keys.store(), Keys.PASSWORD)) {
            Site site = new Site(ClientsTest.port(server), keys.context());
            latencies(site, TIME_MILLIS / 5);
            long before = memory(server);
            List<Closeable> hostile = new ArrayList<>();
            Thread resetter = Thread.ofPlatform().start(() -> reset(site));
            try {
                for (int i = 0; i < IDLE; i++) {
                    Socket idle = site.connect();
                    hostile.add(idle);
                    ask(idle);
                }
                long whileIdle = memory(server);
                long eachIdle = (whileIdle - before) / IDLE;
                for (int i = 0; i < SLOWLORISES; i++) {
                    SocketChannel stalled = SocketChannel.open(site.address());
                    hostile.add(stalled);
                    stalled.write(ByteBuffer.wrap(HALF_A_HELLO));
                }
                curl(site);
                long eachStalled = (memory(server) - whileIdle) / SLOWLORISES;
                long[] latencies = latencies(site, TIME_MILLIS);
                System.out.printf("%s on %s, https: p99 %d ms of %d requests, %d bytes an idle connection, "
                        + "%d bytes one without an end of its handshake%n", sample, backend,
                        latencies[latencies.length * 99 / 100], latencies.length, eachIdle, eachStalled);
                assertThat(latencies[latencies.length * 99 / 100]).as("p99 in ms of " + latencies.length)
                        .isLessThan(P99_MILLIS);
                assertThat(eachIdle).as("bytes a connection").isLessThan(BYTES_PER_CONNECTION);
                assertThat(eachStalled).as("bytes a connection").isLessThan(BYTES_PER_CONNECTION);
            } finally {
                resetter.interrupt();
                resetter.join();
                close(hostile);
            }
            assertThat(server.errors()).isEmpty();
        }
    }

    private Program start(Backend backend, Object... arguments) throws IOException {
        Files.writeString(directory.resolve("small"), "small");
        Files.write(directory.resolve("large"), new byte[10_000_000]);
        // What the second compiler needs, while it is at it, would make the figures jump
        List<String> options = List.of("-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1");
        return Program.startWith(options, directory, backend, arguments);
    }

    private static void close(List<? extends Closeable> all) throws IOException {
        for (Closeable one : all) {
            one.close();
        }
    }

    /// Where a server is.
    ///
    /// @param trust of who speaks https with it, else null
    private record Site(int port, SSLContext trust) {
        InetSocketAddress address() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        }

        Socket connect() throws IOException {
            Socket socket = new Socket();
            socket.setSoTimeout(NEW_CLIENT_MILLIS);
            socket.connect(address(), NEW_CLIENT_MILLIS);
            socket.setTcpNoDelay(true); // or a request waits until the end of the handshake is acknowledged
            return trust == null ? socket : trust.getSocketFactory().createSocket(socket, "localhost", port, true);
        }
    }

    /// What everybody would do to see whether it is alive.
    private static void curl(Site site) throws Exception {
        if (Client.CURL.canRun("curl among hostile clients")) {
            String scheme = site.trust == null ? "http" : "https";
            assertThat(Client.CURL.run("-sSfk", "-m", 2, scheme + "://localhost:" + site.port + "/small"))
                    .isEqualTo("small");
        }
    }

    private static SocketChannel send(Site site, String text) throws IOException {
        SocketChannel socket = SocketChannel.open(site.address());
        socket.write(ByteBuffer.wrap(text.getBytes(ISO_8859_1)));
        return socket;
    }

    /// Until it is interrupted: says some of a request, perhaps reads some of an answer, and resets.
    private static void reset(Site site) {
        Random random = new Random(1);
        byte[] request = LARGE.getBytes(ISO_8859_1);
        while (!Thread.currentThread().isInterrupted()) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), site.port)) {
                socket.setSoLinger(true, 0);
                int length = random.nextInt(request.length + 10);
                socket.getOutputStream().write(request, 0, Math.min(length, request.length));
                if (length >= request.length && random.nextBoolean()) {
                    socket.getInputStream().readNBytes(random.nextInt(100_000));
                }
                Thread.sleep(random.nextInt(3));
            } catch (InterruptedException end) {
                return;
            } catch (IOException refused) {
                throw new AssertionError("a connection was refused", refused);
            }
        }
    }

    /// One request after the other for so long, and each time the first on a new connection, which like all others has
    /// its answer within two seconds.
    private static long[] latencies(Site site, long millis) throws Exception {
        List<Long> latencies = new ArrayList<>();
        long end = System.nanoTime() + millis * 1_000_000;
        do {
            try (Socket socket = site.connect()) {
                for (int i = 0; i < 100; i++) {
                    long start = System.nanoTime();
                    ask(socket);
                    latencies.add((System.nanoTime() - start) / 1_000_000);
                }
            }
        } while (System.nanoTime() < end);
        return latencies.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    private static void ask(Socket socket) throws IOException {
        socket.getOutputStream().write(GOOD.getBytes(ISO_8859_1));
        answer(socket.getInputStream());
    }

    private static void answer(InputStream in) throws IOException {
        byte[] bytes = new byte[1000];
        int length = 0;
        String answer = "";
        while (!answer.endsWith("\r\n\r\nsmall")) {
            int count = in.read(bytes, length, bytes.length - length);
            assertThat(count).as("the answer so far is %s", answer).isPositive();
            length += count;
            answer = new String(bytes, 0, length, ISO_8859_1);
        }
        assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n");
    }

    /// What the heap holds after a collection, and what of the process is in memory. The heap's own part of the latter
    /// is all there from the start.
    private long memory(Program server) throws Exception {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Path output = Files.createTempFile(directory, "histogram", "");
        Process process = new ProcessBuilder(jcmd.toString(), String.valueOf(server.pid()), "GC.class_histogram")
                .redirectErrorStream(true).redirectOutput(output.toFile()).start();
        assertThat(process.waitFor()).as(Files.readString(output)).isZero();
        long heap = Files.readAllLines(output).stream().filter(line -> line.startsWith("Total"))
                .mapToLong(line -> Long.parseLong(line.split(" +")[2])).sum();
        long resident = Files.readAllLines(Path.of("/proc", String.valueOf(server.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> 1024 * Long.parseLong(line.split("[ \t]+")[1])).sum();
        assertThat(heap).isPositive();
        assertThat(resident).isGreaterThan(heap);
        return heap + resident;
    }
}
