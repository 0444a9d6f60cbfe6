package dev.ringway.bench.timers;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// A million timers, their delays, and in which order they are cancelled.
///
/// @param title of the cell
/// @param delays each timer's; none passes while it is measured
/// @param order the timers' indices, in the order in which they are cancelled
record Plan(String title, Duration[] delays, int[] order) {
    static final int COUNT = 1_000_000;

    /// One limit for all, as connections have it, each of which gets its reply in its turn.
    static final String IN_ORDER = "cancelled in order of arming";
    /// The worst: each of a length of its own, and no two near each other in memory.
    static final String AT_RANDOM = "random limits, cancelled in random order";

    static final List<String> ALL = List.of(IN_ORDER, AT_RANDOM);

    private static final int LEAST_SECONDS = 60;
    private static final int MOST_SECONDS = 3600;

    static Plan of(String title) {
        Duration[] delays = new Duration[COUNT];
        int[] order = new int[COUNT];
        Arrays.setAll(order, i -> i);
        if (title.equals(IN_ORDER)) {
            Arrays.fill(delays, Duration.ofSeconds(LEAST_SECONDS));
            return new Plan(title, delays, order);
        }
        Random random = new Random(COUNT); // the same for all
        Arrays.setAll(delays, i -> Duration.ofMillis(random.nextInt(LEAST_SECONDS * 1000, MOST_SECONDS * 1000)));
        for (int i = COUNT - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[other];
            order[other] = kept;
        }
        return new Plan(title, delays, order);
    }
}
