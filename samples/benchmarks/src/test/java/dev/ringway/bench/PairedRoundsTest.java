package dev.ringway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PairedRoundsTest {
    @Test
    void eachRoundHasEverySubjectOnceInAnOrderOfItsOwn() throws Exception {
        List<String> subjects = List.of("a", "b", "c", "d");
        List<List<String>> rounds = new ArrayList<>();
        PairedRounds.run(10, new Random(1), subjects, (subject, round, order) -> {
            if (order == 1) {
                rounds.add(new ArrayList<>());
            }
            assertThat(rounds).hasSize(round);
            rounds.getLast().add(subject);
            assertThat(rounds.getLast()).hasSize(order);
        });
        assertThat(rounds)
                .hasSize(10)
                .allSatisfy(each -> assertThat(each).containsExactlyInAnyOrderElementsOf(subjects));
        Set<List<String>> orders = new HashSet<>(rounds);
        assertThat(orders).hasSizeGreaterThan(3);
    }
}
