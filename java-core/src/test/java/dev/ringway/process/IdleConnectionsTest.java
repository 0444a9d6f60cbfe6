package dev.ringway.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a connection costs on which a receive waits: see the goals in the documentation of the benchmarks.
class IdleConnectionsTest {
    private static final int MOST_BYTES = 512;

    @ParameterizedTest
    @ValueSource(strings = {"IO_URING", "EPOLL"})
    void areSmall(String backend) throws Exception {
        // interpreted, since a compiler takes memory of its own, when it likes
        List<String> command = ChildJvm.command(
                IdleConnections.class, "-Xint", "-Xms48m", "-Xmx48m", "-XX:+AlwaysPreTouch", backend);
        ChildJvm.Result child = ChildJvm.run(command, 120);
        System.out.println("idle connections, " + backend + ": " + child.out().replaceAll("\n+", " "));
        assertThat(child.status()).as(child.out()).isZero();
        int heap = Integer.parseInt(child.line("heap: "));
        int outside = Integer.parseInt(child.line("native: "));
        assertThat(heap).as("the least that a socket and its receive can have").isGreaterThan(200);
        assertThat(heap + outside).isLessThanOrEqualTo(MOST_BYTES);
        assertThat(child.line("in flight: ")).as("a receive on each, and the accept").isEqualTo("1501");
    }
}
