package dev.ringway.bench;

import dev.ringway.bench.allocation.Allocation;
import dev.ringway.bench.echo.Churn;
import dev.ringway.bench.echo.Echo;
import dev.ringway.bench.echo.Idle;
import dev.ringway.bench.echo.Scaling;
import dev.ringway.bench.echo.Tail;
import dev.ringway.bench.files.FileCopy;
import dev.ringway.bench.files.FileReads;
import dev.ringway.bench.layers.Layers;
import dev.ringway.bench.startup.StartUp;
import dev.ringway.bench.timers.TimerCosts;
import dev.ringway.bench.micro.Comparison;
import dev.ringway.bench.micro.Micro;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Everything that is measured, from one command line.
@Command(
        name = "benchmarks",
        description = "Measures Ringway against C and its peers, and writes docs/performance.md.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "run | page | micro | jmh",
        subcommands = {Benchmarks.Run.class, Benchmarks.WritePage.class, Benchmarks.MicroCosts.class,
            Benchmarks.Jmh.class})
public final class Benchmarks {
    /// In the order of the page.
    static final List<Experiment> EXPERIMENTS = List.of(
            new Echo(),
            new Tail(),
            new Churn(),
            new Scaling(),
            new Idle(),
            new Layers(),
            new Allocation(),
            new FileReads(),
            new FileCopy(),
            new TimerCosts(),
            new StartUp());

    private Benchmarks() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Benchmarks());
    }

    /// Exits 0 if everything was measured, 1 if something that was measured failed, 2 if the machine or an argument
    /// does not allow it.
    @Command(name = "run", description = "Measures experiments, and writes their rows and the page.",
            mixinStandardHelpOptions = true, showDefaultValues = true)
    static final class Run implements Callable<Integer> {
        @Parameters(paramLabel = "EXPERIMENT", arity = "0..*", description = "Which; all if none is named.")
        List<String> names = new ArrayList<>();

        @Option(names = "--quick", description = "Everything in a few minutes, without verdicts.")
        boolean quick;

        @Option(names = "--rounds", description = "Paired rounds; " + Settings.DEFAULT_ROUNDS + ", quick "
                + Settings.QUICK_ROUNDS + ".", showDefaultValue = CommandLine.Help.Visibility.NEVER)
        @Nullable Integer rounds;

        @Option(names = "--millis", description = "Measured in each run of a load.",
                defaultValue = "" + Settings.DEFAULT_MILLIS)
        int millis;

        @Option(names = "--server-core", description = "The CPU of what is measured.", defaultValue = "0")
        int serverCore;

        @Option(names = "--load-core", description = "The CPU of the load.", defaultValue = "1")
        int loadCore;

        @Option(names = "--seed", description = "Of the orders within the rounds; the clock.",
                showDefaultValue = CommandLine.Help.Visibility.NEVER)
        @Nullable Long seed;

        @Option(names = "--cell", description = "Only this one; may be repeated.")
        Set<String> cells = new LinkedHashSet<>();

        @Option(names = "--subject", description = "Only this one; may be repeated.")
        Set<String> subjects = new LinkedHashSet<>();

        @Option(names = "--output", description = "Where performance.md goes, and performance/*.csv; docs, or"
                + " target/benchmarks if not everything is measured.",
                showDefaultValue = CommandLine.Help.Visibility.NEVER)
        @Nullable Path output;

        Settings settings() {
            int wanted = rounds != null ? rounds : quick ? Settings.QUICK_ROUNDS : Settings.DEFAULT_ROUNDS;
            return new Settings(
                    wanted,
                    millis,
                    quick,
                    serverCore,
                    loadCore,
                    seed != null ? seed : System.nanoTime(),
                    cells,
                    subjects,
                    new CPrograms(Module.cSources(), Module.target()));
        }

        Path output() {
            boolean everything = !quick && cells.isEmpty() && subjects.isEmpty();
            return output != null ? output : everything ? Module.docs() : Module.target();
        }

        @Override
        public Integer call() throws IOException, InterruptedException {
            boolean failed = false;
            boolean impossible = false;
            Page page = new Page(output());
            try {
                Settings settings = settings();
                Cores.require(serverCore);
                Cores.require(loadCore);
                for (Experiment experiment : named(names)) {
                    System.out.println("# " + experiment.name());
                    Results results = new Results(experiment.name());
                    Machine.describe(settings, results);
                    try {
                        experiment.run(settings, results);
                        page.keep(results);
                    } catch (CannotRunException reason) {
                        System.err.println(experiment.name() + " cannot run: " + reason.getMessage());
                        impossible = true;
                    } catch (ServerFailedException failure) {
                        Path kept = Module.target().resolve("failed").resolve(experiment.name() + ".csv");
                        results.write(kept);
                        System.err.println(experiment.name() + " FAILED: " + failure.getMessage()
                                + "\nWhat it had measured until then: " + kept);
                        failed = true;
                    }
                }
            } catch (CannotRunException | IllegalArgumentException reason) {
                System.err.println("The benchmarks cannot run: " + reason.getMessage());
                return ExitCode.USAGE;
            }
            page.write(EXPERIMENTS);
            return failed ? ExitCode.SOFTWARE : impossible ? ExitCode.USAGE : ExitCode.OK;
        }
    }

    @Command(name = "page", description = "Writes the page and its charts anew from the rows, and measures nothing.",
            mixinStandardHelpOptions = true)
    static final class WritePage implements Callable<Integer> {
        @Option(names = "--output", description = "Where performance.md is, and performance/*.csv; docs.")
        @Nullable Path output;

        @Override
        public Integer call() throws IOException {
            new Page(output != null ? output : Module.docs()).write(EXPERIMENTS);
            return ExitCode.OK;
        }
    }

    /// Exits 1 if something is slower than in the baseline.
    @Command(name = "micro", description = "Runs the JMH benchmarks of the micro costs, and compares them with the"
            + " baseline.", mixinStandardHelpOptions = true)
    static final class MicroCosts implements Callable<Integer> {
        @Option(names = "--baseline", description = "What to compare with; docs/performance/micro.csv.")
        @Nullable Path baseline;

        @Option(names = "--write", description = "Makes the result the baseline, and compares nothing.")
        boolean write;

        @Override
        public Integer call() throws IOException, RunnerException {
            Path before = baseline != null ? baseline : Module.docs().resolve("performance/micro.csv");
            Path now = write ? before : Module.target().resolve("micro.csv");
            Files.createDirectories(now.toAbsolutePath().getParent());
            new Runner(new OptionsBuilder()
                            .include("\\b" + Micro.class.getSimpleName() + "\\.")
                            .resultFormat(ResultFormatType.CSV)
                            .result(now.toString())
                            .build())
                    .run();
            if (write) {
                return ExitCode.OK;
            }
            Comparison comparison = Comparison.of(before, now);
            System.out.print(comparison);
            return comparison.slower() == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }

    @Command(name = "jmh", description = "Runs JMH with JMH's own arguments; -h tells them, -l lists the benchmarks.")
    static final class Jmh implements Callable<Integer> {
        @CommandLine.Unmatched
        List<String> arguments = new ArrayList<>();

        @Override
        public Integer call() throws IOException {
            org.openjdk.jmh.Main.main(arguments.toArray(String[]::new));
            return ExitCode.OK;
        }
    }

    /// @throws IllegalArgumentException naming those that there are
    static List<Experiment> named(List<String> names) {
        List<String> known = EXPERIMENTS.stream().map(Experiment::name).toList();
        for (String name : names) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "no experiment named '" + name + "'; there are: " + String.join(", ", known));
            }
        }
        return EXPERIMENTS.stream()
                .filter(each -> names.isEmpty() || names.contains(each.name()))
                .toList();
    }
}
