package dev.ringway.bench.echo;

import dev.ringway.bench.CannotRunException;
import dev.ringway.bench.Chart;
import dev.ringway.bench.Cores;
import dev.ringway.bench.Experiment;
import dev.ringway.bench.Fields;
import dev.ringway.bench.Goal;
import dev.ringway.bench.Metric;
import dev.ringway.bench.PairedRounds;
import dev.ringway.bench.Results;
import dev.ringway.bench.ServerFailedException;
import dev.ringway.bench.Settings;
import dev.ringway.bench.Tool;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// What a connection costs a server that lives for one message: accept, echo, end.
public final class Churn implements Experiment {
    private static final String CPU = "cpu_us_per_connection";
    private static final String RATE = "connections_per_second";
    private static final Cell CELL = new Cell(64, 64);
    private static final String TITLE = "64 at a time, 64 B";

    /// Of a run of the load; it drains for 5 s at most.
    private static final int WARMUP_MILLIS = 100;
    private static final int GRACE_SECONDS = 30;

    @Override
    public String name() {
        return "churn";
    }

    @Override
    public String title() {
        return "Connection churn";
    }

    @Override
    public String question() {
        return "What does a connection cost a server that is opened for one message, and closed after its reply?";
    }

    @Override
    public String method() {
        return """
                The servers of the echo, and a load that opens a connection, sends one message, compares its \
                reply, shuts down and waits for the server's end, with so many connections under way at a time. \
                The times are those from opening to the server's end.""";
    }

    @Override
    public List<Metric> metrics() {
        return List.of(
                Metric.less(CPU, "µs CPU a connection"),
                Metric.more(RATE, "connections/s"),
                Metric.less("p50_us", "p50 µs"),
                Metric.less("p99_us", "p99 µs"),
                Metric.less("p999_us", "p99.9 µs"));
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
        return List.of(Chart.ratios("cpu", "CPU a connection, against C io_uring", List.of(TITLE)));
    }

    @Override
    public void run(Settings settings, Results results)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        if (!settings.wantsCell(TITLE)) {
            return;
        }
        try (Servers servers =
                Servers.start(settings, results, server -> measure(server, settings).number("cpu_ns_per_connection"))) {
            System.out.println(TITLE + ", " + settings.fewRounds() + " rounds");
            PairedRounds.run(
                    settings.fewRounds(),
                    settings.random(),
                    servers.running(),
                    (server, round, order) -> servers.attempt(server, () -> {
                        Fields fields = measure(server, settings);
                        String subject = server.title();
                        results.add(TITLE, round, order, subject, CPU, fields.number("cpu_ns_per_connection") / 1_000);
                        for (String metric : List.of(RATE, "p50_us", "p99_us", "p999_us")) {
                            results.add(TITLE, round, order, subject, metric, fields.number(metric));
                        }
                    }));
        }
    }

    private static Fields measure(Server server, Settings settings)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        Tool load = Tool.run(
                Duration.ofSeconds(GRACE_SECONDS).plusMillis(settings.millis()),
                Cores.pin(settings.loadCore(), List.of(
                        settings.programs().path("churn"),
                        Integer.toString(server.port()),
                        Integer.toString(CELL.connections()),
                        Integer.toString(CELL.bytes()),
                        Integer.toString(WARMUP_MILLIS),
                        Integer.toString(settings.millis()),
                        Long.toString(server.pid()))));
        if (!load.succeeded()) {
            throw new ServerFailedException(server.title() + ", " + TITLE + ": " + load.errors().strip());
        }
        return Fields.parse(load.output());
    }
}
