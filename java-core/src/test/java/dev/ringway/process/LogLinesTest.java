package dev.ringway.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// What peers and load can provoke is a few lines of log and not a million: callbacks that throw, and connections for
/// which there is no fd, which wait until there is one.
///
/// Needs prlimit; where it is missing the test's name says that it was not run. `-Drequired.tools=prlimit` makes that a
/// failure.
class LogLinesTest {
    private static final int FDS = 128;
    /// Of one place in the code, and in a second.
    private static final int LINES = 5;

    @TestFactory
    Stream<DynamicTest> areFew() {
        return Tools.tests(
                "prlimit",
                new Tools.Case("io_uring", prlimit -> run(prlimit, "IO_URING")),
                new Tools.Case("epoll", prlimit -> run(prlimit, "EPOLL")));
    }

    private static void run(Path prlimit, String backend) throws Exception {
        List<String> command = new ArrayList<>(List.of(prlimit.toString(), "--nofile=" + FDS + ":" + FDS));
        command.addAll(ChildJvm.command(Provoked.class, backend));
        ChildJvm.Result child = ChildJvm.run(command, 60);
        assertThat(child.status()).as(child.out()).isZero();
        long seconds = 1 + Long.parseLong(child.line("threw for millis: ")) / 1000;
        List<String> threw = lines(child, "a callback on provoked threw");
        assertThat(threw.size()).as("lines about callbacks").isBetween(1, (int) (LINES * (seconds + 1)));

        List<String> shortage = lines(child, "connections wait until that is over");
        assertThat(shortage.size()).as("lines about the shortage: " + child.out()).isBetween(1, 2 * LINES);
        assertThat(shortage.getFirst()).contains("accept on listener").contains("EMFILE").contains("RLIMIT_NOFILE");
        int clients = Integer.parseInt(child.line("clients: "));
        assertThat(Integer.parseInt(child.line("accepted before: "))).as("of " + clients).isLessThan(clients);
        assertThat(Integer.parseInt(child.line("accepted: "))).as("all, once fds were free").isEqualTo(clients);
        assertThat(child.line("failed: ")).isEqualTo("0");
        System.out.println(backend + ": " + threw.size() + " lines for " + child.line("thrown: ") + " callbacks, "
                + shortage.size() + " for the shortage");
    }

    private static List<String> lines(ChildJvm.Result child, String what) {
        return child.out().lines().filter(line -> line.contains(what)).toList();
    }
}
