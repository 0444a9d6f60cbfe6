package dev.ringway.bench.allocation;

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

/// What an operation allocates on the heap in the steady state.
public final class Allocation implements Experiment {
    private static final String BYTES = "bytes_per_op";
    private static final String CALLBACK = "Ringway callback";
    private static final String SUSPEND = "Ringway suspend";
    private static final String PATH = "allocation in the steady state";
    private static final int WARM_UP_MILLIS = 1_500;
    private static final int ANSWER_SECONDS = 60;

    /// No object is that small: what is below has not one in thirty operations.
    private static final double NONE = 0.5;
    private static final double BOX = 16 + NONE;

    private static final Map<String, List<String>> PROGRAMS = programs();

    private static Map<String, List<String>> programs() {
        Map<String, List<String>> programs = new LinkedHashMap<>();
        programs.put(CALLBACK, List.of("-Dringway.backend=io_uring", AllocationProgram.CALLBACK));
        programs.put(SUSPEND, List.of("-Dringway.backend=io_uring", AllocationProgram.SUSPEND));
        programs.put("Ringway callback, epoll", List.of("-Dringway.backend=epoll", AllocationProgram.CALLBACK));
        programs.put("Ringway suspend, epoll", List.of("-Dringway.backend=epoll", AllocationProgram.SUSPEND));
        return programs;
    }

    @Override
    public String name() {
        return "allocation";
    }

    @Override
    public String title() {
        return "Allocation";
    }

    @Override
    public String question() {
        return "How much does an operation allocate on the heap, once everything is warm?";
    }

    @Override
    public String method() {
        return """
                One operation after the other on the thread that turns the ring, with callbacks, each prepared once, \
                or in a coroutine that can be cancelled; bytes are what all threads of the process have allocated, \
                divided by the operations. What is sent at one end of a TCP connection and received at the other is \
                two operations. What is echoed in a lease is counted once: it is sent, received as the item of an \
                iteration, in a buffer of a pool, sent back as it is, and received. Half a byte is \
                added to each goal: the measuring itself allocates a little.""";
    }

    @Override
    public List<Metric> metrics() {
        return List.of(Metric.less(BYTES, "bytes an operation"));
    }

    @Override
    public String reference(String cell) {
        return ""; // of nothing there is no ratio
    }

    @Override
    public List<Goal> goals() {
        List<Goal> goals = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            goals.add(Goal.atMost(NONE, BYTES, PATH + ", callback", kind.title(), CALLBACK));
        }
        for (Kind kind : Kind.values()) {
            double limit = kind == Kind.LARGE || kind == Kind.READ ? BOX : NONE; // else the count is below 128
            goals.add(Goal.atMost(limit, BYTES, PATH + ", cancellable suspend", kind.title(), SUSPEND));
        }
        return goals;
    }

    @Override
    public List<Chart> charts() {
        return List.of();
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
                    results.condition(each.getKey(), program.details());
                    for (Kind kind : Kind.values()) {
                        program.obey(kind + " " + WARM_UP_MILLIS, ANSWER_SECONDS);
                    }
                }
            }
            int rounds = settings.roundsOfSeconds();
            System.out.println(rounds + " rounds of " + Kind.values().length + " operations");
            for (Kind kind : Kind.values()) {
                if (settings.wantsCell(kind.title())) {
                    String command = kind + " " + settings.millis();
                    PairedRounds.run(rounds, settings.random(), programs.entrySet(), (each, round, order) -> {
                        Fields fields = each.getValue().obey(command, ANSWER_SECONDS);
                        results.add(kind.title(), round, order, each.getKey(), BYTES, fields.number("bytes"));
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
        options.add(optionAndName.getFirst());
        List<String> command = new ArrayList<>(Jvm.command(options, AllocationProgram.class.getName()));
        command.add(optionAndName.getLast());
        return Commanded.start(title, settings.serverCore(), command);
    }
}
