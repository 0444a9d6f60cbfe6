package dev.ringway.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.Backend;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A thousand signals a second for every thread of a process at work, each of which interrupts whatever call its thread
/// is in: no byte is lost, no timer early or much too late, and no poll comes back for nothing.
///
/// `-Dringway.storm.seconds=` sets for how long (by default 2).
class SignalStormTest {
    private static final long SECONDS = Long.getLong("ringway.storm.seconds", 2);
    private static final long LATE_MILLIS = 500;

    @Tag("H21")
    @ParameterizedTest
    @EnumSource(names = {"IO_URING", "EPOLL"})
    void nobodySeesSignals(Backend backend) throws Exception {
        ChildJvm.Result child = ChildJvm.run(
                ChildJvm.command(SignalStorm.class, backend.name(), Long.toString(1000 * SECONDS)), 60 + 2 * SECONDS);
        assertThat(child.status()).as(child.out()).isZero();
        assertThat(child.line("failure: ")).isEqualTo("null");
        assertThat(child.line("a sleep is interrupted: ")).isEqualTo("true");
        assertThat(Long.parseLong(child.line("signals: "))).as("signals").isGreaterThan(SECONDS * 1000);
        assertThat(Long.parseLong(child.line("bytes: "))).as("bytes that came back").isPositive();
        assertThat(Long.parseLong(child.line("timers: "))).as("timers").isPositive();
        assertThat(Long.parseLong(child.line("earliest: "))).as("nanoseconds late, the earliest").isNotNegative();
        assertThat(Long.parseLong(child.line("latest: "))).as("milliseconds late").isLessThan(LATE_MILLIS);
        assertThat(Long.parseLong(child.line("early: "))).as("nanoseconds that polls came back early").isZero();
        System.out.println("signals on " + backend + ": " + child.out().replace('\n', ' '));
    }
}
