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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.StringJoiner;

/// What an echoed message costs a server.
///
/// 1. The load has to find a bit that was changed on purpose.
/// 2. Every server is started once and pinned to one core; those on the JVM get runs of the load until they are warm.
///    From then on each is up and idle while another is measured.
/// 3. For each cell, in paired rounds, the load on another core measures every server.
public final class Echo implements Experiment {
    private static final int WARM_UP_RUNS = 8;

    @Override
    public String name() {
        return "echo";
    }

    @Override
    public String title() {
        return "TCP echo";
    }

    @Override
    public String question() {
        return "What does an echoed message cost a server in CPU time?";
    }

    @Override
    public String method() {
        return """
                Connections × bytes of a message. Every server has one core, and the load another one, on which it spins. \
                Each connection has one message outstanding, and every byte of every reply is compared with what was sent. \
                CPU a request is the CPU time of all threads of the server, as the kernel counts it, divided by the \
                replies: the figure to trust, since the load limits the requests per second, and with few connections \
                everything is wake-up time.""";
    }

    @Override
    public List<Metric> metrics() {
        return Measurement.METRICS;
    }

    @Override
    public String reference(String cell) {
        return Subject.C_URING;
    }

    @Override
    public List<Goal> goals() {
        List<Goal> goals = new ArrayList<>();
        for (Cell cell : Cell.GOALS) {
            goals.add(Goal.atMost(
                    1.02, Measurement.CPU, "callback echo", cell.title(), Subject.CALLBACK, Subject.C_URING));
        }
        for (Cell cell : Cell.GOALS) {
            goals.add(Goal.atMost(
                    1.05, Measurement.CPU, "suspend echo", cell.title(), Subject.SUSPEND, Subject.C_URING));
        }
        for (Cell cell : Cell.GOALS) {
            goals.add(Goal.atMost(
                    1.00, Measurement.CPU, "callback echo on epoll", cell.title(), Subject.CALLBACK_EPOLL,
                    Subject.C_EPOLL));
        }
        return goals;
    }

    @Override
    public List<Chart> charts() {
        return List.of(Chart.ratios(
                "cpu", "CPU a request", Cell.GOALS.stream().map(Cell::title).toList()));
    }

    @Override
    public void run(Settings settings, Results results)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        Canary.check(settings);
        List<Server> servers = new ArrayList<>();
        try {
            for (Subject subject : Subject.ALL) {
                if (settings.wantsSubject(subject.title())) {
                    servers.add(Server.start(subject, settings));
                }
            }
            for (Server server : servers) {
                if (!server.details().isEmpty()) {
                    results.condition(server.title(), server.details());
                }
                warmUp(server, settings);
            }
            Random random = settings.random();
            int[] runs = new int[2];
            for (Cell cell : Cell.GOALS) {
                if (settings.wantsCell(cell.title())) {
                    measure(cell, servers, settings, results, random, runs);
                }
            }
            results.condition("Disturbed", runs[1] + " of " + runs[0] + " runs, by something else on the same cores"
                    + (runs[1] * 10 > runs[0] ? ": **measure again on an idle machine**" : ""));
        } finally {
            for (Server server : servers) {
                server.close();
            }
        }
    }

    /// Prints what each run cost, so that one sees whether the last ones had settled.
    private static void warmUp(Server server, Settings settings)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        StringJoiner micros = new StringJoiner(" ");
        for (int i = 0; i < (server.onJvm() ? WARM_UP_RUNS : 1); i++) {
            micros.add(String.format(
                    Locale.ROOT, "%.2f", Measurement.of(server, Cell.SMALL, settings).cpuMicros()));
        }
        System.out.println("warm-up, µs CPU a request: " + server.title() + ": " + micros);
    }

    private static void measure(
            Cell cell, List<Server> servers, Settings settings, Results results, Random random, int[] runs)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        System.out.println(cell.title() + ", " + settings.rounds() + " rounds");
        PairedRounds.run(settings.rounds(), random, servers, (server, round, order) -> {
            Measurement measured = Measurement.of(server, cell, settings);
            measured.addTo(results, cell, round, order, server.title());
            runs[0]++;
            runs[1] += measured.disturbed() ? 1 : 0;
        });
    }
}
