package dev.ringway.internal.op;

import java.time.Duration;

/// Durations as the nanoseconds that timers count in.
public final class Durations {
    private Durations() {}

    /// The duration in nanoseconds; one that does not fit (292 years) becomes the longest that does.
    public static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException tooLong) {
            return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}
