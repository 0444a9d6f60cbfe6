package dev.ringway.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.Backend;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The samples with clients that everybody knows.
@Timeout(120)
class ClientsTest {
    @TempDir
    static Path shared;

    private static Postgres postgres;

    @TempDir
    Path directory;

    // ---- redis

    @TestFactory
    Stream<DynamicTest> redisBenchmark() throws IOException {
        return toRedis(Client.REDIS_BENCHMARK, redis -> {
            String report = Client.REDIS_BENCHMARK.run("-p", port(redis), "-t",
                    "ping,set,get,incr,lpush,lrange_100,mset", "-c", 50, "-P", 16, "-n", 10_000, "-q");
            assertThat(report).doesNotContainIgnoringCase("error").doesNotContain("WARN");
            assertThat(report).contains("PING_INLINE: ", "PING_MBULK: ", "SET: ", "GET: ", "INCR: ", "LPUSH: ",
                    "LRANGE_100 (first 100 elements): ", "MSET (10 keys): ");
        });
    }

    @TestFactory
    Stream<DynamicTest> redisCli() throws IOException {
        return toRedis(Client.REDIS_CLI, redis -> {
            String answers = Client.REDIS_CLI.runWith("""
                    PING
                    ECHO "two words"
                    SET key value
                    GET key
                    GET none
                    INCR count
                    INCR count
                    INCR key
                    LPUSH list a b c
                    LRANGE list 0 -1
                    LRANGE list 1 1
                    LPUSH key x
                    MSET one 1 two 2
                    DEL one two three
                    EXPIRE key 1
                    GET key
                    EXPIRE none 1
                    FLY
                    GET
                    """, "-p", port(redis));
            assertThat(answers.lines().filter(line -> !line.isEmpty())).containsExactly("PONG", "two words", "OK",
                    "value", "1", "2", "ERR value is not an integer or out of range", "3", "c", "b", "a", "b",
                    "WRONGTYPE Operation against a key holding the wrong kind of value", "OK", "2", "1", "value",
                    "0", "ERR unknown command", "ERR wrong number of arguments");
            Thread.sleep(1100);
            assertThat(Client.REDIS_CLI.run("-p", port(redis), "GET", "key").strip()).isEmpty();
            Files.writeString(directory.resolve("big"), "x".repeat(200_000));
            Client.REDIS_CLI.runWith("x".repeat(200_000), "-p", port(redis), "-x", "SET", "big");
            assertThat(Client.REDIS_CLI.run("-p", port(redis), "GET", "big").strip()).hasSize(200_000);
        });
    }

    private Stream<DynamicTest> toRedis(Client client, Talk talk) throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (String sample : List.of("redis", "redis-kotlin")) {
            client.tests(client.name().toLowerCase() + " to " + sample, backend -> {
                try (Program redis = Program.start(directory, backend, sample, 0)) {
                    talk.to(redis);
                    assertThat(redis.errors()).isEmpty();
                }
            }).forEach(tests::add);
        }
        return tests.stream();
    }

    /// What a test does with a server.
    @FunctionalInterface
    private interface Talk {
        void to(Program server) throws Exception;
    }

    // ---- http-server

    @TestFactory
    Stream<DynamicTest> wrk() throws IOException {
        return inBothLanguages(Client.WRK, (server, backend) -> {
            String report = " 0 requests in ";
            // Once, unless the machine has so much else to do that it does not get beyond the handshakes
            for (int seconds = 1; report.contains(" 0 requests in ") && seconds <= 16; seconds *= 2) {
                report = Client.WRK.run("-c", server.isSecure() ? 32 : 256, "-t", 2, "-d", seconds + "s", "--timeout",
                        "10s", server.url("small"));
                assertThat(report).doesNotContain("Socket errors").doesNotContain("Non-2xx");
            }
            assertThat(report).doesNotContain(" 0 requests in ").containsPattern("\\d requests in ");
        });
    }

    @TestFactory
    Stream<DynamicTest> curl() throws IOException {
        return inBothLanguages(Client.CURL, (server, backend) -> {
            Path fetched = directory.resolve("fetched");
            for (String name : new String[] {"small", "large", "sub/"}) {
                server.curl("-sSf", "-o", fetched, server.url(name));
                assertThat(fetched).hasSameBinaryContentAs(server.file(name));
            }
            assertThat(server.curl("-sSI", server.url("large"))).startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("\r\nContent-Length: 5000003\r\n");
            assertThat(server.curl("-sSv", server.url("small"), server.url("none"), server.url("small")))
                    .contains("404 Not Found\n").containsPattern("(?s)Re-using.*Re-using");
            for (String path : new String[] {"../secret", "%2e%2e/secret", "sub/../../secret", "/etc/passwd", "sub"}) {
                assertThat(server.status("--path-as-is", server.url(path))).as(path).isEqualTo("404");
            }
            assertThat(server.status("-d", "body", server.url("small"))).isEqualTo("413");
            assertThat(server.status("-X", "DELETE", server.url("small"))).isEqualTo("405");
            assertThat(server.status("-H", "Long: " + "x".repeat(9000), server.url("small"))).isEqualTo("431");
            assertThat(server.status("-H", "Host:", server.url("small"))).isEqualTo("400");
            assertThat(server.status("--http1.0", server.url("small"))).isEqualTo("200");
            if (server.isSecure()) {
                curlOverTls(server);
            }
        });
    }

    private void curlOverTls(Site server) throws Exception {
        for (String version : new String[] {"1.2", "1.3"}) {
            Path fetched = directory.resolve("fetched-" + version);
            assertThat(server.curl("-sSfv", "--tlsv" + version, "--tls-max", version, "-o", fetched,
                            server.url("large")))
                    .contains("SSL connection using TLSv" + version).contains("ALPN: server accepted http/1.1");
            assertThat(fetched).hasSameBinaryContentAs(server.file("large"));
        }
        int unknownCertificate = 60;
        assertThat(Client.CURL.fail("-sS", "--cacert", Keys.others().certificate(), server.url("small")))
                .isEqualTo(unknownCertificate);
    }

    /// A page with a style, an image and a script, which waits for these and for a file, and writes down what it has.
    @TestFactory
    Stream<DynamicTest> chromium() throws IOException {
        return inBothLanguages(Client.CHROMIUM, (server, backend) -> {
            Files.writeString(server.file("/"), """
                    <!DOCTYPE html>
                    <title>A page</title>
                    <link rel="stylesheet" href="style.css">
                    <script src="script.js" defer></script>
                    <img src="image.png">
                    <p>nothing so far</p>
                    """);
            Files.writeString(server.file("style.css"), "p { color: rgb(1, 2, 3); }");
            Files.writeString(server.file("script.js"), """
                    addEventListener("load", async () => {
                        const p = document.querySelector("p");
                        const file = await (await fetch("large")).arrayBuffer();
                        const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", file));
                        const hex = Array.from(digest, byte => byte.toString(16).padStart(2, "0")).join("");
                        const width = document.querySelector("img").naturalWidth;
                        p.textContent = [getComputedStyle(p).color, width, hex].join(" and ");
                    });
                    """);
            BufferedImage image = new BufferedImage(7, 5, BufferedImage.TYPE_INT_RGB);
            ImageIO.write(image, "png", server.file("image.png").toFile());
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(server.file("large")));
            String page = Client.CHROMIUM.run("--headless", "--no-sandbox", "--ignore-certificate-errors",
                    "--user-data-dir=" + directory.resolve("chromium"), "--virtual-time-budget=10000", "--dump-dom",
                    server.url(""));
            assertThat(page).contains("<p>rgb(1, 2, 3) and 7 and " + HexFormat.of().formatHex(digest) + "</p>");
        });
    }

    /// What a test does with a server.
    @FunctionalInterface
    private interface Visit {
        void to(Site server, Backend backend) throws Exception;
    }

    /// Over http and over https.
    private Stream<DynamicTest> inBothLanguages(Client client, Visit visit) throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (String sample : new String[] {"http-server", "http-server-kotlin"}) {
            for (String scheme : new String[] {"http", "https"}) {
                String name = client.name().toLowerCase() + " to " + sample + " over " + scheme;
                client.tests(name, backend -> {
                    Keys keys = Keys.shared();
                    Path files = Site.files(directory);
                    List<Object> arguments = new ArrayList<>(List.of(sample, files, 0));
                    if (scheme.equals("https")) {
                        arguments.addAll(List.of(keys.store(), Keys.PASSWORD));
                    }
                    try (Program server = Program.start(directory, backend, arguments.toArray())) {
                        visit.to(new Site(files, scheme, port(server), keys), backend);
                        assertThat(server.errors()).isEmpty();
                    }
                }).forEach(tests::add);
            }
        }
        return tests.stream();
    }

    /// A directory, and where it is served.
    private record Site(Path files, String scheme, int port, Keys keys) {
        static Path files(Path directory) throws IOException {
            Path files = Files.createDirectories(directory.resolve("files/sub")).getParent();
            Files.writeString(directory.resolve("secret"), "secret");
            Files.writeString(files.resolve("small"), "a small file\n");
            Files.writeString(files.resolve("sub/index.html"), "<html></html>");
            byte[] bytes = new byte[5_000_003];
            new Random(1).nextBytes(bytes);
            Files.write(files.resolve("large"), bytes);
            return files;
        }

        boolean isSecure() {
            return scheme.equals("https");
        }

        String url(String path) {
            return scheme + "://localhost:" + port + "/" + path;
        }

        Path file(String path) {
            return files.resolve((path.endsWith("/") ? path + "index.html" : path).replaceFirst("^/", ""));
        }

        String curl(Object... arguments) throws Exception {
            return Client.CURL.run(Stream.concat(Stream.of("--cacert", keys.certificate()), Stream.of(arguments))
                    .toArray());
        }

        String status(Object... arguments) throws Exception {
            return curl(Stream.concat(Stream.of("-sS", "-o", "/dev/null", "-w", "%{http_code}"), Stream.of(arguments))
                    .toArray());
        }
    }

    // ---- tcp-proxy

    @TestFactory
    Stream<DynamicTest> iperf3() throws IOException {
        return throughProxies(Client.IPERF3, (sample, backend) -> {
            int server = unusedPort();
            try (Program proxy = Program.start(directory, backend, sample, 0, "127.0.0.1", server)) {
                int port = port(proxy);
                for (String direction : new String[] {"--parallel=4", "--reverse"}) {
                    Process iperf = Client.IPERF3.start(directory.resolve("server"), "-s", "-1", "-p", server);
                    try {
                        awaitListener(server);
                        String report = Client.IPERF3.run("-c", "127.0.0.1", "-p", port, "-n", "64M", direction);
                        assertThat(report).contains("receiver").doesNotContain("error");
                    } finally {
                        iperf.destroyForcibly().waitFor();
                    }
                }
                assertThat(proxy.errors()).isEmpty();
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> pgbench() throws IOException {
        return throughProxies(Client.PGBENCH, (sample, backend) -> {
            Postgres server = postgres();
            try (Program proxy = Program.start(directory, backend, sample, 0, "127.0.0.1", server.port())) {
                int port = port(proxy);
                String report = Client.PGBENCH.run(server.reach(port, "-c", 16, "-j", 2, "-T", 2));
                assertThat(report).containsPattern("transactions actually processed: [1-9]")
                        .contains("number of failed transactions: 0 ").doesNotContainIgnoringCase("error");
                Object[] query = {"-c", "COPY (SELECT * FROM pgbench_accounts ORDER BY aid) TO STDOUT"}; // 10 MB
                assertThat(Client.PSQL.run(server.reach(port, query)).equals(
                        Client.PSQL.run(server.reach(server.port(), query)))).as("the same rows").isTrue();
                assertThat(proxy.errors()).isEmpty();
            }
        });
    }

    /// Starts it for the first test that needs it.
    private static synchronized Postgres postgres() throws Exception {
        if (postgres == null) {
            postgres = Postgres.start(shared, unusedPort());
            Client.PGBENCH.run(postgres.reach(postgres.port(), "--initialize", "--scale=1", "--quiet"));
        }
        return postgres;
    }

    @AfterAll
    static void endPostgres() throws Exception {
        if (postgres != null) {
            postgres.stop();
        }
    }

    /// What a test does with a proxy.
    @FunctionalInterface
    private interface Passage {
        void by(String sample, Backend backend) throws Exception;
    }

    private static Stream<DynamicTest> throughProxies(Client client, Passage passage) throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (String sample : new String[] {"tcp-proxy", "tcp-proxy-kotlin"}) {
            client.tests(client.name().toLowerCase() + " through " + sample, backend -> passage.by(sample, backend))
                    .forEach(tests::add);
        }
        return tests.stream();
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }

    /// Looks without connecting, which would be taken for the one client.
    private static void awaitListener(int port) throws Exception {
        String listening = ":%04X 0".formatted(port);
        while (Stream.of("tcp", "tcp6").noneMatch(table -> table(table).contains(listening))) {
            Thread.sleep(20);
        }
    }

    private static String table(String name) {
        try {
            return Files.readString(Path.of("/proc/net", name), UTF_8);
        } catch (IOException none) {
            return "";
        }
    }

    static int port(Program server) throws Exception {
        String line = server.firstLine();
        assertThat(line).contains(" on ");
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }
}
