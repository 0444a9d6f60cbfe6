package dev.ringway.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.testing.Row;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// A virtual thread that waits in any call leaves its carrier to others: with one carrier, a hundred of them wait, and
/// another advances. Flight Recorder, which sees every thread that holds its carrier while it is parked, sees none.
@Tag("J4")
class PinningTest {
    private static final List<String> CALLS = List.of("receive", "receiveN", "sendAll", "accept", "timer", "future",
            "file", "channel.read", "channel.write", "stream.read", "input.read", "output.write", "tls.read",
            "tls.write", "tls.handshake", "tls.close", "close", "ring.close");
    private static final Pattern BLOCKED = Pattern.compile("100 blocked, median (\\d+), worst (\\d+)");
    /// Nothing else is recorded: waits for the recorder's own locks would be found too. Nor is what is shorter than any
    /// wait of ours: the JDK's locks, for a microsecond.
    private static final String SETTINGS = """
            <configuration version="2.0">
              <event name="jdk.VirtualThreadPinned">
                <setting name="enabled">true</setting>
                <setting name="threshold">1 ms</setting>
                <setting name="stackTrace">true</setting>
              </event>
            </configuration>
            """;
    /// A busy machine may hold up one step, and not most of them.
    private static final long MEDIAN_MICROS = 10_000;
    private static final long WORST_MICROS = 5_000_000;

    @TempDir
    Path directory;

    @TestFactory
    Stream<DynamicTest> waitsWithoutACarrier() {
        return Stream.of(Row.IO_URING, Row.EPOLL).map(row -> row.whyNot().isEmpty() || row.isRequired()
                ? DynamicTest.dynamicTest(row.name(), () -> run(row))
                : Tools.notRun(row.name(), row.whyNot(), false));
    }

    private void run(Row row) throws Exception {
        Path own = Files.createDirectory(directory.resolve(row.name()));
        Path recording = own.resolve("recording.jfr");
        ChildJvm.Result child = ChildJvm.run(ChildJvm.command(BlocksVirtualThreads.class,
                "-Djdk.virtualThreadScheduler.parallelism=1", "-Djdk.virtualThreadScheduler.maxPoolSize=1",
                "-XX:StartFlightRecording:settings=" + Files.writeString(own.resolve("settings.jfc"), SETTINGS)
                        + ",filename=" + recording,
                row.backend().name(), own.toString()), 120);
        assertThat(child.status()).as(child.out()).isZero();
        assertThat(child.line("done: ")).isEqualTo("true");
        for (String call : CALLS) {
            Matcher blocked = BLOCKED.matcher(child.line(call + ": "));
            assertThat(blocked.matches()).as(child.out()).isTrue();
            assertThat(Long.parseLong(blocked.group(1))).as("median of " + call).isLessThan(MEDIAN_MICROS);
            assertThat(Long.parseLong(blocked.group(2))).as("worst of " + call).isLessThan(WORST_MICROS);
        }
        System.out.println(row + ": " + child.out().replace('\n', ';'));
        requireNoPinned(recording);
    }

    /// None but the one that the program makes on purpose at its end, to show that the recorder sees them.
    private static void requireNoPinned(Path recording) throws Exception {
        Path jfr = Path.of(System.getProperty("java.home"), "bin", "jfr");
        ChildJvm.Result events = ChildJvm.run(
                List.of(jfr.toString(), "print", "--events", "jdk.VirtualThreadPinned", recording.toString()), 60);
        assertThat(events.status()).as(events.out()).isZero();
        assertThat(events.out().split("jdk.VirtualThreadPinned \\{", -1)).as(events.out()).hasSize(2);
        assertThat(events.out()).contains(BlocksVirtualThreads.class.getName());
    }
}
