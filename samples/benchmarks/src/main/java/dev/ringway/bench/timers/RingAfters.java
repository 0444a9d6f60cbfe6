package dev.ringway.bench.timers;

import dev.ringway.BackendUnavailableException;
import dev.ringway.Completion;
import dev.ringway.Ring;
import dev.ringway.RingTimers;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// Ringway's timers, each an operation that is prepared once and started again, on the thread that turns the ring.
final class RingAfters implements TimerProgram.Timers, Completion<@Nullable Void> {
    private static final Duration NOW = Duration.ZERO;

    private final Ring ring = Ring.create();
    private final RingTimers.After[] timers = new RingTimers.After[Plan.COUNT];
    private int open;

    RingAfters() throws BackendUnavailableException {
        for (int i = 0; i < timers.length; i++) {
            timers[i] = ring.timers().prepareAfter(NOW);
        }
        ring.poll(NOW);
    }

    @Override
    public String details() {
        return ring.backend().toString();
    }

    @Override
    public void arm(Plan plan) {
        for (int i = 0; i < timers.length; i++) {
            timers[i].reset(plan.delays()[i]).start(this);
        }
        open = timers.length;
        ring.poll(NOW); // which begins them
    }

    @Override
    public void cancel(Plan plan) {
        for (int i : plan.order()) {
            timers[i].cancel();
        }
        while (open > 0) {
            ring.poll(NOW);
        }
    }

    @Override
    public void complete(@Nullable Void nothing, @Nullable Throwable failure) {
        if (!(failure instanceof CancellationException)) {
            throw new IllegalStateException("a timer was not cancelled, but has ended", failure);
        }
        open--;
    }

    @Override
    public int armed() {
        return ring.inFlight();
    }

    @Override
    public void close() {
        ring.close();
    }
}
