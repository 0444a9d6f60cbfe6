package dev.ringway.bench.startup;

import dev.ringway.Ring;
import dev.ringway.bench.CannotRunException;
import dev.ringway.bench.Chart;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What a short program takes: `cat` of a small file against a hello world, with and without an AOT cache of the JDK.
public final class StartUp implements Experiment {
    private static final String WALL = "wall_ms";
    private static final String CPU = "cpu_ms";
    private static final String PLAIN = "no AOT cache";
    private static final String CACHED = "AOT cache";
    private static final String HELLO = "hello world";
    private static final String ONE_CALL = "one system call";
    private static final String JDK = "JDK cat";
    private static final String URING = "Ringway cat";
    private static final String EPOLL = "Ringway cat, epoll";
    private static final double LIMIT = 1.25;
    /// Of every JVM here; a short program has no others.
    private static final List<String> OPTIONS = List.of("--enable-native-access=ALL-UNNAMED");
    private static final Duration PROGRAM_LIMIT = Duration.ofSeconds(60);

    /// What is run; `options` say which backend.
    private record Program(String subject, Class<?> main, List<String> options) {
        private String fileName() {
            return subject.replaceAll("\\W+", "-");
        }
    }

    private static final List<Program> PROGRAMS = List.of(
            new Program(HELLO, HelloWorld.class, List.of()),
            new Program(ONE_CALL, OneCall.class, List.of()),
            new Program(JDK, CatJdk.class, List.of()),
            new Program(URING, CatRingway.class, List.of("-Dringway.backend=io_uring")),
            new Program(EPOLL, CatRingway.class, List.of("-Dringway.backend=epoll")));

    /// One of them, with or without its cache.
    private record Subject(String cell, Program program, List<String> command) {}

    @Override
    public String name() {
        return "startup";
    }

    @Override
    public String title() {
        return "Start-up";
    }

    @Override
    public String question() {
        return "What does a program take from start to exit that prints a small file, against one that only prints?";
    }

    @Override
    public String method() {
        return """
                Each run is a process of its own, from before fork to after its end, and what it prints is compared. \
                All have the same options and the same class path of jars, and both cores, since a JVM compiles \
                beside it. `one system call` is a program without Ringway that makes one system call by \
                java.lang.foreign: what no library on it can go below. With an AOT cache (`-XX:AOTCache`), each has \
                one of its own, made by one run before.""";
    }

    @Override
    public List<Metric> metrics() {
        return List.of(Metric.less(WALL, "ms"), Metric.less(CPU, "ms CPU"));
    }

    @Override
    public String reference(String cell) {
        return HELLO;
    }

    @Override
    public List<Goal> goals() {
        String path = "start-up: cat of a small file, ";
        return Stream.of(PLAIN, CACHED)
                .flatMap(cell -> Stream.of(URING, EPOLL)
                        .map(subject -> Goal.atMost(
                                LIMIT, WALL, path + (subject.equals(URING) ? "io_uring" : "epoll"), cell, subject,
                                HELLO)))
                .toList();
    }

    @Override
    public List<Chart> charts() {
        return List.of(Chart.ratios("wall", "Start to exit, against a hello world", List.of(PLAIN, CACHED)));
    }

    @Override
    public void run(Settings settings, Results results)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        String timed = settings.programs().path("timed");
        Path directory = Files.createDirectories(settings.directory().resolve(name()));
        Path file = Files.writeString(directory.resolve("small.txt"), HelloWorld.TEXT);
        results.condition("options", String.join(" ", OPTIONS));
        String classPath = classPath(directory);
        List<Subject> subjects = new ArrayList<>();
        for (Program program : PROGRAMS) {
            for (String cell : List.of(PLAIN, CACHED)) {
                if (settings.wantsCell(cell) && settings.wantsSubject(program.subject())) {
                    try {
                        List<String> options = cell.equals(PLAIN)
                                ? List.of()
                                : List.of("-XX:AOTMode=on", cacheIn(directory, program, classPath, file));
                        Subject subject = new Subject(cell, program, command(program, options, classPath, file));
                        measure(timed, subject, file); // the first one reads its files from the disk
                        subjects.add(subject);
                    } catch (ServerFailedException reason) {
                        results.notRun(cell, program.subject(), reason.getMessage());
                    }
                }
            }
        }
        System.out.println(settings.rounds() + " rounds of " + subjects.size() + " programs");
        PairedRounds.run(settings.rounds(), settings.random(), subjects, (subject, round, order) -> {
            Fields fields = measure(timed, subject, file);
            String title = subject.program().subject();
            results.add(subject.cell(), round, order, title, WALL, fields.number(WALL));
            results.add(subject.cell(), round, order, title, CPU, fields.number(CPU));
        });
    }

    private static Fields measure(String timed, Subject subject, Path expected)
            throws ServerFailedException, IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(timed, expected.toString()));
        command.addAll(subject.command());
        return Fields.parse(succeeded(subject.program(), command).output());
    }

    private static Tool succeeded(Program program, List<String> command)
            throws ServerFailedException, IOException, InterruptedException {
        Tool tool = Tool.run(PROGRAM_LIMIT, command);
        if (!tool.succeeded()) {
            throw new ServerFailedException(program.subject() + ": " + tool.errors().strip() + tool.output().strip());
        }
        return tool;
    }

    private static List<String> command(Program program, List<String> options, String classPath, Path file) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPTIONS);
        command.addAll(program.options());
        command.addAll(options);
        command.addAll(List.of("-classpath", classPath, program.main().getName(), file.toString()));
        return command;
    }

    /// Makes a cache of what a run of the program loads.
    ///
    /// @return the option that uses it
    private static String cacheIn(Path directory, Program program, String classPath, Path file)
            throws ServerFailedException, IOException, InterruptedException {
        Path cache = directory.resolve(program.fileName() + ".aot").toAbsolutePath();
        Files.deleteIfExists(cache);
        succeeded(program, command(program, List.of("-XX:AOTCacheOutput=" + cache), classPath, file));
        if (!Files.exists(cache)) {
            throw new ServerFailedException(program.subject() + ": this JDK makes no AOT cache");
        }
        return "-XX:AOTCache=" + cache;
    }

    /// Jars, since an AOT cache takes no directories.
    private static String classPath(Path directory) throws IOException {
        Path ringway = Jars.of(Ring.class, directory.resolve("ringway.jar"), "");
        Path programs = Jars.of(StartUp.class, directory.resolve("programs.jar"),
                StartUp.class.getPackageName().replace('.', '/'));
        return ringway.toAbsolutePath() + ":" + programs.toAbsolutePath();
    }
}
