package dev.ringway.bench.echo;

import dev.ringway.bench.CannotRunException;
import dev.ringway.bench.Chart;
import dev.ringway.bench.Experiment;
import dev.ringway.bench.Goal;
import dev.ringway.bench.Metric;
import dev.ringway.bench.PairedRounds;
import dev.ringway.bench.Results;
import dev.ringway.bench.ServerFailedException;
import dev.ringway.bench.Settings;
import java.io.IOException;
import java.util.List;
import java.util.Random;

/// How late replies are when a server is busy, but not overloaded.
public final class Tail implements Experiment {
    private static final String P99 = "p99_us";
    private static final double LOAD = 0.7;
    private static final List<Cell> CELLS = List.of(new Cell(64, 64), new Cell(512, 1024));

    @Override
    public String name() {
        return "tail";
    }

    @Override
    public String title() {
        return "Tail latency";
    }

    @Override
    public String question() {
        return "How late are replies at 70 % of the load that a server can take?";
    }

    @Override
    public String method() {
        return """
                The servers of the echo. In each round, for each server: first the requests per second that it \
                reaches when every connection always has a message outstanding, then an open loop at 70 % of that. \
                Its messages have a fixed schedule, evenly spread, one connection after another. A time runs from \
                when a message was due, not from when it could be sent: what a slow reply holds up counts, and \
                nothing is omitted.""";
    }

    @Override
    public List<Metric> metrics() {
        return List.of(
                Metric.less(P99, "p99 µs"),
                Metric.less("p50_us", "p50 µs"),
                Metric.less("p999_us", "p99.9 µs"),
                Metric.less("p9999_us", "p99.99 µs"),
                Metric.less("max_us", "longest µs"),
                Metric.more("offered_per_second", "requests/s, 70 %"),
                Metric.less(Measurement.CPU, "µs CPU a request"));
    }

    @Override
    public String reference(String cell) {
        return Subject.C_URING;
    }

    @Override
    public List<Goal> goals() {
        return List.of();
    }

    @Override
    public List<Chart> charts() {
        return List.of(Chart.ratios(
                "p99",
                "99th percentile at 70 % load, against C io_uring",
                CELLS.stream().map(Cell::title).toList()));
    }

    @Override
    public void run(Settings settings, Results results)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        int rounds = settings.fewRounds();
        Canary.checkSchedule(settings);
        try (Servers servers = Servers.start(settings, results)) {
            Random random = settings.random();
            for (Cell cell : settings.quick() ? CELLS.subList(0, 1) : CELLS) {
                if (!settings.wantsCell(cell.title())) {
                    continue;
                }
                System.out.println(cell.title() + ", " + rounds + " rounds");
                PairedRounds.run(
                        rounds,
                        random,
                        servers.running(),
                        (server, round, order) -> servers.attempt(
                                server, () -> measure(server, cell, settings, results, round, order)));
            }
        }
    }

    private static void measure(Server server, Cell cell, Settings settings, Results results, int round, int order)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        int offered = (int) (LOAD * Measurement.of(server, cell, settings).requestsPerSecond());
        Measurement measured = Measurement.at(offered, server, cell, settings);
        String subject = server.title();
        results.add(cell.title(), round, order, subject, P99, measured.p99Micros());
        results.add(cell.title(), round, order, subject, "p50_us", measured.p50Micros());
        results.add(cell.title(), round, order, subject, "p999_us", measured.p999Micros());
        results.add(cell.title(), round, order, subject, "p9999_us", measured.p9999Micros());
        results.add(cell.title(), round, order, subject, "max_us", measured.maxMicros());
        results.add(cell.title(), round, order, subject, "offered_per_second", offered);
        results.add(cell.title(), round, order, subject, Measurement.CPU, measured.cpuMicros());
    }
}
