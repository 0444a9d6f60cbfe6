package dev.ringway;

import dev.ringway.internal.op.Driver;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A ring's timers: one structure in user space, whose next deadline limits the ring's wait.
///
/// Got from [Ring#timers()]; may be used from any thread. A timer that has not run out when the ring is closed fails
/// with [java.nio.channels.AsynchronousCloseException].
public final class RingTimers {
    private final Driver driver;

    RingTimers(Driver driver) {
        this.driver = driver;
    }

    /// Completes when the delay has passed since its start, never before; cancelling ends it with a
    /// [java.util.concurrent.CancellationException]. The clock is monotonic and does not count the time that the
    /// machine is suspended. See `man 2 clock_gettime`, CLOCK_MONOTONIC.
    ///
    /// @param delay zero or negative completes in the next turn
    public Operation<@Nullable Void> after(Duration delay, Completion<@Nullable Void> done) {
        return prepareAfter(delay).start(done);
    }

    /// The long form of [#after(Duration, Completion)].
    public After prepareAfter(Duration delay) {
        return new dev.ringway.internal.op.io.After(driver, delay);
    }

    /// A timer, before it starts. See `man 2 clock_gettime`, CLOCK_MONOTONIC.
    public interface After extends Operation<@Nullable Void> {
        @Override
        After timeout(Duration limit);

        /// Makes the finished operation startable again.
        ///
        /// @param delay zero or negative completes in the next turn
        After reset(Duration delay);
    }
}
