package dev.ringway.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// No memory is left, and somebody else takes what there is: the ring goes on or ends, and in either case everybody who
/// waits is told once, nothing hangs, and closing returns.
@Tag("J7")
class OutOfMemoryTest {
    /// What a close may take: its deadline of 2 s, and what a busy machine adds.
    private static final long CLOSE_MILLIS = 10_000;

    @ParameterizedTest
    @ValueSource(strings = {"IO_URING", "EPOLL"})
    void ofTheHeap(String backend) throws Exception {
        ChildJvm.Result child = run("-Xmx32m", backend, "heap");
        assertThat(Integer.parseInt(child.line("used up: "))).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"IO_URING", "EPOLL"})
    void ofDirectMemory(String backend) throws Exception {
        ChildJvm.Result child = run("-XX:MaxDirectMemorySize=4m", backend, "direct");
        assertThat(Integer.parseInt(child.line("used up: "))).isPositive();
        assertThat(child.line("survived: ")).as("nobody but who asks for memory notices").isEqualTo("true");
        assertThat(child.line("connect: ")).contains("connect");
        assertThat(child.line("again: ")).isEqualTo("true");
        assertThat(child.line("uncaught: ")).isEqualTo("0");
    }

    private static ChildJvm.Result run(String option, String backend, String kind) throws Exception {
        List<String> command = ChildJvm.command(OutOfMemory.class, option, backend, kind);
        ChildJvm.Result child = ChildJvm.run(command, 60);
        System.out.println(backend + ", " + kind + ": " + child.out().replaceAll("\n+", " "));
        assertThat(child.status()).as(child.out()).isZero();
        assertThat(child.line("told: ")).as("operations that were told").isEqualTo(child.line("started: "));
        assertThat(child.line("told twice: ")).isEqualTo("0");
        assertThat(child.line("refuses: ")).isEqualTo("true");
        assertThat(Long.parseLong(child.line("millis: "))).as("ms of the close").isLessThan(CLOSE_MILLIS);
        return child;
    }
}
