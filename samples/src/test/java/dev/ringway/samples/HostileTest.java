package dev.ringway.samples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.Backend;
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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The HTTP servers while others mean them harm: who begins requests and does not end them, who does not read, who
/// resets connections at any moment. A good client is served as if they were not there, and they cost little.
@Timeout(60)
class HostileTest {
    private static final int SLOWLORISES = 1000;
    private static final int SLOW_READERS = 50;
    private static final long BYTES_PER_CONNECTION = 64 << 10;
    private static final long P99_MILLIS = 100;
    private static final int NEW_CLIENT_MILLIS = 2000;
    private static final long TIME_MILLIS = 2500;
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
        Files.writeString(directory.resolve("small"), "small");
        Files.write(directory.resolve("large"), new byte[10_000_000]);
        List<String> options = List.of("-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC");
        try (Program server = Program.startWith(options, directory, backend, sample, directory, 0)) {
            InetSocketAddress address =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), ClientsTest.port(server));
            latencies(address, TIME_MILLIS / 5); // and by now it has loaded its classes
            long before = memory(server);
            List<SocketChannel> hostile = new ArrayList<>();
            Thread resetter = Thread.ofPlatform().start(() -> reset(address));
            try {
                for (int i = 0; i < SLOWLORISES; i++) {
                    hostile.add(send(address, "GET /small HTTP/1.1\r\nHost: test\r\nSlow: "));
                }
                for (int i = 0; i < SLOW_READERS; i++) {
                    hostile.add(send(address, "GET /large HTTP/1.1\r\nHost: test\r\n\r\n".repeat(100)));
                }
                long[] latencies = latencies(address, TIME_MILLIS);
                assertThat(latencies[latencies.length * 99 / 100]).as("p99 in ms of " + latencies.length)
                        .isLessThan(P99_MILLIS);
                for (SocketChannel slow : hostile.subList(0, SLOWLORISES)) {
                    slow.write(ByteBuffer.wrap(new byte[] {'x'})); // none was turned away so far
                }
                latencies(address, 0);
                long each = (memory(server) - before) / hostile.size();
                System.out.printf("%s on %s: p99 %d ms of %d requests, %d bytes a connection%n", sample, backend,
                        latencies[latencies.length * 99 / 100], latencies.length, each);
                assertThat(each).as("bytes a connection").isLessThan(BYTES_PER_CONNECTION);
            } finally {
                resetter.interrupt();
                resetter.join();
                for (SocketChannel socket : hostile) {
                    socket.close();
                }
            }
            assertThat(server.errors()).isEmpty();
        }
    }

    private static SocketChannel send(InetSocketAddress address, String text) throws IOException {
        SocketChannel socket = SocketChannel.open(address);
        socket.write(ByteBuffer.wrap(text.getBytes(ISO_8859_1)));
        return socket;
    }

    /// Until it is interrupted: says some of a request, perhaps reads some of an answer, and resets.
    private static void reset(InetSocketAddress address) {
        Random random = new Random(1);
        byte[] request = "GET /large HTTP/1.1\r\nHost: test\r\n\r\n".getBytes(ISO_8859_1);
        while (!Thread.currentThread().isInterrupted()) {
            try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
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
    private static long[] latencies(InetSocketAddress address, long millis) throws IOException {
        List<Long> latencies = new ArrayList<>();
        long end = System.nanoTime() + millis * 1_000_000;
        do {
            try (Socket socket = new Socket()) {
                socket.setSoTimeout(NEW_CLIENT_MILLIS);
                socket.connect(address, NEW_CLIENT_MILLIS);
                for (int i = 0; i < 100; i++) {
                    long start = System.nanoTime();
                    socket.getOutputStream().write(GOOD.getBytes(ISO_8859_1));
                    answer(socket.getInputStream());
                    latencies.add((System.nanoTime() - start) / 1_000_000);
                }
            }
        } while (System.nanoTime() < end);
        return latencies.stream().mapToLong(Long::longValue).sorted().toArray();
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
