package dev.ringway.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

/// Threads beside the test's own; what one of them throws fails the test.
public final class Workers implements AutoCloseable {
    private final List<Thread> threads = new ArrayList<>();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

    /// What a thread does.
    public interface Work {
        void run() throws Throwable;
    }

    /// One more platform thread.
    public Thread start(Work work) {
        return start(Thread.ofPlatform().daemon().name("worker-" + threads.size()), work);
    }

    /// One more virtual thread.
    public Thread startVirtual(Work work) {
        return start(Thread.ofVirtual().name("virtual-worker-" + threads.size()), work);
    }

    private Thread start(Thread.Builder builder, Work work) {
        Thread thread = builder.start(() -> {
            try {
                work.run();
            } catch (Throwable failure) {
                failures.add(failure);
            }
        });
        threads.add(thread);
        return thread;
    }

    /// Whether all of them have ended.
    public boolean areDone() {
        return threads.stream().noneMatch(Thread::isAlive);
    }

    /// Says whether all of them have ended.
    public BooleanSupplier done() {
        return this::areDone;
    }

    /// Waits for all of them, and throws what they have thrown.
    @Override
    public void close() {
        for (Thread thread : threads) {
            join(thread);
            if (thread.isAlive()) {
                AssertionError hangs = new AssertionError(thread + " hangs");
                hangs.setStackTrace(thread.getStackTrace());
                throw hangs;
            }
        }
        if (!failures.isEmpty()) {
            throw new AssertionError("a worker failed", failures.peek());
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            throw new AssertionError("the test was interrupted", e);
        }
    }
}
