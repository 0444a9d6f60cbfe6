package dev.ringway.bench;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;

/// Measures Ringway's echo servers against the same servers in C, and judges the goals for their CPU time a request.
///
/// 1. The C programs are compiled, and the load has to find a bit that was changed on purpose.
/// 2. Every server is started once and pinned to one core; those on the JVM get runs of the load until they are warm.
///    From then on each is up and idle while another is measured.
/// 3. In each round the load, on another core, measures every server once, in an order of that round's own: what
///    changes on the machine from minute to minute so meets all of them, and cancels in the ratio of two of one round.
/// 4. A goal is judged by the median of these ratios and the 95 % bootstrap interval around it.
///
/// Exits 0 if no goal is missed, 1 if one is or if a server failed or answered with other bytes than it was sent, 2 if
/// the machine or an argument does not allow the comparison.
public final class EchoComparison {
    private final Options options;
    private final CPrograms programs;
    private final Path directory;
    private final Random order;
    private final Map<Subject, Server> servers = new EnumMap<>(Subject.class);
    private final List<Map<Subject, Measurement>> rounds = new ArrayList<>();

    private EchoComparison(Options options, CPrograms programs, Path directory) {
        this.options = options;
        this.programs = programs;
        this.directory = directory;
        this.order = new Random(options.seed());
    }

    public static void main(String[] arguments) throws IOException, InterruptedException, URISyntaxException {
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) throws IOException, InterruptedException, URISyntaxException {
        try {
            Options options = Options.parse(arguments, System.nanoTime());
            requireCore(options.serverCore());
            requireCore(options.loadCore());
            Path module = moduleDirectory();
            Path directory = Files.createDirectories(module.resolve("target").resolve("echo-comparison"));
            CPrograms programs = CPrograms.compile(module.resolve("src/main/c"), directory);
            return new EchoComparison(options, programs, directory).compare();
        } catch (CannotRunException | IllegalArgumentException reason) {
            System.err.println("The comparison cannot run: " + reason.getMessage());
            return 2;
        } catch (ServerFailedException failure) {
            System.err.println("FAILED: " + failure.getMessage());
            return 1;
        }
    }

    private int compare() throws CannotRunException, IOException, InterruptedException, ServerFailedException {
        System.out.printf(
                Locale.ROOT,
                "%d rounds of %d s for each of %d servers, %d connections, messages of %d bytes, seed %d%n",
                options.rounds(),
                options.seconds(),
                Subject.values().length,
                options.connections(),
                options.size(),
                options.seed());
        Canary.check(programs, options);
        double nopNanos = programs.nopNanos();
        try {
            for (Subject subject : Subject.values()) {
                servers.put(subject, Server.start(subject, programs, options.serverCore()));
            }
            for (Server server : servers.values()) {
                warmUp(server);
            }
            for (int round = 1; round <= options.rounds(); round++) {
                measureRound(round);
            }
            Report report = new Report(options, servers.values(), rounds, nopNanos);
            String markdown = report.markdown();
            Files.writeString(directory.resolve("rounds.csv"), report.csv());
            Files.writeString(directory.resolve("report.md"), markdown);
            System.out.println();
            System.out.print(markdown);
            System.out.println();
            System.out.println("Written: " + directory.resolve("report.md") + " and, run by run, rounds.csv beside it");
            return report.misses() == 0 ? 0 : 1;
        } finally {
            for (Server server : servers.values()) {
                server.close();
            }
        }
    }

    /// Prints what each run cost, so that a reader sees whether the last ones had settled.
    private void warmUp(Server server) throws IOException, InterruptedException, ServerFailedException {
        StringJoiner micros = new StringJoiner(" ");
        for (int i = 0; i < (server.subject().runsOnJvm() ? options.warmupRuns() : 1); i++) {
            micros.add(String.format(Locale.ROOT, "%.2f", Measurement.of(server, programs, options).cpuMicros()));
        }
        System.out.println("warm-up, µs CPU a request: " + server.subject().title + ": " + micros);
    }

    private void measureRound(int round) throws IOException, InterruptedException, ServerFailedException {
        List<Server> shuffled = new ArrayList<>(servers.values());
        Collections.shuffle(shuffled, order);
        // Keeps the order of measuring, which the raw data show.
        Map<Subject, Measurement> measured = new LinkedHashMap<>();
        StringJoiner line = new StringJoiner(" · ", "round " + round + ": ", "");
        for (Server server : shuffled) {
            Measurement measurement = Measurement.of(server, programs, options);
            measured.put(server.subject(), measurement);
            line.add(String.format(Locale.ROOT, "%s %.2f", server.subject().title, measurement.cpuMicros()));
        }
        rounds.add(measured);
        System.out.println(line);
    }

    private static void requireCore(int core) throws CannotRunException, InterruptedException {
        try {
            Tool taskset = Tool.run(Duration.ofSeconds(10), List.of("taskset", "-c", Integer.toString(core), "true"));
            if (!taskset.succeeded()) {
                throw new CannotRunException("Servers and load need a core each, and core " + core
                        + " cannot be used: choose others with serverCore=N and loadCore=N. "
                        + taskset.errors().strip());
            }
        } catch (IOException notFound) {
            throw new CannotRunException("taskset, a part of util-linux, is needed to pin servers and load to cores ("
                    + notFound.getMessage() + ")");
        }
    }

    /// The module's directory, wherever the runner is started from: its classes are in `target/classes`.
    private static Path moduleDirectory() throws CannotRunException, URISyntaxException {
        Path classes = Path.of(
                EchoComparison.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path module = classes.resolve("../..").normalize();
        if (!Files.isDirectory(module.resolve("src/main/c"))) {
            throw new CannotRunException("The sources of the C programs are not where " + classes + " was built");
        }
        return module;
    }
}
