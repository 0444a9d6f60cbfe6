package dev.ringway.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Waits that a signal interrupts, made by strace, which answers every third one with EINTR: nobody may see it.
///
/// Needs strace; where it is missing the test's name says that it was not run. `-Drequired.tools=strace` makes that a
/// failure.
@Tag("H13")
class InterruptedWaitTest {
    private static final int MILLIS = 2000;
    private static final int INJECTED = 100;
    /// A timer may be late by the tracer's doing, never by a wait that was forgotten.
    private static final long LATE_MILLIS = 500;

    @TempDir
    Path directory;

    @TestFactory
    Stream<DynamicTest> nobodySeesThem() {
        return Tools.tests(
                "strace",
                new Tools.Case("io_uring_enter", strace -> run(strace, "IO_URING", "io_uring_enter")),
                new Tools.Case("epoll_pwait2", strace -> run(strace, "EPOLL", "epoll_wait,epoll_pwait,epoll_pwait2")));
    }

    private void run(Path strace, String backend, String calls) throws Exception {
        Path log = directory.resolve(backend);
        List<String> command = new ArrayList<>(List.of(
                strace.toString(), "-f", "-qq", "-o", log.toString(), "-e", "trace=" + calls,
                "-e", "inject=" + calls + ":error=EINTR:when=3+3"));
        command.addAll(ChildJvm.command(Workload.class, backend, Integer.toString(MILLIS)));
        ChildJvm.Result child = ChildJvm.run(command, 60);
        assertThat(child.status()).as(child.out()).isZero();
        assertThat(child.line("failure: ")).isEqualTo("null");
        assertThat(Long.parseLong(child.line("bytes: "))).as("bytes that came back").isPositive();
        assertThat(Long.parseLong(child.line("timers: "))).as("timers").isGreaterThan(INJECTED);
        assertThat(Long.parseLong(child.line("earliest: "))).as("nanoseconds late, the earliest").isNotNegative();
        assertThat(Long.parseLong(child.line("latest: "))).as("milliseconds late").isLessThan(LATE_MILLIS);
        assertThat(Long.parseLong(child.line("early: "))).as("nanoseconds that polls came back early").isZero();
        long injected;
        try (Stream<String> lines = Files.lines(log)) {
            injected = lines.filter(line -> line.contains("EINTR") && line.contains("(INJECTED)")).count();
        }
        System.out.println(backend + ": " + injected + " waits interrupted; " + child.out().replace('\n', ' '));
        assertThat(injected).as("interrupted waits").isGreaterThanOrEqualTo(INJECTED);
    }
}
