package dev.ringway.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.bench.micro.Comparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
    private static final String HEADER =
            "\"Benchmark\",\"Mode\",\"Threads\",\"Samples\",\"Score\",\"Score Error (99.9%)\",\"Unit\"\n";

    @TempDir
    private Path directory;

    private Path run(String name, String... lines) throws IOException {
        StringBuilder csv = new StringBuilder(HEADER);
        for (String line : lines) {
            String[] words = line.split(" ");
            csv.append("\"dev.ringway.bench.micro.Micro.").append(words[0]).append("\",\"avgt\",1,5,")
                    .append(words[1]).append(',').append(words[2]).append(",\"ns/op\"\n");
        }
        return Files.writeString(directory.resolve(name), csv);
    }

    @Test
    void aMachineThatIsHalfAsFastIsNoChange() throws IOException {
        Path before = run("before", "calibration 100 1", "nop 80 4", "timer 50 1");
        Path now = run("now", "calibration 200 2", "nop 160 8", "timer 100 2");
        Comparison comparison = Comparison.of(before, now);
        assertThat(comparison.slower()).isZero();
        assertThat(comparison.toString()).contains("2.00 times as long").doesNotContain("SLOWER", "faster");
    }

    @Test
    void onlyWhatTheErrorsDoNotExplainIsFlagged() throws IOException {
        Path before = run("before", "calibration 100 1", "nop 80 4", "timer 50 1", "turn 300 5");
        Path now = run("now", "calibration 100 1", "nop 87 4", "timer 53 1", "turn 200 5");
        Comparison comparison = Comparison.of(before, now);
        assertThat(comparison.slower()).isOne();
        assertThat(comparison.toString().lines())
                .anyMatch(line -> line.matches("Micro.timer .* 1.06 SLOWER"))
                .anyMatch(line -> line.matches("Micro.nop .* 1.09 "))
                .anyMatch(line -> line.matches("Micro.turn .* 0.67 faster"));
    }

    @Test
    void whatOnlyOneRunHasIsSaid() throws IOException {
        Path before = run("before", "calibration 100 1", "gone 80 4");
        Path now = run("now", "calibration 100 1", "fresh 87 4");
        assertThat(Comparison.of(before, now).toString())
                .contains("Micro.gone", "is no longer measured")
                .containsPattern("Micro.fresh +none .* new");
    }

    @Test
    void withoutTheCalibrationNothingIsCompared() throws IOException {
        Path before = run("before", "calibration 100 1", "nop 80 4");
        Path now = run("now", "nop 80 4");
        assertThatThrownBy(() -> Comparison.of(before, now))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("now has no Micro.calibration");
    }
}
