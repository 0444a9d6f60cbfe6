package dev.ringway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.bench.Goal.Verdict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoalTest {
    private final Goal goal = new Goal(Subject.CALLBACK, Subject.C_URING, 1.10);

    @ParameterizedTest
    @CsvSource({
        "0.98, 1.02, HOLDS",
        "1.05, 1.10, HOLDS",
        "1.05, 1.11, NOT_RESOLVED",
        "1.10, 1.20, NOT_RESOLVED",
        "1.11, 1.20, MISSED",
    })
    void theWholeIntervalDecides(double low, double high, Verdict expected) {
        assertThat(goal.judge(new MedianInterval((low + high) / 2, low, high))).isEqualTo(expected);
    }
}
