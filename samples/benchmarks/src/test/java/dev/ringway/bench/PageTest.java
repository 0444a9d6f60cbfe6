package dev.ringway.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageTest {
    private final Results results = new Results("walk");
    private final List<Experiment> walk = List.of(new Walk("C"));

    private String page(String before) {
        return Page.text(before, walk, Map.of("walk", results));
    }

    @Test
    void whatIsWrittenByHandStays() {
        measured("Ringway", 90);
        measured("C", 100);
        String once = page("# Performance\n\nBy hand, before.\n");
        assertThat(once)
                .startsWith("# Performance\n\nBy hand, before.\n\n## Goals\n\n<!-- written by Benchmarks: Goals -->\n")
                .endsWith("<!-- end -->\n");
        String byHand = once.replace("<!-- end -->\n\n## Walking", "<!-- end -->\n\nBy hand, why.\n\n## Walking");
        assertThat(byHand).isNotEqualTo(once);
        assertThat(page(byHand)).isEqualTo(byHand);

        String edited = byHand.replace("**holds**", "**is grand**");
        assertThat(edited).isNotEqualTo(byHand);
        assertThat(page(edited)).isEqualTo(byHand);
    }

    @Test
    void aSectionWithoutAnEndIsAnError() {
        assertThatIllegalStateException()
                .isThrownBy(() -> page("<!-- written by Benchmarks: Goals -->\n"))
                .withMessageContaining("Goals");
    }

    @Test
    void everyGoalHasARowWithItsNumbers() {
        measured("Ringway", 90);
        measured("C", 100);
        assertThat(page(""))
                .contains("1 holds, 0 missed, 0 not resolved, 1 not run.")
                .contains("| short way | road | 90.0 µs a step | C: 100 | 0.900 | 0.900 – 0.900 | ≤ 0.950 × |"
                        + " **holds** |")
                .contains("| swimming | sea |  |  |  |  | ≤ 5.00 | **not run**: Ringway: not measured yet |");
    }

    @Test
    void whatIsLostIsSaidFirst() {
        measured("Ringway", 200);
        measured("C", 100);
        measured("snail", 900);
        assertThat(page(""))
                .contains("- short way, road: missed (2.000, goal ≤ 0.950)")
                .contains("- swimming, sea: not run (Ringway: not measured yet)")
                .contains("| walk, road | Ringway | C 2.000 (2.000 – 2.000) |");
    }

    @Test
    void tablesAreSortedAndSayWhatWasNotRun() {
        measured("Ringway", 90);
        measured("snail", 900);
        measured("C", 100);
        results.notRun("road", "fish", "no legs");
        results.notRun("ghost", "not here");
        results.condition("Shoes", "boots");
        assertThat(page("")).contains("""
                ### road

                20 paired rounds.

                | | µs a step | ratio to C |
                |---|---|---|
                | **Ringway** | 90.0 | 0.900 (0.900 – 0.900) |
                | C | 100 | 1 |
                | snail | 900 | 9.000 (9.000 – 9.000) |
                | fish | *not run*: no legs | |
                """).contains("- Shoes: boots\n").contains("- ghost: *not run*: not here\n");
    }

    @Test
    void withoutAReferenceATableHasNoRatios() {
        measured("Ringway", 0);
        results.notRun("road", "fish", "no legs");
        assertThat(Page.text("", List.of(new Walk("")), Map.of("walk", results))).contains("""
                | | µs a step |
                |---|---|
                | **Ringway** | 0 |
                | fish | *not run*: no legs |
                """);
    }

    @Test
    void nothingIsARatioToNothing() {
        measured("Ringway", 90);
        measured("C", 0);
        assertThat(page("")).contains("| **Ringway** | 90.0 |  |\n").doesNotContain("Infinity", "NaN");
    }

    @Test
    void whatWasNotMeasuredSaysSo() {
        assertThat(Page.text("", walk, Map.of())).contains("How fast does one walk?\n\nNot measured yet: `run walk`.");
    }

    @Test
    void thePageAndTheChartsAreMadeOfTheRowsAlone(@TempDir Path directory) throws IOException {
        measured("Ringway", 90);
        measured("C", 100);
        new Page(directory).keep(results);
        new Page(directory).write(walk);
        assertThat(directory.resolve("performance.md")).hasContent(page("# Performance\n"));
        assertThat(Files.readString(directory.resolve("performance/walk-speed.svg")))
                .startsWith("<?xml")
                .contains("Ringway", "Speed", "ratio to C");
        assertThat(Files.readString(directory.resolve("performance/walk-steps.svg"))).contains("Steps", "Ringway");
    }

    /// What `page` would write is what there is: nobody has edited a number, and no row is newer than the page.
    @Test
    void theProjectsPageIsThatOfItsRows() throws IOException {
        Path page = Module.docs().resolve("performance.md");
        assertThat(page).content().as("run `page`").isEqualTo(new Page(Module.docs()).text(Benchmarks.EXPERIMENTS));
        for (Experiment experiment : Benchmarks.EXPERIMENTS) {
            if (Files.exists(Module.docs().resolve("performance/" + experiment.name() + ".csv"))) {
                for (Chart chart : experiment.charts()) {
                    assertThat(Module.docs().resolve("performance/" + Charts.file(experiment, chart))).exists();
                }
            }
        }
    }

    /// A goal that does not hold has its reason on the page, under its own name.
    @Test
    void whatIsLostHasAReason() throws IOException {
        String page = Files.readString(Module.docs().resolve("performance.md"));
        int from = page.indexOf("\n## Why goals are missed\n");
        assertThat(from).isPositive();
        String reasons = page.substring(from, page.indexOf("\n## ", from + 1)).replaceAll("\\s+", " ");
        for (Experiment experiment : Benchmarks.EXPERIMENTS) {
            Path rows = Module.docs().resolve("performance/" + experiment.name() + ".csv");
            Results measured = Files.exists(rows) ? Results.read(rows) : new Results(experiment.name());
            for (Goal goal : experiment.goals()) {
                if (goal.judge(measured).verdict() != Goal.Verdict.HOLDS) {
                    assertThat(reasons).as(goal.cell()).contains("*" + goal.path() + "*");
                }
            }
        }
    }

    private void measured(String subject, double value) {
        for (int round = 1; round <= 20; round++) {
            results.add("road", round, 1, subject, "us", value);
        }
    }

    private static final class Walk implements Experiment {
        private final String reference;

        Walk(String reference) {
            this.reference = reference;
        }

        @Override
        public String name() {
            return "walk";
        }

        @Override
        public String title() {
            return "Walking";
        }

        @Override
        public String question() {
            return "How fast does one walk?";
        }

        @Override
        public String method() {
            return "On foot.";
        }

        @Override
        public List<Metric> metrics() {
            return List.of(Metric.less("us", "µs a step"));
        }

        @Override
        public String reference(String cell) {
            return reference;
        }

        @Override
        public List<Goal> goals() {
            return List.of(
                    Goal.atMost(0.95, "us", "short way", "road", "Ringway", "C"),
                    Goal.atMost(5, "us", "swimming", "sea", "Ringway"));
        }

        @Override
        public List<Chart> charts() {
            return List.of(
                    Chart.ratios("speed", "Speed", List.of("road")),
                    Chart.lines("steps", "Steps", List.of("road"), "us"));
        }

        @Override
        public void run(Settings settings, Results results) {
            throw new AssertionError("nothing is measured in a test");
        }
    }
}
