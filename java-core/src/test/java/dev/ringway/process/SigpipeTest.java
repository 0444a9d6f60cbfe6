package dev.ringway.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.testing.Libc;
import dev.ringway.testing.Row;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Writing to a closed socket or FIFO fails with EPIPE, however often, and kills no process, whatever the JVM was told
/// about signals; sockets do not even raise SIGPIPE.
@Tag("H23")
class SigpipeTest {
    private static final List<String> MODES = List.of("-Xrs", "-XX:-UseSignalChaining", "-Dnothing=said");

    @TempDir
    Path directory;

    @TestFactory
    Stream<DynamicTest> endsNoProcess() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Row row : List.of(Row.IO_URING, Row.EPOLL)) {
            String whyNot = row.whyNot();
            for (String mode : MODES) {
                String name = row + " with " + mode;
                tests.add(whyNot.isEmpty() || row.isRequired()
                        ? DynamicTest.dynamicTest(name, () -> run(row, mode))
                        : Tools.notRun(name, whyNot, false));
            }
        }
        return tests.stream();
    }

    private void run(Row row, String mode) throws Exception {
        boolean counts = mode.startsWith("-D");
        Path own = Files.createDirectory(directory.resolve(row + mode.replaceAll("\\W", "")));
        Libc.mkfifo(own.resolve("fifo"));
        ChildJvm.Result child = ChildJvm.run(
                ChildJvm.command(WritesToNobody.class, mode, row.backend().name(), own.toString(),
                        Boolean.toString(counts)), 60);
        assertThat(child.status()).as(child.out()).isZero();
        assertThat(child.line("alive: ")).isEqualTo("true");
        for (String socket : List.of("tcp: ", "tcp, all: ")) {
            // The first is what makes the peer reset; the kernel reports that once
            assertThat(child.line(socket))
                    .containsPattern("SocketException \\(EPIPE\\)=999[89]").doesNotContain("Errno");
        }
        assertThat(child.line("unix: ")).isEqualTo("{SocketException (EPIPE)=10000}");
        assertThat(child.line("signals by sockets: ")).isEqualTo("0");
        if (counts) { // write(2) cannot be told not to
            assertThat(Integer.parseInt(child.line("signals: "))).as("SIGPIPEs that the FIFO has raised").isPositive();
        }
        assertThat(child.line("fifo: ")).isEqualTo("{ErrnoException (EPIPE)=10000}");
        assertThat(child.line("fifo, vectored: ")).isEqualTo("{ErrnoException (EPIPE)=10000}");
    }
}
