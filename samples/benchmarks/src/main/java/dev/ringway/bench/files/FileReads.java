package dev.ringway.bench.files;

import dev.ringway.bench.CannotRunException;
import dev.ringway.bench.Chart;
import dev.ringway.bench.Commanded;
import dev.ringway.bench.Experiment;
import dev.ringway.bench.Fields;
import dev.ringway.bench.Goal;
import dev.ringway.bench.Metric;
import dev.ringway.bench.PairedRounds;
import dev.ringway.bench.Results;
import dev.ringway.bench.ServerFailedException;
import dev.ringway.bench.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// How many blocks of a file one core reads in a second.
///
/// 1. Every program is started once and pinned to one core. It reads for a while and compares every byte of every block
///    with what the file must have there; then it reads until it is warm.
/// 2. For each cell, in paired rounds, every program reads for a quarter of a second, while the others wait for their
///    next command.
public final class FileReads implements Experiment {
    private static final String RATE = "reads_per_second";
    private static final String CPU = "cpu_us_per_read";
    private static final int WARM_UP_DEPTH = 128;
    private static final int WARM_UP_RUNS = 6;
    private static final int CHECK_DEPTH = 32;
    private static final int ANSWER_SECONDS = 60;

    @Override
    public String name() {
        return "files";
    }

    @Override
    public String title() {
        return "Random reads of a file";
    }

    @Override
    public String question() {
        return "How many random blocks of 4 KiB does one core read in a second?";
    }

    @Override
    public String method() {
        return """
                A file of 1 GiB, out of the page cache or past it (O_DIRECT, where the disk sets the pace and the \
                CPU time of a read tells more than their number). All threads of a program have one core. Before \
                anything is measured each program compares every byte of the blocks that it reads with what they \
                must have. FileChannel has one read in flight and no more; a batch begins the next reads when all \
                of the last ones have ended; "registered" is with registered buffers and a registered file.""";
    }

    @Override
    public List<Metric> metrics() {
        return List.of(Metric.more(RATE, "reads/s"), Metric.less(CPU, "µs CPU a read"));
    }

    @Override
    public String reference(String cell) {
        return Reader.C_REGISTERED;
    }

    @Override
    public List<Goal> goals() {
        String cell = Cell.GOAL.title();
        return List.of(
                Goal.atLeast(0.98, RATE, "registered file reads", cell, Reader.REGISTERED, Reader.C_REGISTERED),
                Goal.atLeast(1.6, RATE, "registered file reads against the JDK", cell, Reader.REGISTERED,
                        Reader.ASYNC_CHANNEL, Reader.ASYNC_CHANNEL_THREADS));
    }

    @Override
    public List<Chart> charts() {
        List<String> cached = Cell.ALL.stream().filter(cell -> !cell.direct()).map(Cell::title).toList();
        List<String> direct = Cell.ALL.stream().filter(Cell::direct).map(Cell::title).toList();
        return List.of(
                Chart.lines("cached", "Reads a second from the page cache", cached, RATE),
                Chart.lines("direct", "CPU of a read past the page cache", direct, CPU));
    }

    @Override
    public void run(Settings settings, Results results)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        Path file = TestFile.make(settings.directory());
        Random random = settings.random();
        for (boolean direct : new boolean[] {false, true}) {
            List<Cell> cells = Cell.ALL.stream()
                    .filter(cell -> cell.direct() == direct && settings.wantsCell(cell.title()))
                    .filter(cell -> !settings.quick() || cell.depth() == Cell.GOAL.depth())
                    .toList();
            if (!cells.isEmpty()) {
                measure(cells, file, settings, results, random);
            }
        }
    }

    private static void measure(List<Cell> cells, Path file, Settings settings, Results results, Random random)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        Map<String, Commanded> programs = new LinkedHashMap<>();
        try {
            for (Reader reader : Reader.ALL) {
                if (settings.wantsSubject(reader.title())) {
                    String mode = cells.getFirst().direct() ? "direct" : "cached";
                    Commanded program = Commanded.start(reader.title(), settings.serverCore(),
                            reader.launch().command(settings.programs(), file, mode));
                    programs.put(reader.title(), program);
                    if (!program.details().isEmpty()) {
                        results.condition(reader.title(), program.details());
                    }
                    warmUp(reader, program);
                }
            }
            for (Cell cell : cells) {
                measure(cell, programs, file, settings, results, random);
            }
        } finally {
            for (Commanded program : programs.values()) {
                program.close();
            }
        }
    }

    /// Prints the rate of each run, so that one sees whether the last ones had settled.
    private static void warmUp(Reader reader, Commanded program)
            throws ServerFailedException, IOException, InterruptedException {
        Fields checked = program.obey("check " + CHECK_DEPTH + " 300", ANSWER_SECONDS);
        StringBuilder rates = new StringBuilder();
        for (int i = 0; i < WARM_UP_RUNS; i++) {
            rates.append(' ').append(Math.round(
                    rate(program.obey("measure " + WARM_UP_DEPTH + " 300", ANSWER_SECONDS)) / 1000));
        }
        System.out.println("warm-up, 1000 reads/s: " + reader.title() + ": " + Math.round(checked.number("reads"))
                + " blocks were right;" + rates);
    }

    private static double rate(Fields answer) {
        return answer.number("reads") * 1e9 / answer.number("nanos");
    }

    private static void measure(
            Cell cell, Map<String, Commanded> programs, Path file, Settings settings, Results results, Random random)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        int rounds = cell.equals(Cell.GOAL) ? settings.rounds() : settings.fewRounds();
        System.out.println(cell.title() + ", " + rounds + " rounds");
        Map<String, Commanded> measured = new LinkedHashMap<>(programs);
        for (Reader reader : Reader.ALL) {
            if (reader.waits() && cell.depth() > 1) {
                measured.remove(reader.title());
                results.notRun(cell.title(), reader.title(), "it waits for each read, so that it has one in flight");
            }
        }
        boolean withFio = settings.wantsSubject(Fio.TITLE);
        try {
            Fio.require();
        } catch (CannotRunException missing) {
            results.notRun(cell.title(), Fio.TITLE, missing.getMessage() + "");
            withFio = false;
        }
        if (withFio) {
            measured.put(Fio.TITLE, null);
        }
        String command = "measure " + cell.depth() + " " + settings.millis();
        PairedRounds.run(rounds, random, measured.entrySet(), (each, round, order) -> {
            if (each.getValue() == null) {
                results.add(cell.title(), round, order, each.getKey(), RATE, Fio.measure(cell, file, settings));
                return;
            }
            long cpu = each.getValue().cpuNanos();
            Fields answer = each.getValue().obey(command, ANSWER_SECONDS);
            cpu = each.getValue().cpuNanos() - cpu;
            results.add(cell.title(), round, order, each.getKey(), RATE, rate(answer));
            results.add(cell.title(), round, order, each.getKey(), CPU, cpu / 1000.0 / answer.number("reads"));
        });
    }
}
