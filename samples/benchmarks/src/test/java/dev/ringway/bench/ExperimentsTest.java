package dev.ringway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What all experiments have to have; nothing is measured.
class ExperimentsTest {
    /// What Ringway has to show: the words that the paths of its goals begin with.
    private static final List<String> TO_SHOW = List.of(
            "callback echo",
            "suspend echo, cancellable",
            "against a10",
            "against Netty io_uring",
            "against Netty epoll",
            "against virtual threads with blocking sockets",
            "virtual threads that join",
            "against Ktor",
            "callback echo on epoll",
            "nop, straight-line Java",
            "nop, callback",
            "nop, cancellable suspend",
            "registered file reads",
            "registered file reads against the JDK",
            "allocation in the steady state, callback",
            "allocation in the steady state, cancellable suspend",
            "allocation in the steady state, many nops",
            "idle connection, io_uring",
            "idle connection, epoll",
            "idle connections, io_uring",
            "idle connections, epoll",
            "10^6 timers, io_uring",
            "10^6 timers, epoll",
            "start-up: cat of a small file, io_uring",
            "start-up: cat of a small file, epoll");

    @Test
    void everyGoalHasAnExperiment() {
        List<String> paths = Benchmarks.EXPERIMENTS.stream()
                .flatMap(experiment -> experiment.goals().stream())
                .map(Goal::path)
                .toList();
        assertThat(TO_SHOW).allSatisfy(wanted -> assertThat(paths).anyMatch(path -> path.startsWith(wanted)));
        assertThat(paths).allMatch(path -> TO_SHOW.stream().anyMatch(path::startsWith));
    }

    @Test
    void namesAreTheirOwn() {
        Set<String> seen = new HashSet<>();
        assertThat(Benchmarks.EXPERIMENTS).allSatisfy(each -> {
            assertThat(seen.add(each.name())).as(each.name()).isTrue();
            assertThat(seen.add(each.title())).as(each.title()).isTrue();
            assertThat(each.name()).matches("[a-z]+");
        });
    }

    @Test
    void goalsAreAboutMetricsThatThereAre() {
        assertThat(Benchmarks.EXPERIMENTS).allSatisfy(each -> {
            List<String> metrics = each.metrics().stream().map(Metric::name).toList();
            assertThat(each.goals()).allSatisfy(goal -> assertThat(metrics).contains(goal.metric()));
        });
    }

    @Test
    void noGoalIsThereTwice() {
        List<String> goals = Benchmarks.EXPERIMENTS.stream()
                .flatMap(experiment -> experiment.goals().stream())
                .map(goal -> goal.path() + ", " + goal.cell() + ", " + goal.subject())
                .toList();
        assertThat(goals).doesNotHaveDuplicates();
    }
}
