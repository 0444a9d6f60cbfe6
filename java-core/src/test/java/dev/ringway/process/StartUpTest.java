package dev.ringway.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a short program does not pay for: each of these once took it milliseconds.
class StartUpTest {
    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"IO_URING", "EPOLL"})
    void readingAFileMakesOneDowncallAndStartsNothingThatItDoesNotUse(String backend) throws Exception {
        Path file = Files.writeString(directory.resolve("small"), "twelve bytes");
        ChildJvm.Result child =
                ChildJvm.run(ChildJvm.command(ReadsFile.class, "-Xlog:class+load", backend, file.toString()), 60);
        assertThat(child.status()).as(child.out()).isZero();
        assertThat(child.line("read ")).isEqualTo("12");

        List<String> loaded = child.out().lines().filter(line -> line.contains("source:")).toList();
        assertThat(loaded).anyMatch(line -> line.contains(" dev.ringway.Ring "));
        assertThat(loaded).filteredOn(line -> line.contains("DowncallStub/")).as("handles of functions").hasSize(1);
        assertThat(loaded)
                .as("logging, strings put together by generated classes, switches over types")
                .noneMatch(line -> line.contains(" java.util.logging.")
                        || line.contains("StringConcatFactory")
                        || line.matches(".* dev\\.ringway\\..*TypeSwitch/.*"));
    }
}
