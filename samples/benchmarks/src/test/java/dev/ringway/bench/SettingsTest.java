package dev.ringway.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class SettingsTest {
    private static Benchmarks.Run parse(String... arguments) {
        return CommandLine.populateCommand(new Benchmarks.Run(), arguments);
    }

    @Test
    void whatIsNotGivenHasADefault() {
        Benchmarks.Run run = parse();
        Settings settings = run.settings();
        assertThat(settings.rounds()).isEqualTo(Settings.DEFAULT_ROUNDS).isGreaterThanOrEqualTo(Goal.LEAST_ROUNDS);
        assertThat(settings.millis()).isEqualTo(Settings.DEFAULT_MILLIS);
        assertThat(settings.quick()).isFalse();
        assertThat(settings.wantsCell("any")).isTrue();
        assertThat(settings.wantsSubject("any")).isTrue();
        assertThat(Benchmarks.named(run.names)).isEqualTo(Benchmarks.EXPERIMENTS);
        assertThat(run.output()).isEqualTo(Module.docs());
    }

    @Test
    void whatIsGivenIsTaken() {
        Benchmarks.Run run = parse("echo", "--rounds=40", "--millis", "20", "--cell=a", "--cell=b", "--seed=-3");
        Settings settings = run.settings();
        assertThat(settings.rounds()).isEqualTo(40);
        assertThat(settings.fewRounds()).isEqualTo(10);
        assertThat(settings.roundsOfSeconds()).isEqualTo(Goal.LEAST_ROUNDS);
        assertThat(settings.millis()).isEqualTo(20);
        assertThat(settings.seed()).isEqualTo(-3);
        assertThat(settings.cells()).isEqualTo(Set.of("a", "b"));
        assertThat(settings.wantsCell("c")).isFalse();
        assertThat(Benchmarks.named(run.names)).extracting(Experiment::name).containsExactly("echo");
    }

    /// What is not the whole measurement does not replace it.
    @ParameterizedTest
    @ValueSource(strings = {"--quick", "--cell=a", "--subject=a"})
    void aPartGoesElsewhere(String argument) {
        assertThat(parse(argument).output()).isEqualTo(Module.target());
        assertThat(parse(argument, "--output=here").output()).isEqualTo(Path.of("here"));
    }

    @Test
    void quickHasFewRounds() {
        assertThat(parse("--quick").settings().rounds()).isEqualTo(Settings.QUICK_ROUNDS);
        assertThat(parse("--quick").settings().fewRounds()).isEqualTo(Settings.QUICK_ROUNDS);
        assertThat(parse("--quick").settings().roundsOfSeconds()).isLessThan(Settings.QUICK_ROUNDS);
        assertThat(parse("--quick", "--rounds=1").settings().fewRounds()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"--rounds=0, --rounds", "--millis=-1, --millis", "--load-core=0, --load-core"})
    void whatMakesNoSenseIsRefused(String argument, String name) {
        Benchmarks.Run run = parse(argument);
        assertThatIllegalArgumentException().isThrownBy(run::settings).withMessageContaining(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--rounds=x", "--turns=3", "--millis="})
    void whatIsNoOptionIsRefused(String argument) {
        assertThat(exitCode("run", argument)).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThatExceptionOfType(ParameterException.class)
                .isThrownBy(() -> parse(argument));
    }

    @Test
    void anUnknownExperimentIsNamedWithTheKnownOnes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Benchmarks.named(List.of("echo", "ohce")))
                .withMessageContaining("ohce")
                .withMessageContaining("echo");
    }

    /// JMH has options of the same names, which are its own.
    @Test
    void jmhGetsItsArgumentsAsTheyAre() {
        Benchmarks.Jmh jmh = CommandLine.populateCommand(new Benchmarks.Jmh(), "-l", "-h", "Name.*", "-p", "a=b");
        assertThat(jmh.arguments).containsExactly("-l", "-h", "Name.*", "-p", "a=b");
    }

    private static int exitCode(String... arguments) {
        return Benchmarks.commandLine()
                .setErr(new PrintWriter(new StringWriter()))
                .execute(arguments);
    }
}
