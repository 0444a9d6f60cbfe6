package dev.ringway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.bench.Goal.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoalTest {
    private final Results results = new Results("walk");

    @ParameterizedTest
    @CsvSource({
        "1.05, 1.08, HOLDS",
        "1.05, 1.10, HOLDS",
        "1.08, 1.12, NOT_RESOLVED",
        "1.10, 1.12, NOT_RESOLVED",
        "1.11, 1.12, MISSED"
    })
    void atMost(double low, double high, Verdict verdict) {
        Goal goal = Goal.atMost(1.10, "us", "path", "cell", "a", "b");
        assertThat(goal.verdict(new MedianInterval((low + high) / 2, low, high))).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({"0.95, 0.97, MISSED", "0.97, 0.98, NOT_RESOLVED", "0.975, 1.00, NOT_RESOLVED", "0.98, 0.99, HOLDS"})
    void atLeast(double low, double high, Verdict verdict) {
        Goal goal = Goal.atLeast(0.98, "rate", "path", "cell", "a", "b");
        assertThat(goal.verdict(new MedianInterval((low + high) / 2, low, high))).isEqualTo(verdict);
    }

    @Test
    void isComparedWithTheBestOfSeveral() {
        measured(20, "ours", 90);
        measured(20, "one setting", 110);
        measured(20, "other setting", 100);
        Goal atMost = Goal.atMost(0.95, "us", "path", "cell", "ours", "one setting", "other setting", "not run");
        assertThat(atMost.judge(results).reference()).isEqualTo("other setting");
        assertThat(atMost.judge(results).interval().median()).isEqualTo(0.9);
        assertThat(atMost.judge(results).verdict()).isEqualTo(Verdict.HOLDS);
        Goal atLeast = Goal.atLeast(0.85, "us", "path", "cell", "ours", "one setting", "other setting");
        assertThat(atLeast.judge(results).reference()).isEqualTo("one setting");
        assertThat(atLeast.judge(results).verdict()).isEqualTo(Verdict.MISSED);
    }

    @Test
    void withoutAReferenceTheMetricItselfIsJudged() {
        measured(20, "ours", 0);
        Goal goal = Goal.atMost(0, "us", "path", "cell", "ours");
        assertThat(goal.judge(results).verdict()).isEqualTo(Verdict.HOLDS);
        assertThat(goal.judge(results).reference()).isNull();
    }

    @Test
    void fewRoundsResolveNothing() {
        measured(19, "ours", 90);
        measured(20, "theirs", 100);
        Goal.Judged judged = Goal.atMost(2, "us", "path", "cell", "ours", "theirs").judge(results);
        assertThat(judged.verdict()).isEqualTo(Verdict.NOT_RESOLVED);
        assertThat(judged.note()).isEqualTo("19 rounds of the 20 that it takes");
    }

    @Test
    void whatIsMissingIsNotRunAndSaysWhy() {
        measured(20, "ours", 90);
        results.notRun("theirs", "no cargo");
        Goal.Judged judged = Goal.atMost(1, "us", "path", "cell", "ours", "theirs").judge(results);
        assertThat(judged.verdict()).isEqualTo(Verdict.NOT_RUN);
        assertThat(judged.note()).isEqualTo("theirs: no cargo");
        Goal.Judged unknown = Goal.atMost(1, "us", "path", "other cell", "ours", "theirs").judge(results);
        assertThat(unknown.verdict()).isEqualTo(Verdict.NOT_RUN);
        assertThat(unknown.note()).isEqualTo("ours: not measured yet");
    }

    private void measured(int rounds, String subject, double value) {
        for (int round = 1; round <= rounds; round++) {
            results.add("cell", round, 1, subject, "us", value);
        }
    }
}
