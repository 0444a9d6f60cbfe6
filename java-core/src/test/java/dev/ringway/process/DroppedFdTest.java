package dev.ringway.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What an fd that was dropped leaves in the log: one warning, with the place where it was made if that is tracked, and
/// none for one that was closed.
@Tag("J2")
class DroppedFdTest {
    @ParameterizedTest(name = "{0}, tracked: {1}")
    @CsvSource({"io_uring, true", "io_uring, false", "epoll, true", "epoll, false"})
    void isReportedOnce(String backend, boolean tracked) throws Exception {
        ChildJvm.Result result = ChildJvm.run(ChildJvm.command(DropsSocket.class,
                "-Dringway.backend=" + backend, "-Dringway.trackCreation=" + tracked), 60);
        assertThat(result.status()).isZero();
        assertThat(result.line("dropped: ")).isEqualTo("1");
        assertThat(result.line("left: ")).isEqualTo("0");
        assertThat(result.out()).containsOnlyOnce("dropped without being closed").contains("socket INET");
        assertThat(result.out()).doesNotContain("socket UNIX");
        assertThat(result.out().contains("DropsSocket.main(DropsSocket.java")).isEqualTo(tracked);
    }
}
