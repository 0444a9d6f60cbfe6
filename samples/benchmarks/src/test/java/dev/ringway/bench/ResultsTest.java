package dev.ringway.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
    @TempDir
    Path directory;

    private final Results results = new Results("walk");

    @Test
    void whatIsWrittenIsRead() throws IOException {
        results.condition("CPU", "a \"fast\" one, of two");
        results.notRun("d", "no such animal,\n sorry");
        results.notRun("cell 1", "e", "lame");
        results.add("cell 1", 1, 2, "a, b", "steps", 1234567.25);
        results.add("cell 1", 1, 1, "c", "steps", 0.1);
        results.add("64 × 64 B", 2, 1, "c", "rest_us", 3);
        Path file = directory.resolve("walk.csv");
        results.write(file);

        Results read = Results.read(file);
        assertThat(read.experiment()).isEqualTo("walk");
        assertThat(read.conditions()).isEqualTo(results.conditions());
        assertThat(read.notRun()).isEqualTo(results.notRun()).hasSize(2);
        assertThat(read.rows()).isEqualTo(results.rows()).hasSize(3);
        assertThat(read.cells()).containsExactly("cell 1", "64 × 64 B");
        assertThat(read.whyNotRun("any", "d")).contains("no such animal, sorry");
        assertThat(read.whyNotRun("any", "e")).isEmpty();
        assertThat(Files.readString(file)).startsWith("experiment,cell,round,order,subject,metric,value\n");

        read.write(directory.resolve("again.csv"));
        assertThat(directory.resolve("again.csv")).hasSameTextualContentAs(file);
    }

    /// A round in which one of the two is missing compares nothing.
    @Test
    void ratiosAreTakenWithinARound() {
        for (int round = 1; round <= 3; round++) {
            results.add("c", round, 1, "slow", "us", 10 * round);
        }
        results.add("c", 3, 2, "fast", "us", 15);
        results.add("c", 1, 2, "fast", "us", 4);
        assertThat(results.ratios("c", "slow", "fast", "us")).containsExactlyInAnyOrder(2.5, 2.0);
        assertThat(results.ratio("c", "slow", "fast", "us")).get().extracting(MedianInterval::median).isEqualTo(2.25);
        assertThat(results.ratio("c", "slow", "nobody", "us")).isEmpty();
        assertThat(results.median("c", "slow", "us")).hasValue(20);
        assertThat(results.median("d", "slow", "us")).isEmpty();
    }

    @Test
    void anIntervalKnowsOfRowsThatCameLater() {
        results.add("c", 1, 1, "a", "us", 10);
        assertThat(results.interval("c", "a", "us")).contains(new MedianInterval(10, 10, 10));
        results.add("c", 2, 1, "a", "us", 20);
        assertThat(results.interval("c", "a", "us")).contains(new MedianInterval(15, 10, 20));
    }

    @Test
    void nothingIsAddedTwiceOrWithoutAValue() {
        results.add("c", 1, 1, "a", "us", 10);
        assertThatIllegalArgumentException().isThrownBy(() -> results.add("c", 1, 2, "a", "us", 10));
        assertThatIllegalArgumentException().isThrownBy(() -> results.add("c", 2, 1, "a", "us", Double.NaN));
    }

    @Test
    void anotherFileIsRefusedByName() throws IOException {
        Path file = directory.resolve("run.csv");
        results.add("c", 1, 1, "a", "us", 10);
        results.write(file);
        assertThatIOException().isThrownBy(() -> Results.read(file)).withMessageContaining("run.csv");
        Files.writeString(file, "experiment,cell,round,order,subject,metric,value\nrun,c,,1,a,us,10\n");
        assertThatIOException().isThrownBy(() -> Results.read(file)).withMessageContaining("round");
    }
}
