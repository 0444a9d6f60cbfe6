package dev.ringway.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.Ring;
import dev.ringway.process.Seccomp.Mode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// io_uring under a seccomp filter, as most containers have it: epoll takes over and says why, for set-up that is
/// forbidden as well as for a ring that can be made and then not be used.
///
/// The whole conformance suite runs under one filter; under all of them with `-Dringway.seccomp=all`.
@Tag("H20")
class SeccompTest {
    private static final boolean ALL = "all".equals(System.getProperty("ringway.seccomp"));
    private static final Pattern TESTS = Pattern.compile("(\\d+) passed, 0 failed, 0 not run, 0 containers not run");

    @ParameterizedTest
    @EnumSource
    void epollIsChosenAndForcedUringFailsNamingTheCause(Mode mode) throws Exception {
        ChildJvm.Result child = ChildJvm.run(Seccomp.command(mode, ChildJvm.command(ChoosesBackend.class)), 30);
        assertThat(child.status()).as(child.out()).isZero();
        assertThat(child.line("kind: ")).isEqualTo("epoll");
        assertThat(child.line("echo: ")).isEqualTo("hello");
        assertThat(child.line("leaked: ")).as("descriptors that are still open").isEqualTo("{}");
        assertNamesTheCause(mode, child.line("reason: io_uring is not available: "));
        assertNamesTheCause(mode, child.line("builder: io_uring unavailable: "));
        assertNamesTheCause(mode, child.line("property: io_uring unavailable: "));
    }

    private static void assertNamesTheCause(Mode mode, String message) {
        assertThat(message).contains(mode.call()).contains(mode.error()).contains("seccomp");
    }

    @ParameterizedTest
    @EnumSource
    void theReportNamesTheCause(Mode mode) throws Exception {
        List<String> report = ChildJvm.commandOn(ChildJvm.root(Ring.class), "dev.ringway.Main");
        ChildJvm.Result child = ChildJvm.run(Seccomp.command(mode, report), 30);
        assertThat(child.status()).as(child.out()).isZero();
        assertNamesTheCause(mode, child.line("backend   epoll (io_uring is not available: "));
        assertNamesTheCause(mode, child.line("io_uring  not available: "));
    }

    static Stream<Mode> modesForTheSuite() {
        return ALL ? Stream.of(Mode.values()) : Stream.of(Mode.ONLY_ENTER);
    }

    @ParameterizedTest
    @MethodSource("modesForTheSuite")
    void theSuitePassesOnEpoll(Mode mode) throws Exception {
        List<String> suite =
                ChildJvm.command(RunsConformance.class, "-Dbackends=EPOLL", "-Dbackends.required=EPOLL");
        ChildJvm.Result child = ChildJvm.run(Seccomp.command(mode, suite), 300);
        assertThat(child.status()).as(child.out()).isZero();
        assertNamesTheCause(mode, child.line("io_uring: unavailable: "));
        Matcher tests = TESTS.matcher(child.line("tests: "));
        assertThat(tests.matches()).as(child.out()).isTrue();
        assertThat(Integer.parseInt(tests.group(1))).as("tests that passed").isPositive();
        System.out.println("seccomp " + mode + ": " + tests.group(1) + " conformance tests passed on epoll");
    }
}
