package dev.ringway.bench.layers;

import dev.ringway.bench.CannotRunException;
import dev.ringway.bench.Chart;
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
import dev.ringway.bench.Tool;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// What each layer above the ring costs.
///
/// Each layer on the JVM is a process of its own, warmed up once and then asked for one slice after the other; the C
/// program is started for each.
public final class Layers implements Experiment {
    private static final String RATE = "million_ops_per_second";
    private static final String NANOS = "ns_per_op";
    private static final String BYTES = "bytes_per_op";
    private static final List<Integer> BATCHES = List.of(1, 32, 128);
    private static final int WARM_UP_MILLIS = 3_000;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Override
    public String name() {
        return "layers";
    }

    @Override
    public String title() {
        return "What the layers cost";
    }

    @Override
    public String question() {
        return "What does each layer above the ring add to the smallest operation, a nop?";
    }

    @Override
    public String method() {
        return """
                So many nops are in flight, all on one ring and one core; with one, most of what is measured is the \
                system call. The straight-line Java has a ring of its own and nothing above it. Callbacks, futures \
                and coroutines start the next nop when one has completed; the virtual threads have a core in common \
                with the thread of their ring, and a hand-over each way. Bytes are what all threads of the process \
                allocate on the heap.""";
    }

    @Override
    public List<Metric> metrics() {
        return List.of(
                Metric.more(RATE, "million a second"),
                Metric.less(NANOS, "ns a nop"),
                Metric.less(BYTES, "bytes a nop"));
    }

    @Override
    public String reference(String cell) {
        return Subject.C;
    }

    private static String cell(int batch) {
        return batch + " in flight";
    }

    @Override
    public List<Goal> goals() {
        List<Goal> goals = new ArrayList<>();
        for (int batch : List.of(32, 128)) {
            goals.add(Goal.atLeast(0.98, RATE, "nop, straight-line Java", cell(batch), Subject.RAW, Subject.C));
            goals.add(Goal.atLeast(0.93, RATE, "nop, callback", cell(batch), Subject.CALLBACK, Subject.C));
            goals.add(Goal.atLeast(0.80, RATE, "nop, cancellable suspend", cell(batch), Subject.SUSPEND, Subject.C));
            String allocation = "allocation in the steady state, many nops, ";
            goals.add(Goal.atMost(0.5, BYTES, allocation + "callback", cell(batch), Subject.CALLBACK));
            goals.add(Goal.atMost(0.5, BYTES, allocation + "cancellable suspend", cell(batch), Subject.SUSPEND));
        }
        return goals;
    }

    @Override
    public List<Chart> charts() {
        return List.of(Chart.ratios(
                "rate", "Rate against C", BATCHES.stream().map(Layers::cell).toList()));
    }

    @Override
    public void run(Settings settings, Results results)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        List<String> subjects = Subject.ALL.stream().filter(settings::wantsSubject).toList();
        Map<String, Process> workers = new LinkedHashMap<>();
        try {
            for (String subject : subjects) {
                if (!subject.equals(Subject.C)) {
                    workers.put(subject, start(subject, settings));
                }
            }
            for (Map.Entry<String, Process> worker : workers.entrySet()) {
                for (int batch : BATCHES) {
                    ask(worker.getKey(), worker.getValue(), batch, WARM_UP_MILLIS);
                }
            }
            Random random = settings.random();
            for (int batch : BATCHES) {
                if (settings.wantsCell(cell(batch))) {
                    System.out.println(cell(batch) + ", " + settings.rounds() + " rounds");
                    PairedRounds.run(settings.rounds(), random, subjects, (subject, round, order) ->
                            measure(subject, workers, batch, settings).forEach((metric, value) ->
                                    results.add(cell(batch), round, order, subject, metric, value)));
                }
            }
        } finally {
            for (Process worker : workers.values()) {
                worker.destroy();
            }
        }
    }

    private static Process start(String subject, Settings settings) throws IOException {
        List<String> options = new ArrayList<>(Jvm.OPTIONS);
        options.add("-Dringway.backend=io_uring");
        List<String> command = Jvm.command(options, Worker.class.getName());
        command.add(subject);
        return new ProcessBuilder(Cores.pin(settings.serverCore(), command))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static Map<String, Double> measure(
            String subject, Map<String, Process> workers, int batch, Settings settings)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        Process worker = workers.get(subject);
        if (worker != null) {
            Fields fields = ask(subject, worker, batch, settings.millis());
            return Map.of(
                    RATE, 1e3 / fields.number(NANOS), NANOS, fields.number(NANOS), BYTES, fields.number(BYTES));
        }
        Tool nop = Tool.run(LIMIT, Cores.pin(settings.serverCore(), List.of(
                settings.programs().path("nop"), Integer.toString(batch), Integer.toString(settings.millis()))));
        if (!nop.succeeded()) {
            throw new ServerFailedException(subject + ": " + nop.errors());
        }
        double nanos = Fields.parse(nop.output()).number(NANOS);
        return Map.of(RATE, 1e3 / nanos, NANOS, nanos);
    }

    private static Fields ask(String subject, Process worker, int batch, int millis)
            throws ServerFailedException, IOException {
        BufferedWriter questions = worker.outputWriter();
        questions.write(batch + " " + millis + "\n");
        questions.flush();
        BufferedReader answers = worker.inputReader();
        String answer = answers.readLine();
        if (answer == null) {
            throw new ServerFailedException(subject + " has ended");
        }
        return Fields.parse(answer);
    }
}
