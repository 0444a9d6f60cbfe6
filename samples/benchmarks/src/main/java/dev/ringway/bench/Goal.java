package dev.ringway.bench;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// Something that an experiment has to show: a metric of a subject in a cell, against others or by itself.
///
/// @param path what it is about, the same words for all cells: `callback echo`
/// @param references whom it is compared with; of several, the best. None: the metric itself is compared with the limit
/// @param limit of the median ratio within a round, or of the median
public record Goal(
        String path, String cell, String subject, List<String> references, String metric, Bound bound, double limit) {

    /// Fewer paired rounds tell too little.
    public static final int LEAST_ROUNDS = 20;

    /// On which side of the limit a goal holds; the limit itself keeps it.
    public enum Bound {
        AT_MOST("≤"),
        AT_LEAST("≥");

        final String sign;

        Bound(String sign) {
            this.sign = sign;
        }
    }

    /// How a goal stands.
    public enum Verdict {
        /// The whole interval keeps the limit.
        HOLDS("holds"),
        /// The whole interval lies on the other side.
        MISSED("missed"),
        /// The limit lies within the interval, or there are too few rounds.
        NOT_RESOLVED("not resolved"),
        /// It, or all whom it is compared with, could not be measured.
        NOT_RUN("not run");

        final String title;

        Verdict(String title) {
            this.title = title;
        }
    }

    public Goal {
        references = List.copyOf(references);
    }

    public static Goal atMost(
            double limit, String metric, String path, String cell, String subject, String... references) {
        return new Goal(path, cell, subject, List.of(references), metric, Bound.AT_MOST, limit);
    }

    public static Goal atLeast(
            double limit, String metric, String path, String cell, String subject, String... references) {
        return new Goal(path, cell, subject, List.of(references), metric, Bound.AT_LEAST, limit);
    }

    /// How a goal came out.
    ///
    /// @param reference the one that it was compared with; null without one
    /// @param interval of the ratio, or of the metric itself; null if it was not run
    /// @param note what else there is to say about the verdict; empty if nothing
    record Judged(
            Goal goal, @Nullable String reference, @Nullable MedianInterval interval, Verdict verdict, String note) {}

    Judged judge(Results results) {
        if (results.values(cell, subject, metric).length == 0) {
            return notRun(results, subject);
        }
        Optional<String> reference = best(results);
        if (!references.isEmpty() && reference.isEmpty()) {
            return notRun(results, references.getFirst());
        }
        int rounds = reference.isPresent()
                ? results.ratios(cell, subject, reference.get(), metric).length
                : results.values(cell, subject, metric).length;
        Optional<MedianInterval> measured = reference.isPresent()
                ? results.ratio(cell, subject, reference.get(), metric)
                : results.interval(cell, subject, metric);
        if (measured.isEmpty()) {
            return new Judged(this, null, null, Verdict.NOT_RUN, "never in the same round");
        }
        MedianInterval interval = measured.get();
        Verdict verdict = verdict(interval);
        String note = "";
        if (rounds < LEAST_ROUNDS) {
            note = String.format(Locale.ROOT, "%d rounds of the %d that it takes", rounds, LEAST_ROUNDS);
            verdict = Verdict.NOT_RESOLVED;
        }
        return new Judged(this, reference.orElse(null), interval, verdict, note);
    }

    Verdict verdict(MedianInterval interval) {
        return switch (bound) {
            case AT_MOST ->
                interval.high() <= limit
                        ? Verdict.HOLDS
                        : interval.low() > limit ? Verdict.MISSED : Verdict.NOT_RESOLVED;
            case AT_LEAST ->
                interval.low() >= limit
                        ? Verdict.HOLDS
                        : interval.high() < limit ? Verdict.MISSED : Verdict.NOT_RESOLVED;
        };
    }

    /// Of those that have been measured, the hardest to beat.
    private Optional<String> best(Results results) {
        String best = null;
        double least = Double.POSITIVE_INFINITY;
        for (String reference : references) {
            OptionalDouble median = results.median(cell, reference, metric);
            if (median.isPresent()) {
                double cost = bound == Bound.AT_MOST ? median.getAsDouble() : -median.getAsDouble();
                if (best == null || cost < least) {
                    best = reference;
                    least = cost;
                }
            }
        }
        return Optional.ofNullable(best);
    }

    private Judged notRun(Results results, String missing) {
        String reason = results.whyNotRun(cell, missing).orElse("not measured yet");
        return new Judged(this, null, null, Verdict.NOT_RUN, missing + ": " + reason);
    }
}
