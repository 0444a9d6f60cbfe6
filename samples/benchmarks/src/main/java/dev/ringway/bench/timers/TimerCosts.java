package dev.ringway.bench.timers;

import dev.ringway.bench.CannotRunException;
import dev.ringway.bench.Chart;
import dev.ringway.bench.Commanded;
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
import java.util.stream.Stream;

/// What arming and cancelling cost when a million timers are armed at the same time.
///
/// A run is always a whole million, from a quarter of a second to two seconds, whatever is asked for.
public final class TimerCosts implements Experiment {
    private static final String NANOS = "ns_per_timer";
    private static final String ARM = "arm_ns";
    private static final String CANCEL = "cancel_ns";
    private static final double LIMIT = 150;
    private static final String URING = "Ringway";
    private static final String EPOLL = "Ringway, epoll";
    private static final String JDK = "ScheduledThreadPoolExecutor";
    private static final int WARM_UP_RUNS = 5;
    private static final int ANSWER_SECONDS = 120;

    /// A program and its options.
    private static final Map<String, List<String>> PROGRAMS = programs();

    private static Map<String, List<String>> programs() {
        Map<String, List<String>> programs = new LinkedHashMap<>();
        programs.put(URING, List.of("-Dringway.backend=io_uring", TimerProgram.RING));
        programs.put(EPOLL, List.of("-Dringway.backend=epoll", TimerProgram.RING));
        programs.put(JDK, List.of("-Dringway.backend=epoll", TimerProgram.JDK));
        programs.put("Netty event loop", List.of("-Dringway.backend=epoll", TimerProgram.NETTY));
        return programs;
    }

    @Override
    public String name() {
        return "timers";
    }

    @Override
    public String title() {
        return "Timers";
    }

    @Override
    public String question() {
        return "What does a timer cost that is armed and cancelled, when a million are armed at the same time?";
    }

    @Override
    public String method() {
        return """
                A million timers are armed, then each is cancelled; it is over when each is known to be cancelled: \
                Ringway's operations have completed then, and its callbacks have run. One thread does all of it, \
                the event loop's own where there is one. Ringway's operations are prepared once and started again; \
                the others make an object a timer. In order of arming, all have the same limit of a minute; at \
                random, each has another one, from a minute to an hour, and those that follow each other are far \
                apart in memory. 1 GiB of heap.""";
    }

    @Override
    public List<Metric> metrics() {
        return List.of(
                Metric.less(NANOS, "ns a timer"), Metric.less(ARM, "ns to arm"), Metric.less(CANCEL, "ns to cancel"));
    }

    @Override
    public String reference(String cell) {
        return JDK;
    }

    @Override
    public List<Goal> goals() {
        return Plan.ALL.stream()
                .flatMap(cell -> Stream.of(URING, EPOLL)
                        .map(subject -> Goal.atMost(LIMIT, NANOS, "10^6 timers, " + backend(subject), cell, subject)))
                .toList();
    }

    private static String backend(String subject) {
        return subject.equals(URING) ? "io_uring" : "epoll";
    }

    @Override
    public List<Chart> charts() {
        return List.of(Chart.ratios("cost", "Arming and cancelling, against the JDK's executor", Plan.ALL));
    }

    @Override
    public void run(Settings settings, Results results)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        Map<String, Commanded> programs = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, List<String>> each : PROGRAMS.entrySet()) {
                if (settings.wantsSubject(each.getKey())) {
                    Commanded program = start(each.getKey(), each.getValue(), settings);
                    programs.put(each.getKey(), program);
                    if (!program.details().isEmpty()) {
                        results.condition(each.getKey(), program.details());
                    }
                    warmUp(each.getKey(), program);
                }
            }
            int rounds = settings.roundsOfSeconds();
            for (String cell : Plan.ALL) {
                if (settings.wantsCell(cell)) {
                    System.out.println(cell + ", " + rounds + " rounds");
                    PairedRounds.run(rounds, settings.random(), programs.entrySet(), (each, round, order) -> {
                        Fields fields = each.getValue().obey(cell, ANSWER_SECONDS);
                        double arm = fields.number(ARM);
                        double cancel = fields.number(CANCEL);
                        results.add(cell, round, order, each.getKey(), NANOS, arm + cancel);
                        results.add(cell, round, order, each.getKey(), ARM, arm);
                        results.add(cell, round, order, each.getKey(), CANCEL, cancel);
                    });
                }
            }
        } finally {
            for (Commanded program : programs.values()) {
                program.close();
            }
        }
    }

    private static Commanded start(String title, List<String> optionAndName, Settings settings)
            throws ServerFailedException, IOException, InterruptedException {
        List<String> options = new ArrayList<>(Jvm.OPTIONS);
        options.addAll(List.of("-Xms1g", "-Xmx1g", optionAndName.getFirst()));
        List<String> command = new ArrayList<>(Jvm.command(options, TimerProgram.class.getName()));
        command.add(optionAndName.getLast());
        return Commanded.start(title, settings.serverCore(), command);
    }

    /// Prints the cost of each run, so that one sees whether the last ones had settled.
    private static void warmUp(String title, Commanded program)
            throws ServerFailedException, IOException, InterruptedException {
        StringBuilder costs = new StringBuilder();
        for (int i = 0; i < WARM_UP_RUNS; i++) {
            for (String cell : Plan.ALL) {
                Fields fields = program.obey(cell, ANSWER_SECONDS);
                costs.append(' ').append(Math.round(fields.number(ARM) + fields.number(CANCEL)));
            }
        }
        System.out.println("warm-up, ns a timer: " + title + ":" + costs);
    }
}
