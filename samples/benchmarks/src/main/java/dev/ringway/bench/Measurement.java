package dev.ringway.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// What one run of the load measured of one server.
///
/// @param cpuMicros CPU time of all threads of the server for one request
/// @param requestsPerSecond limited by the load as much as by the server
/// @param p50Micros half of the replies were complete within this; likewise the others
/// @param serverShare of its core that the server used
/// @param loadShare of its core that the load got; it spins, so less than all of it means that something else ran there
/// @param waitShare of the run's time that the server's threads were ready and waiting for their core
record Measurement(
        long requests,
        double cpuMicros,
        double requestsPerSecond,
        double p50Micros,
        double p99Micros,
        double p999Micros,
        double serverShare,
        double loadShare,
        double waitShare) {

    private static final Duration WARMUP = Duration.ofMillis(300);

    /// How long a run of the load may take beyond its time: it drains for 5 s at most.
    private static final Duration GRACE = Duration.ofSeconds(30);

    /// Runs the load once against a server, which stays up.
    ///
    /// @throws ServerFailedException if a single byte of a single reply was not the one sent
    static Measurement of(Server server, CPrograms programs, Options options)
            throws IOException, InterruptedException, ServerFailedException {
        long startNanos = System.nanoTime();
        long waitedNanos = server.waitedNanos();
        Tool load = load(programs, options, server.port(), server.pid());
        if (!load.succeeded()) {
            throw new ServerFailedException(server.subject().title + ": " + load.errors().strip());
        }
        waitedNanos = server.waitedNanos() - waitedNanos;
        return parse(load.output(), (double) waitedNanos / (System.nanoTime() - startNanos));
    }

    /// Runs the load against whoever listens on a port, and charges the CPU time to a process.
    static Tool load(CPrograms programs, Options options, int port, long pid) throws IOException, InterruptedException {
        Duration limit = WARMUP.plusSeconds(options.seconds()).plus(GRACE);
        return Tool.run(limit, List.of(
                "taskset", "-c", Integer.toString(options.loadCore()),
                programs.path("load"),
                Integer.toString(port),
                Integer.toString(options.connections()),
                Integer.toString(options.size()),
                Long.toString(WARMUP.toMillis()),
                Integer.toString(options.seconds()),
                Long.toString(pid)));
    }

    static Measurement parse(String line, double waitShare) {
        Fields fields = Fields.parse(line);
        return new Measurement(
                (long) fields.number("requests"),
                fields.number("cpu_ns_per_request") / 1_000,
                fields.number("requests_per_second"),
                fields.number("p50_us"),
                fields.number("p99_us"),
                fields.number("p999_us"),
                fields.number("server_share"),
                fields.number("load_share"),
                waitShare);
    }
}
