package dev.ringway.storm;

import java.util.EnumMap;
import java.util.Map;

/// Counts how operations ended, by kind and by the way they were made to end. From any thread.
final class Tally {
    private static final String ROW = "%-13s %-8s %10s %10s %20s%n";

    private final Map<Kind, long[][]> counts = new EnumMap<>(Kind.class);

    private final Map<Kind, Long> late = new EnumMap<>(Kind.class);

    /// How an operation ended.
    enum Outcome {
        /// With a value, before anybody asked for its end; an iteration: with items, and nothing came after.
        VALUE,
        /// Without a value.
        CANCELLED,
        /// With a value that had won against the request to end; an iteration: with something that came too late for
        /// its consumer, and went back: bytes to the stream, a socket to its close.
        VALUE_AFTER_CANCEL
    }

    synchronized void count(Kind kind, Way way, Outcome outcome, long times) {
        counts.computeIfAbsent(kind, k -> new long[Way.values().length][Outcome.values().length])
                [way.ordinal()][outcome.ordinal()] += times;
    }

    /// Values that came after their cancel, of which it is not known how that was done.
    synchronized void countLate(Kind kind, long times) {
        late.merge(kind, times, Long::sum);
    }

    private synchronized long late(Kind kind) {
        return late.getOrDefault(kind, 0L);
    }

    synchronized long get(Kind kind, Way way, Outcome outcome) {
        long[][] rows = counts.get(kind);
        return rows == null ? 0 : rows[way.ordinal()][outcome.ordinal()];
    }

    long get(Kind kind, Outcome outcome) {
        return sum(kind, outcome) + (outcome == Outcome.VALUE_AFTER_CANCEL ? late(kind) : 0);
    }

    private long sum(Kind kind, Outcome outcome) {
        long sum = 0;
        for (Way way : Way.values()) {
            sum += get(kind, way, outcome);
        }
        return sum;
    }

    /// How many have ended.
    long ended(Kind kind) {
        long sum = 0;
        for (Outcome outcome : Outcome.values()) {
            sum += sum(kind, outcome);
        }
        return sum;
    }

    /// One line a kind and way.
    String table(String title) {
        StringBuilder table = new StringBuilder(title + System.lineSeparator());
        table.append(ROW.formatted("kind", "by", "value", "cancelled", "value after cancel"));
        for (Kind kind : counts.keySet()) {
            for (Way way : Way.values()) {
                long value = get(kind, way, Outcome.VALUE);
                long cancelled = get(kind, way, Outcome.CANCELLED);
                long after = get(kind, way, Outcome.VALUE_AFTER_CANCEL);
                if (value + cancelled + after > 0) {
                    table.append(ROW.formatted(kind, way, value, cancelled, after));
                }
            }
            table.append(ROW.formatted(kind, "all", get(kind, Outcome.VALUE), get(kind, Outcome.CANCELLED),
                    get(kind, Outcome.VALUE_AFTER_CANCEL)));
        }
        return table.toString();
    }
}
