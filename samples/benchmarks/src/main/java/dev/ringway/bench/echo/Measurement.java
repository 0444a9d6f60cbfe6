package dev.ringway.bench.echo;

import dev.ringway.bench.CannotRunException;
import dev.ringway.bench.Cores;
import dev.ringway.bench.Fields;
import dev.ringway.bench.Metric;
import dev.ringway.bench.Results;
import dev.ringway.bench.ServerFailedException;
import dev.ringway.bench.Settings;
import dev.ringway.bench.Tool;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// What one run of the load measured of one server.
///
/// @param cpuMicros CPU time of all threads of the server for one request
/// @param requestsPerSecond limited by the load as much as by the server
/// @param p50Micros half of the replies were complete within this; likewise the others
/// @param maxMicros the longest
/// @param loadShare of its core that the load got; it spins, so less than all of it means that something else ran there
/// @param waitShare of the run's time that the server's threads were ready and waiting for their core
record Measurement(
        double cpuMicros,
        double requestsPerSecond,
        double p50Micros,
        double p99Micros,
        double p999Micros,
        double p9999Micros,
        double maxMicros,
        double loadShare,
        double waitShare) {

    static final String CPU = "cpu_us_per_request";
    static final String RATE = "requests_per_second";
    static final List<Metric> METRICS = List.of(
            Metric.less(CPU, "µs CPU a request"),
            Metric.more(RATE, "requests/s"),
            Metric.less("p50_us", "p50 µs"),
            Metric.less("p99_us", "p99 µs"),
            Metric.less("p999_us", "p99.9 µs"));

    private static final Duration WARMUP = Duration.ofMillis(30);

    /// How long a run of the load may take beyond its time: it drains for 5 s at most.
    private static final Duration GRACE = Duration.ofSeconds(30);

    /// Beyond these shares of a run, something else was running on the core of the server or of the load.
    private static final double WAIT_SHARE_MAX = 0.02;
    private static final double LOAD_SHARE_MIN = 0.98;

    /// Runs the load once against a server, which stays up: every connection always has a message outstanding.
    ///
    /// @throws ServerFailedException if a single byte of a single reply was not the one sent
    static Measurement of(Server server, Cell cell, Settings settings)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        return at(0, server, cell, settings);
    }

    /// Runs the load once with so many requests a second, by a schedule.
    ///
    /// @param rate 0: without a schedule
    static Measurement at(int rate, Server server, Cell cell, Settings settings)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        long startNanos = System.nanoTime();
        long waitedNanos = server.waitedNanos();
        Tool load = load(cell, rate, settings, server.port(), server.pid());
        String line = succeeded(load, server, cell);
        waitedNanos = server.waitedNanos() - waitedNanos;
        return parse(line, (double) waitedNanos / (System.nanoTime() - startNanos));
    }

    /// Runs the load once on both cores, which it has in common with the server: it sleeps when there is nothing to do.
    static Measurement onBothCores(Server server, Cell cell, Settings settings)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        Tool load = Tool.run(
                limit(settings),
                Cores.pin(settings.serverCore(), settings.loadCore(),
                        load(cell, 0, true, settings, server.port(), server.pid())));
        return parse(succeeded(load, server, cell), 0);
    }

    private static String succeeded(Tool load, Server server, Cell cell) throws ServerFailedException {
        if (!load.succeeded()) {
            throw new ServerFailedException(server.title() + ", " + cell.title() + ": " + load.errors().strip());
        }
        return load.output();
    }

    /// Runs the load against whoever listens on a port, and charges the CPU time to a process.
    static Tool load(Cell cell, int rate, Settings settings, int port, long pid)
            throws CannotRunException, IOException, InterruptedException {
        return Tool.run(limit(settings), Cores.pin(settings.loadCore(), load(cell, rate, false, settings, port, pid)));
    }

    private static Duration limit(Settings settings) {
        return WARMUP.plusMillis(settings.millis()).plus(GRACE);
    }

    private static List<String> load(Cell cell, int rate, boolean sleeps, Settings settings, int port, long pid)
            throws CannotRunException, IOException, InterruptedException {
        return List.of(
                settings.programs().path("load"),
                Integer.toString(port),
                Integer.toString(cell.connections()),
                Integer.toString(cell.bytes()),
                Long.toString(WARMUP.toMillis()),
                Integer.toString(settings.millis()),
                Long.toString(pid),
                Integer.toString(rate),
                sleeps ? "1" : "0");
    }

    static Measurement parse(String line, double waitShare) {
        Fields fields = Fields.parse(line);
        return new Measurement(
                fields.number("cpu_ns_per_request") / 1_000,
                fields.number("requests_per_second"),
                fields.number("p50_us"),
                fields.number("p99_us"),
                fields.number("p999_us"),
                fields.number("p9999_us"),
                fields.number("max_us"),
                fields.number("load_share"),
                waitShare);
    }

    void addTo(Results results, Cell cell, int round, int order, String subject) {
        results.add(cell.title(), round, order, subject, CPU, cpuMicros);
        results.add(cell.title(), round, order, subject, RATE, requestsPerSecond);
        results.add(cell.title(), round, order, subject, "p50_us", p50Micros);
        results.add(cell.title(), round, order, subject, "p99_us", p99Micros);
        results.add(cell.title(), round, order, subject, "p999_us", p999Micros);
    }

    /// Whether something else ran on the core of the load or of the server.
    ///
    /// @param oneThread of a server with several, some wait for the others, which tells nothing
    boolean disturbed(boolean oneThread) {
        return loadShare < LOAD_SHARE_MIN || (oneThread && waitShare > WAIT_SHARE_MAX);
    }
}
