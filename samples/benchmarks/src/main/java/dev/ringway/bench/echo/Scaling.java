package dev.ringway.bench.echo;

import dev.ringway.bench.CannotRunException;
import dev.ringway.bench.Chart;
import dev.ringway.bench.Commanded;
import dev.ringway.bench.Cores;
import dev.ringway.bench.Experiment;
import dev.ringway.bench.Fields;
import dev.ringway.bench.Goal;
import dev.ringway.bench.Jvm;
import dev.ringway.bench.Metric;
import dev.ringway.bench.PairedRounds;
import dev.ringway.bench.Results;
import dev.ringway.bench.ServerFailedException;
import dev.ringway.bench.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a second ring on a second core adds.
public final class Scaling implements Experiment {
    private static final String RATE = "per_second";
    private static final String CPU = "cpu_us";
    private static final String NOPS = "nops, 128 in flight a ring";
    private static final String ONE = "Ringway, RingGroup of 1";
    private static final String TWO = "Ringway, RingGroup of 2";
    private static final String ALONE = "Ringway callback";
    private static final Map<String, Integer> GROUPS = groups();
    private static final List<Cell> ECHOES = List.of(new Cell(64, 64), new Cell(512, 1024));
    private static final int WARM_UP_RUNS = 6;
    private static final int WARM_UP_MILLIS = 1_000;
    private static final int ANSWER_SECONDS = 60;

    private static Map<String, Integer> groups() {
        Map<String, Integer> groups = new LinkedHashMap<>();
        groups.put(ONE, 1);
        groups.put(TWO, 2);
        return groups;
    }

    @Override
    public String name() {
        return "scaling";
    }

    @Override
    public String title() {
        return "Several rings";
    }

    @Override
    public String question() {
        return "What does a second ring on a second core add?";
    }

    @Override
    public String method() {
        return """
                Here what is measured has both cores. With nops there is nothing beside the rings, so that two of \
                them should do twice as much as one, if they share nothing. With the echo the load is on the same \
                two cores, and takes about as much of them as the server: there is no core left for a second ring, \
                so requests per second tell how the four of them get on, and not what two rings could do; CPU a \
                request tells whether two rings are in each other's way. The load sleeps when there is nothing to \
                do. Each ring has a listener of its own on the same port (SO_REUSEPORT), and a connection stays on \
                the ring, and so on the thread, whose listener the kernel gave it to; the threads are not pinned to \
                a core each. `Ringway callback` is the echo without a group.""";
    }

    @Override
    public List<Metric> metrics() {
        return List.of(Metric.more(RATE, "operations or requests/s"), Metric.less(CPU, "µs CPU each"));
    }

    @Override
    public String reference(String cell) {
        return ONE;
    }

    @Override
    public List<Goal> goals() {
        return List.of();
    }

    @Override
    public List<Chart> charts() {
        return List.of();
    }

    @Override
    public void run(Settings settings, Results results)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        if (settings.wantsCell(NOPS)) {
            nops(settings, results);
        }
        echoes(settings, results);
    }

    private static void nops(Settings settings, Results results)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        Map<String, Commanded> programs = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, Integer> each : GROUPS.entrySet()) {
                Commanded program = start(each.getKey(), each.getValue(), settings);
                programs.put(each.getKey(), program);
                for (int i = 0; i < WARM_UP_RUNS; i++) {
                    program.obey(Integer.toString(WARM_UP_MILLIS), ANSWER_SECONDS);
                }
            }
            System.out.println(NOPS + ", " + settings.fewRounds() + " rounds");
            PairedRounds.run(settings.fewRounds(), settings.random(), programs.entrySet(), (each, round, order) -> {
                long cpu = each.getValue().cpuNanos();
                Fields fields = each.getValue().obey(Integer.toString(settings.millis()), ANSWER_SECONDS);
                cpu = each.getValue().cpuNanos() - cpu;
                results.add(NOPS, round, order, each.getKey(), RATE, fields.number(RATE));
                results.add(NOPS, round, order, each.getKey(), CPU, cpu / 1000.0 / fields.number("operations"));
            });
        } finally {
            for (Commanded program : programs.values()) {
                program.close();
            }
        }
    }

    private static Commanded start(String title, int rings, Settings settings)
            throws ServerFailedException, IOException, InterruptedException {
        List<String> options = new ArrayList<>(Jvm.OPTIONS);
        options.add("-Dringway.backend=io_uring");
        List<String> command = new ArrayList<>(Jvm.command(options, GroupNops.class.getName()));
        command.add(Integer.toString(rings));
        return Commanded.start(title, Cores.pin(settings.serverCore(), settings.loadCore(), command));
    }

    private static void echoes(Settings settings, Results results)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        List<Server> servers = new ArrayList<>();
        Settings longer = settings.withMillis(WARM_UP_MILLIS);
        try {
            servers.add(Server.startOnBothCores(Subject.named(ALONE), settings));
            for (Map.Entry<String, Integer> each : GROUPS.entrySet()) {
                servers.add(Server.startOnBothCores(Subject.group(each.getKey(), each.getValue()), settings));
            }
            for (Server server : servers) {
                results.condition(server.title(), server.details());
                for (int i = 0; i < WARM_UP_RUNS; i++) {
                    Measurement.onBothCores(server, ECHOES.getFirst(), longer);
                }
            }
            for (Cell cell : ECHOES) {
                String title = "echo, " + cell.title();
                if (!settings.wantsCell(title)) {
                    continue;
                }
                System.out.println(title + ", " + settings.fewRounds() + " rounds");
                PairedRounds.run(settings.fewRounds(), settings.random(), servers, (server, round, order) -> {
                    Measurement measured = Measurement.onBothCores(server, cell, settings);
                    results.add(title, round, order, server.title(), RATE, measured.requestsPerSecond());
                    results.add(title, round, order, server.title(), CPU, measured.cpuMicros());
                });
            }
        } finally {
            for (Server server : servers) {
                server.close();
            }
        }
    }
}
