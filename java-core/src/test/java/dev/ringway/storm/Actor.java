package dev.ringway.storm;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/// A thread that acts at given moments, to a microsecond or so: it spins. One act after another, in the order given, so
/// that an act whose moment has passed comes late, but never before an earlier one.
final class Actor implements AutoCloseable {
    private final LinkedBlockingQueue<Act> acts = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean over;

    private record Act(long moment, Runnable what) {}

    Actor(String name, Consumer<Throwable> failures) {
        thread = Thread.ofPlatform().name(name).daemon().start(() -> {
            while (!over || !acts.isEmpty()) {
                try {
                    act(acts.take());
                } catch (Throwable failed) {
                    failures.accept(failed);
                }
            }
        });
    }

    private static void act(Act act) {
        while (act.moment - System.nanoTime() > 0) {
            Thread.onSpinWait();
        }
        act.what.run();
    }

    /// Any thread: acts when so many nanoseconds have passed.
    void after(long nanos, Runnable what) {
        acts.add(new Act(System.nanoTime() + nanos, what));
    }

    /// Any thread: acts as soon as everything before is done.
    void now(Runnable what) {
        after(0, what);
    }

    /// Ends when everything before is done.
    @Override
    public void close() {
        now(() -> over = true);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException restored) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
