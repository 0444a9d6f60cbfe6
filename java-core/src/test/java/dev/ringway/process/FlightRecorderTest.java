package dev.ringway.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What Flight Recorder is told, and that nobody pays for it who does not record.
class FlightRecorderTest {
    @ParameterizedTest
    @ValueSource(strings = {"IO_URING", "EPOLL"})
    void isToldOfWhatIsWorthKnowing(String backend) throws Exception {
        List<String> events = run(backend, "on").lines().filter(line -> line.startsWith("event ")).toList();
        boolean onUring = backend.equals("IO_URING");
        assertThat(events).allMatch(event -> event.contains("ring=seen"));
        assertThat(events).anyMatch(event -> event.matches(
                "event SlowOperation ring=seen call=recv subject=socket .* ms=(1[4-9].|[2-9]..|[0-9]{4,})"));
        assertThat(events).noneMatch(event -> event.contains("call=timer"));
        assertThat(events).anyMatch(event -> event.matches("event SlowCallback .* call=nop subject=seen ms=[3-9].+"));
        assertThat(events).anyMatch(event -> event.matches("event PoolExhausted .* operations=[1-9].*"));
        assertThat(events).anyMatch(event -> event.matches("event FdDropped ring=seen subject=socket accepted .*"));
        assertThat(events.stream().anyMatch(event -> event.startsWith("event CompletionOverflow"))).isEqualTo(onUring);
        List<String> turns = events.stream().filter(event -> event.startsWith("event Turn")).toList();
        assertThat(sum(turns, "handled")).isGreaterThan(10_000);
        assertThat(sum(turns, "enters")).isGreaterThanOrEqualTo(turns.size());
        if (onUring) {
            assertThat(sum(turns, "submitted")).isGreaterThan(10_000);
        } else {
            assertThat(sum(turns, "submitted")).isZero();
        }
    }

    private static long sum(List<String> turns, String field) {
        return turns.stream()
                .mapToLong(turn -> Long.parseLong(turn.replaceAll(".* " + field + "=(\\d+) .*", "$1")))
                .sum();
    }

    /// Loading an event's class starts the recorder, which takes longer than all of a short program.
    @ParameterizedTest
    @ValueSource(strings = {"IO_URING", "EPOLL"})
    void isNotStartedByARingThatNobodyRecords(String backend) throws Exception {
        String out = run("-Xlog:class+load", backend, "off");
        assertThat(out).contains("dev.ringway.internal.op.Flight ", " jdk.jfr.FlightRecorder ");
        assertThat(out.lines().filter(line -> line.contains(" jdk.jfr.")
                        || line.matches(".* dev\\.ringway\\.internal\\.op\\..*Event .*")))
                .allMatch(line -> line.contains(" jdk.jfr.FlightRecorder "));
    }

    private static String run(String... arguments) throws Exception {
        ChildJvm.Result child = ChildJvm.run(ChildJvm.command(FlightEvents.class, arguments), 60);
        assertThat(child.status()).as(child.out()).isZero();
        return child.out();
    }
}
