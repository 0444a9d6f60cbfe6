package dev.ringway.bench.timers;

import dev.ringway.bench.Commands;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// Arms a million timers and cancels them, for each line that has the title of a plan. Takes one of the names below.
final class TimerProgram {
    static final String RING = "ring";
    static final String JDK = "jdk";
    static final String NETTY = "netty";

    private TimerProgram() {}

    /// Timers, whoever has them.
    interface Timers extends AutoCloseable {
        String details();

        /// Arms one each, and returns when all are armed.
        void arm(Plan plan) throws Exception;

        /// Cancels each, and returns when each is known to be cancelled.
        ///
        /// @throws IllegalStateException if one had passed
        void cancel(Plan plan) throws Exception;

        /// How many are armed.
        int armed();

        @Override
        void close();
    }

    public static void main(String[] arguments) throws IOException {
        Map<String, Plan> plans = new HashMap<>();
        try (Timers timers = open(arguments[0])) {
            Commands.obey(timers.details(), title -> run(timers, plans.computeIfAbsent(title, Plan::of)));
        }
    }

    private static Timers open(String name) throws IOException {
        return switch (name) {
            case RING -> new RingAfters();
            case JDK -> new JdkTimers();
            case NETTY -> new NettyTimers();
            default -> throw new IllegalArgumentException("no timers named '" + name + "'");
        };
    }

    private static String run(Timers timers, Plan plan) throws Exception {
        long started = System.nanoTime();
        timers.arm(plan);
        long armed = System.nanoTime();
        require(timers, Plan.COUNT);
        long cancelling = System.nanoTime();
        timers.cancel(plan);
        long ended = System.nanoTime();
        require(timers, 0);
        return String.format(
                Locale.ROOT,
                "arm_ns=%.2f cancel_ns=%.2f",
                (double) (armed - started) / Plan.COUNT,
                (double) (ended - cancelling) / Plan.COUNT);
    }

    private static void require(Timers timers, int wanted) {
        if (timers.armed() != wanted) {
            throw new IllegalStateException(timers.armed() + " timers are armed, not " + wanted);
        }
    }
}
