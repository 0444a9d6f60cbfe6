package dev.ringway.bench.timers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanTest {
    @ParameterizedTest
    @ValueSource(strings = {Plan.IN_ORDER, Plan.AT_RANDOM})
    void everyTimerIsCancelledOnceAndNonePassesMeanwhile(String title) {
        Plan plan = Plan.of(title);
        boolean[] cancelled = new boolean[Plan.COUNT];
        for (int i : plan.order()) {
            assertThat(cancelled[i]).isFalse();
            cancelled[i] = true;
        }
        assertThat(plan.order()).hasSize(Plan.COUNT);
        assertThat(Arrays.stream(plan.delays()).min(Duration::compareTo).orElseThrow())
                .isGreaterThanOrEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void randomIsTheSameForAll() {
        assertThat(Plan.of(Plan.AT_RANDOM).order()).isEqualTo(Plan.of(Plan.AT_RANDOM).order());
        assertThat(Plan.of(Plan.AT_RANDOM).delays()).isEqualTo(Plan.of(Plan.AT_RANDOM).delays());
    }

    @Test
    void inOrderIsNotAtRandom() {
        assertThat(Plan.of(Plan.IN_ORDER).order()).isSorted();
        assertThat(Plan.of(Plan.AT_RANDOM).order()).isNotEqualTo(Plan.of(Plan.IN_ORDER).order());
    }
}
