package dev.ringway.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.Backend;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// A program of the machine that everybody knows, as the client of a sample.
///
/// Where it is missing its tests do not pass in silence: their names say "not run", with the package to install, and
/// `-Drequired.tools=wrk,curl` makes it a failure.
enum Client {
    CHROMIUM("chromium", "chromium"),
    CURL("curl", "curl"),
    IPERF3("iperf3", "iperf3"),
    PGBENCH("pgbench", "postgresql", "initdb", "pg_ctl"),
    PSQL("psql", "postgresql"),
    REDIS_BENCHMARK("redis-benchmark", "redis-tools"),
    REDIS_CLI("redis-cli", "redis-tools"),
    WRK("wrk", "wrk");

    private static final List<String> REQUIRED =
            Arrays.asList(System.getProperty("required.tools", "").split(",", -1));
    private static final long LIMIT_SECONDS = 60;

    private final String tool;
    private final String debianPackage;
    private final List<String> beside;

    /// @param beside other programs that have to be in the same folder
    Client(String tool, String debianPackage, String... beside) {
        this.tool = tool;
        this.debianPackage = debianPackage;
        this.beside = List.of(beside);
    }

    /// What a test does with the sample on one backend.
    @FunctionalInterface
    interface Body {
        void run(Backend backend) throws Exception;
    }

    /// The same test on every backend, or one that says why there is none.
    Stream<DynamicTest> tests(String name, Body body) throws IOException {
        if (isThere()) {
            return Rows.backends().stream()
                    .map(backend -> DynamicTest.dynamicTest(name + " on " + backend, () -> body.run(backend)));
        }
        return Stream.of(DynamicTest.dynamicTest(notRun(name), () -> canRun(name)));
    }

    /// Whether it is there; if not that is said, and a failure where it is required.
    boolean canRun(String name) {
        if (!isThere()) {
            assertThat(REQUIRED).as(notRun(name)).doesNotContain(tool);
            System.out.println(notRun(name));
        }
        return isThere();
    }

    private String notRun(String name) {
        return "not run: " + name + ": there is no " + tool + " (package " + debianPackage + ")";
    }

    private boolean isThere() {
        return folders().findAny().isPresent();
    }

    /// Where it is.
    Path folder() {
        return folders().findFirst().orElseThrow();
    }

    private Stream<Path> folders() {
        return Stream.concat(postgresFolders(), Arrays.stream(System.getenv("PATH").split(":")).map(Path::of))
                .filter(folder -> Files.isExecutable(folder.resolve(tool)))
                .filter(folder -> beside.stream().allMatch(other -> Files.isExecutable(folder.resolve(other))));
    }

    /// Debian has every version of PostgreSQL in a folder of its own.
    private static Stream<Path> postgresFolders() {
        File[] versions = new File("/usr/lib/postgresql").listFiles();
        return versions == null ? Stream.of() : Arrays.stream(versions).map(version -> version.toPath().resolve("bin"));
    }

    /// Runs it to its end, which is a success, and returns all that it prints.
    String run(Object... arguments) throws IOException, InterruptedException {
        return runWith("", arguments);
    }

    /// Runs it to its end, which is no success, and returns the exit code.
    int fail(Object... arguments) throws IOException, InterruptedException {
        Path output = Files.createTempFile(tool, ".output");
        try {
            Process process = start(output, arguments);
            boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            assertThat(ended).as("end of %s, which says %s", tool, Files.readString(output)).isTrue();
            assertThat(process.exitValue()).as("exit code of %s", tool).isNotZero();
            return process.exitValue();
        } finally {
            Files.delete(output);
        }
    }

    /// Runs it with this input.
    String runWith(String input, Object... arguments) throws IOException, InterruptedException {
        Path output = Files.createTempFile(tool, ".output");
        try {
            Process process = start(output, arguments);
            try (var keys = process.outputWriter(UTF_8)) {
                keys.write(input);
            }
            boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            String printed = Files.readString(output);
            assertThat(ended).as("end of %s, which says %s", tool, printed).isTrue();
            assertThat(process.exitValue()).as("exit code of %s, which says %s", tool, printed).isZero();
            return printed;
        } finally {
            Files.delete(output);
        }
    }

    Process start(Path output, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(folder().resolve(tool).toString()));
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    }
}
