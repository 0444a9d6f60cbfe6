package dev.ringway.bench.files;

import dev.ringway.bench.CannotRunException;
import dev.ringway.bench.Chart;
import dev.ringway.bench.Commanded;
import dev.ringway.bench.Cores;
import dev.ringway.bench.Experiment;
import dev.ringway.bench.Goal;
import dev.ringway.bench.Jvm;
import dev.ringway.bench.Metric;
import dev.ringway.bench.PairedRounds;
import dev.ringway.bench.Results;
import dev.ringway.bench.ServerFailedException;
import dev.ringway.bench.Settings;
import dev.ringway.bench.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How long a copy of 1 GiB takes that stays in the page cache.
///
/// Those on the JVM are started once and copy once to get warm; cp is started each time, which its time has in it. Each
/// copy is compared with the file, byte by byte, and deleted, before the next one is made.
public final class FileCopy implements Experiment {
    private static final String MILLIS = "ms";
    private static final String CELL = "1 GiB";
    private static final String CP = "cp --reflink=never";
    private static final int SECONDS = 60;
    private static final Map<String, List<String>> PROGRAMS = programs();

    private static Map<String, List<String>> programs() {
        Map<String, List<String>> programs = new LinkedHashMap<>();
        programs.put("Ringway", List.of("-Dringway.backend=io_uring", "ring"));
        programs.put("Ringway, epoll", List.of("-Dringway.backend=epoll", "ring"));
        programs.put("FileChannel.transferTo", List.of("-Dringway.backend=epoll", "transferTo"));
        programs.put("Files.copy", List.of("-Dringway.backend=epoll", "Files.copy"));
        return programs;
    }

    @Override
    public String name() {
        return "copy";
    }

    @Override
    public String title() {
        return "Copy of a file";
    }

    @Override
    public String question() {
        return "How long does a copy of 1 GiB take one core, from page cache to page cache?";
    }

    @Override
    public String method() {
        return """
                All threads of a program have one core. Nothing is made durable, and each copy is deleted before \
                the disk would have to keep up; before that it is compared with the file, byte by byte. Ringway \
                has 16 registered buffers of 128 KiB, each of which is read and written on its own. \
                FileChannel.transferTo and Files.copy leave the copying to the kernel (copy_file_range), as no \
                program with buffers of its own can.""";
    }

    @Override
    public List<Metric> metrics() {
        return List.of(Metric.less(MILLIS, "ms"));
    }

    @Override
    public String reference(String cell) {
        return CP;
    }

    @Override
    public List<Goal> goals() {
        return List.of();
    }

    @Override
    public List<Chart> charts() {
        return List.of(Chart.ratios("time", "Time of a copy", List.of(CELL)));
    }

    @Override
    public void run(Settings settings, Results results)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        Path file = TestFile.make(settings.directory());
        Path target = settings.directory().resolve("copy.data");
        Files.deleteIfExists(target);
        Map<String, Commanded> programs = new LinkedHashMap<>();
        List<String> subjects = new ArrayList<>();
        try {
            for (Map.Entry<String, List<String>> each : PROGRAMS.entrySet()) {
                if (settings.wantsSubject(each.getKey())) {
                    programs.put(each.getKey(), start(each.getKey(), each.getValue(), file, target, settings));
                    subjects.add(each.getKey());
                    measure(programs.get(each.getKey()), file, target, settings);
                }
            }
            if (settings.wantsSubject(CP)) {
                subjects.add(CP);
            }
            PairedRounds.run(settings.fewRounds(), settings.random(), subjects, (subject, round, order) -> results.add(
                    CELL, round, order, subject, MILLIS, measure(programs.get(subject), file, target, settings)));
        } finally {
            for (Commanded program : programs.values()) {
                program.close();
            }
            Files.deleteIfExists(target);
        }
    }

    private static Commanded start(
            String title, List<String> optionAndHow, Path file, Path target, Settings settings)
            throws ServerFailedException, IOException, InterruptedException {
        List<String> options = new ArrayList<>(Jvm.OPTIONS);
        options.add(optionAndHow.getFirst());
        List<String> command = new ArrayList<>(Jvm.command(options, CopyProgram.class.getName()));
        command.addAll(List.of(file.toString(), target.toString(), optionAndHow.getLast()));
        return Commanded.start(title, settings.serverCore(), command);
    }

    /// @param program null for cp
    private static double measure(
            @Nullable Commanded program, Path file, Path target, Settings settings)
            throws ServerFailedException, IOException, InterruptedException {
        double nanos = program == null
                ? copyWithCp(file, target, settings)
                : program.obey("copy", SECONDS).number("nanos");
        long difference = Files.mismatch(file, target);
        if (difference >= 0) {
            throw new ServerFailedException("a copy differs at byte " + difference);
        }
        Files.delete(target);
        return nanos / 1e6;
    }

    private static double copyWithCp(Path file, Path target, Settings settings)
            throws ServerFailedException, IOException, InterruptedException {
        long started = System.nanoTime();
        Tool cp = Tool.run(Duration.ofSeconds(SECONDS), Cores.pin(settings.serverCore(),
                List.of("cp", "--reflink=never", file.toString(), target.toString())));
        if (!cp.succeeded()) {
            throw new ServerFailedException(CP + ": " + cp.errors());
        }
        return System.nanoTime() - started;
    }
}
