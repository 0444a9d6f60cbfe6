package dev.ringway.bench.timers;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The JDK's scheduled executor, which removes what is cancelled: a heap.
final class JdkTimers implements TimerProgram.Timers {
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);
    private final Future<?>[] timers = new Future<?>[Plan.COUNT];
    private final Runnable nothing = () -> {};

    JdkTimers() {
        executor.setRemoveOnCancelPolicy(true);
    }

    @Override
    public String details() {
        return "";
    }

    @Override
    public void arm(Plan plan) {
        for (int i = 0; i < timers.length; i++) {
            Duration delay = plan.delays()[i];
            timers[i] = executor.schedule(nothing, delay.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void cancel(Plan plan) {
        for (int i : plan.order()) {
            if (!timers[i].cancel(false)) {
                throw new IllegalStateException("a timer has passed");
            }
        }
    }

    @Override
    public int armed() {
        return executor.getQueue().size();
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
