package dev.ringway.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Measures every subject once a round, in an order of that round's own.
///
/// What changes on the machine from minute to minute so meets all of them, and cancels in the ratio of two of one
/// round.
public final class PairedRounds {
    private PairedRounds() {}

    /// Measures one subject once.
    @FunctionalInterface
    public interface Trial<S> {
        /// @param order the place within the round, from 1
        void measure(S subject, int round, int order)
                throws CannotRunException, ServerFailedException, IOException, InterruptedException;
    }

    /// Rounds are counted from 1.
    public static <S> void run(int rounds, Random random, Collection<S> subjects, Trial<S> trial)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        for (int round = 1; round <= rounds; round++) {
            List<S> shuffled = new ArrayList<>(subjects);
            Collections.shuffle(shuffled, random);
            int order = 1;
            for (S subject : shuffled) {
                trial.measure(subject, round, order++);
            }
        }
    }
}
