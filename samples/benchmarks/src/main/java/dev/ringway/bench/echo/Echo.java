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
import java.util.Random;
import java.util.stream.Stream;

/// What an echoed message costs a server.
///
/// 1. The load has to find a bit that was changed on purpose.
/// 2. Every server is started once and pinned to one core; those on the JVM get runs of the load until they are warm.
///    From then on each is up and idle while another is measured.
/// 3. For each cell, in paired rounds, the load on another core measures every server.
public final class Echo implements Experiment {
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
                Connections × bytes of a message. Every server has one core, and the load another one, on which it \
                spins. Each connection has one message outstanding, and every byte of every reply is compared with \
                what was sent. CPU a request is the CPU time of all threads of the server, as the kernel counts \
                it, divided by the replies: the figure to trust, since the load limits the requests per second, \
                and with few connections everything is wake-up time.""";
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
        cost(goals, 1.02, 1.02, "callback echo", Subject.CALLBACK, Subject.C_URING);
        cost(goals, 1.05, 1.05, "suspend echo, cancellable", Subject.SUSPEND, Subject.C_URING);
        cost(goals, 0.97, 0.94, "against a10", Subject.CALLBACK, Subject.A10);
        cost(
                goals,
                0.95,
                0.86,
                "against Netty io_uring, its better setting",
                Subject.CALLBACK,
                Subject.NETTY_URING,
                Subject.NETTY_BUFFER_RING);
        cost(goals, 0.88, 0.88, "against Netty epoll, both on epoll", Subject.CALLBACK_EPOLL, Subject.NETTY_EPOLL);
        cost(
                goals,
                0.63,
                0.63,
                "against virtual threads with blocking sockets",
                Subject.CALLBACK,
                Subject.VIRTUAL_THREADS);
        cost(
                goals,
                0.85,
                0.85,
                "virtual threads that join, against blocking sockets",
                Subject.JOIN,
                Subject.VIRTUAL_THREADS);
        for (Cell cell : Cell.GOALS) {
            goals.add(Goal.atLeast(
                    4,
                    Measurement.RATE,
                    "against Ktor, its better dispatcher",
                    cell.title(),
                    Subject.CALLBACK,
                    Subject.KTOR_IO,
                    Subject.KTOR_SINGLE));
        }
        cost(goals, 1.00, 1.00, "callback echo on epoll", Subject.CALLBACK_EPOLL, Subject.C_EPOLL);
        return goals;
    }

    private static void cost(
            List<Goal> goals, double small, double large, String path, String subject, String... references) {
        for (Cell cell : Cell.GOALS) {
            double limit = cell.isSmall() ? small : large;
            goals.add(Goal.atMost(limit, Measurement.CPU, path, cell.title(), subject, references));
        }
    }

    @Override
    public List<Chart> charts() {
        return List.of(
                Chart.ratios("cpu", "CPU a request, against C io_uring", titles(Cell.GOALS)),
                Chart.ratios("cpu-others", "CPU a request, against C io_uring: the other cases", titles(Cell.OTHERS)));
    }

    private static List<String> titles(List<Cell> cells) {
        return cells.stream().map(Cell::title).toList();
    }

    @Override
    public void run(Settings settings, Results results)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        Canary.check(settings);
        List<Cell> cells = settings.quick() && settings.cells().isEmpty()
                ? Cell.QUICK
                : Stream.concat(Cell.GOALS.stream(), Cell.OTHERS.stream())
                        .filter(cell -> settings.wantsCell(cell.title()))
                        .toList();
        try (Servers servers = Servers.start(settings, results)) {
            Random random = settings.random();
            int[] disturbed = new int[2];
            for (Cell cell : cells) {
                int rounds = cell.hasGoal() ? settings.rounds() : settings.fewRounds();
                System.out.println(cell.title() + ", " + rounds + " rounds");
                PairedRounds.run(
                        rounds,
                        random,
                        servers.running(),
                        (server, round, order) -> servers.attempt(server, () -> {
                            Measurement measured = Measurement.of(server, cell, settings);
                            measured.addTo(results, cell, round, order, server.title());
                            boolean oneThread = server.subject().kind() != Subject.Kind.JVM;
                            disturbed[measured.disturbed(oneThread) ? 1 : 0]++;
                        }));
            }
            results.condition("Disturbed", disturbance(disturbed[1], disturbed[0] + disturbed[1]));
        }
    }

    static String disturbance(int disturbed, int runs) {
        return disturbed + " of " + runs + " runs, by something else on the same cores"
                + (disturbed * 10 > runs ? ": **measure again on an idle machine**" : "");
    }
}
