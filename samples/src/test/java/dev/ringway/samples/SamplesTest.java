package dev.ringway.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.Backend;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every sample, in both languages, on every backend that works here.
class SamplesTest {
    /// Of one and more chunks of every sample, and what lies beside their borders.
    private static final int[] SIZES = {0, 1, (1 << 16) - 1, 1 << 16, (1 << 18) + 1, 3_000_003};

    @TempDir
    Path directory;

    static Stream<Arguments> inBothLanguages() throws IOException {
        return Rows.backends().stream().flatMap(backend -> Stream.of("", "-kotlin")
                .map(language -> Arguments.of(language, backend)));
    }

    static List<Backend> backends() throws IOException {
        return Rows.backends();
    }

    // ---- cat

    @ParameterizedTest
    @MethodSource("inBothLanguages")
    void catPrintsFilesOneAfterTheOther(String language, Backend backend) throws Exception {
        List<Object> arguments = new ArrayList<>(List.of("cat" + language));
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (int size : SIZES) {
            Path file = file("in" + size, size);
            arguments.add(file);
            expected.write(Files.readAllBytes(file));
        }
        Program cat = Program.run(directory, backend, arguments.toArray()).succeeded();
        assertThat(cat.output()).isEqualTo(expected.toByteArray());
    }

    @ParameterizedTest
    @MethodSource("inBothLanguages")
    void catSaysWhichFileIsMissing(String language, Backend backend) throws Exception {
        Path missing = directory.resolve("missing");
        Program.run(directory, backend, "cat" + language, missing).failed("cat", missing.toString(), "ENOENT");
    }

    @ParameterizedTest
    @MethodSource("inBothLanguages")
    void catCopiesItsInput(String language, Backend backend) throws Exception {
        Path first = file("first", 1000);
        byte[] input = Files.readAllBytes(file("input", 300_000));
        try (Program cat = Program.start(directory, backend, "cat" + language, first, "-")) {
            cat.type(input);
            cat.awaitEnd();
            byte[] output = cat.succeeded().output();
            assertThat(Arrays.copyOf(output, 1000)).isEqualTo(Files.readAllBytes(first));
            assertThat(Arrays.copyOfRange(output, 1000, output.length)).isEqualTo(input);
        }
        try (Program cat = Program.start(directory, backend, "cat" + language)) {
            cat.type(input);
            cat.awaitEnd();
            assertThat(cat.succeeded().output()).isEqualTo(input);
        }
    }

    /// What is typed at a terminal, and printed to one, which neither adds nor takes a byte here.
    @ParameterizedTest
    @MethodSource("inBothLanguages")
    void catReadsAndWritesATerminal(String language, Backend backend) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int line = 0; line < 200; line++) {
            lines.append(line).append(' ').append("äöü".repeat(line % 40)).append('\n');
        }
        byte[] input = lines.toString().getBytes(UTF_8);
        try (Program cat = Program.startOnTerminal(directory, backend, "cat" + language, "-")) {
            assertThat(cat.firstLine()).isEqualTo("ready");
            cat.typeAtTerminal(input);
            cat.awaitEnd();
            byte[] output = cat.succeeded().output();
            assertThat(Arrays.copyOfRange(output, "ready\n".length(), output.length)).isEqualTo(input);
        }
        Path file = file("file", 0);
        Files.write(file, input);
        try (Program cat = Program.startOnTerminal(directory, backend, "cat" + language, file)) {
            cat.awaitEnd();
            byte[] output = cat.succeeded().output();
            assertThat(Arrays.copyOfRange(output, "ready\n".length(), output.length)).isEqualTo(input);
        }
    }

    // ---- watch

    @ParameterizedTest
    @MethodSource("inBothLanguages")
    void watchFollowsATreeThatIsCreatedWhileItRuns(String language, Backend backend) throws Exception {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        try (Program watch = Program.start(directory, backend, "watch" + language, "-r", tree)) {
            assertThat(watch.firstLine()).isEqualTo("watching [" + tree + "]");
            Path deep = tree;
            List<String> expected = new ArrayList<>();
            for (int depth = 0; depth < 10; depth++) {
                deep = Files.createDirectory(deep.resolve("d" + depth));
                expected.add(deep + ": created, directory");
                expected.add(Files.writeString(deep.resolve("file"), "x") + ": created");
            }
            watch.awaitLines(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("inBothLanguages")
    void watchSaysWhichPathIsMissing(String language, Backend backend) throws Exception {
        Path missing = directory.resolve("missing");
        Program.run(directory, backend, "watch" + language, missing).failed("watch", missing.toString(), "ENOENT");
        Program.run(directory, backend, "watch" + language).failed("usage: watch");
    }

    // ---- cp

    @ParameterizedTest
    @MethodSource("inBothLanguages")
    void cpCopiesEveryByte(String language, Backend backend) throws Exception {
        Path target = Files.write(directory.resolve("target"), new byte[5_000_000]); // longer: must be cut
        for (int size : SIZES) {
            Path source = file("in" + size, size);
            Program.run(directory, backend, "cp" + language, source, target).succeeded();
            assertThat(target).hasSameBinaryContentAs(source);
        }
    }

    /// 16 MiB and a byte, or as many bytes as `-Dcp.bytes` says: with 1073741824 it is the copy of a GiB.
    @ParameterizedTest
    @MethodSource("inBothLanguages")
    void cpCopiesALargeFile(String language, Backend backend) throws Exception {
        long bytes = Long.getLong("cp.bytes", (16 << 20) + 1);
        Path source = directory.resolve("source");
        Random random = new Random(bytes);
        byte[] chunk = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(source)) {
            for (long left = bytes; left > 0; left -= chunk.length) {
                random.nextBytes(chunk);
                out.write(chunk, 0, (int) Math.min(left, chunk.length));
            }
        }
        Path target = directory.resolve("target");
        long begun = System.nanoTime();
        Program.run(directory, backend, "cp" + language, source, target).succeeded();
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        assertThat(Files.size(target)).isEqualTo(bytes);
        assertThat(checksum(target)).isEqualTo(checksum(source));
        System.out.println("cp" + language + " on " + backend + ": " + bytes + " bytes in " + millis
                + " ms with the start of the JVM, SHA-256 " + checksum(target));
        Files.delete(source);
        Files.delete(target);
    }

    private static String checksum(Path file) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @ParameterizedTest
    @MethodSource("inBothLanguages")
    void cpIntoADirectoryKeepsNameAndPermissions(String language, Backend backend) throws Exception {
        Path source = file("source", 1000);
        Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("r-x------"));
        Path into = Files.createDirectory(directory.resolve("into"));
        Program.run(directory, backend, "cp" + language, source, into).succeeded();
        assertThat(into.resolve("source")).hasSameBinaryContentAs(source);
        assertThat(Files.getPosixFilePermissions(into.resolve("source")))
                .isEqualTo(PosixFilePermissions.fromString("r-x------"));
    }

    @ParameterizedTest
    @MethodSource("inBothLanguages")
    void cpOntoItselfChangesNothing(String language, Backend backend) throws Exception {
        Path source = file("source", 1000);
        byte[] before = Files.readAllBytes(source);
        Program.run(directory, backend, "cp" + language, source, source).failed("cp", "the same file");
        Program.run(directory, backend, "cp" + language, directory, source).failed("cp", "is a directory");
        assertThat(source).hasBinaryContent(before);
    }

    // ---- echo-server

    @ParameterizedTest
    @MethodSource("inBothLanguages")
    void echoServerSendsEverythingBack(String language, Backend backend) throws Exception {
        try (Program server = Program.start(directory, backend, "echo-server" + language, 0);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            int port = port(server);
            List<Callable<Void>> conversations = new ArrayList<>();
            for (int client = 0; client < 8; client++) {
                byte[] message = bytes(client, 500_000 + client);
                conversations.add(() -> {
                    assertThat(conversation(port, message)).isEqualTo(message);
                    return null;
                });
            }
            for (Future<Void> conversation : clients.invokeAll(conversations, 60, TimeUnit.SECONDS)) {
                conversation.get();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("inBothLanguages")
    void echoServerOutlivesClientsThatReset(String language, Backend backend) throws Exception {
        try (Program server = Program.start(directory, backend, "echo-server" + language, 0)) {
            int port = port(server);
            byte[] message = bytes(2, 1000);
            for (int round = 0; round < 20; round++) {
                try (Socket rude = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    rude.setSoLinger(true, 0);
                    rude.getOutputStream().write(bytes(1, 100_000));
                }
                assertThat(conversation(port, message)).isEqualTo(message);
            }
            assertThat(server.errors()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("inBothLanguages")
    void echoServerSaysThatItsPortIsTaken(String language, Backend backend) throws Exception {
        try (ServerSocket other = new ServerSocket(0)) {
            Program.run(directory, backend, "echo-server" + language, other.getLocalPort())
                    .failed("echo-server", String.valueOf(other.getLocalPort()), "EADDRINUSE");
        }
    }

    private static int port(Program server) throws Exception {
        String line = server.firstLine();
        assertThat(line).startsWith("echo on ");
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }

    /// Sends a message, then the end, and meanwhile reads until the end.
    private static byte[] conversation(int port, byte[] message) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    OutputStream out = socket.getOutputStream();
                    out.write(message);
                    socket.shutdownOutput();
                } catch (IOException seenByTheReader) {
                    // what comes back is too short then
                }
            });
            byte[] back = socket.getInputStream().readAllBytes();
            sender.join();
            return back;
        }
    }

    // ---- demo

    @ParameterizedTest
    @MethodSource("backends")
    void demoMeasuresAndEnds(Backend backend) throws Exception {
        Program demo = Program.run(directory, backend, "demo", 1).succeeded();
        String report = new String(demo.output(), UTF_8);
        assertThat(report).contains("\r").containsPattern("backend +" + backend + " \\(asked for");
        assertThat(number(report, "requests +([\\d,]+) per second")).isPositive();
        double median = number(report, "latency +p50 ([\\d,]+) ");
        assertThat(median).isPositive().isLessThanOrEqualTo(number(report, "p99 ([\\d,]+) "));
        assertThat(number(report, "system calls +([\\d.]+) per request")).isPositive();
        assertThat(number(report, "allocation +([\\d.]+) bytes per request")).isNotNegative();
    }

    private static double number(String report, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(report);
        assertThat(found.find()).as("%s in %s", pattern, report).isTrue();
        return Double.parseDouble(found.group(1).replace(",", ""));
    }

    // ---- the runner

    @Test
    void theRunnerNamesItsSamples() throws Exception {
        Program.run(directory, Backend.EPOLL).failed("usage", "demo", "echo-server-kotlin");
        Program.run(directory, Backend.EPOLL, "dog").failed("usage", "demo", "echo-server-kotlin");
    }

    private Path file(String name, int size) throws IOException {
        return Files.write(directory.resolve(name), bytes(size, size));
    }

    private static byte[] bytes(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
