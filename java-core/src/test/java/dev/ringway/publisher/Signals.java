package dev.ringway.publisher;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// A subscriber that writes down what it is told, and by whom, and whether two threads tell it something at once.
class Signals<T> implements Flow.Subscriber<T> {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final List<String> log = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<T> items = new ArrayList<>();
    private Flow.Subscription subscription;
    private Throwable error;
    private boolean completed;
    private Thread telling;
    private AssertionError overlap;

    /// A subscriber of the publisher, without demand.
    static <T> Signals<T> of(Flow.Publisher<T> publisher) {
        Signals<T> signals = new Signals<>();
        publisher.subscribe(signals);
        return signals;
    }

    // ---- signals

    @Override
    public void onSubscribe(Flow.Subscription given) {
        told("onSubscribe", () -> subscription = given);
    }

    @Override
    public void onNext(T item) {
        told("onNext", () -> items.add(item));
    }

    @Override
    public void onError(Throwable failure) {
        told("onError", () -> error = failure);
    }

    @Override
    public void onComplete() {
        told("onComplete", () -> completed = true);
    }

    private synchronized void told(String signal, Runnable change) {
        log.add(signal);
        threads.add(Thread.currentThread());
        change.run();
        notifyAll();
    }

    /// For a signal that takes its time: fails the test if another comes meanwhile.
    final void alone(Runnable work) {
        synchronized (this) {
            if (telling != null) {
                overlap = new AssertionError(log + " in " + Thread.currentThread() + " while in " + telling);
            }
            telling = Thread.currentThread();
        }
        work.run();
        synchronized (this) {
            telling = null;
        }
    }

    // ---- what the test asks

    /// Waits for it.
    final synchronized Flow.Subscription subscription() {
        awaitThat("onSubscribe", () -> subscription != null);
        return subscription;
    }

    /// Waits until at least so many have come.
    final synchronized List<T> awaitItems(int count) {
        awaitThat(count + " items", () -> items.size() >= count);
        return List.copyOf(items);
    }

    final synchronized Throwable awaitError() {
        awaitThat("onError", () -> error != null);
        return error;
    }

    final synchronized void awaitCompletion() {
        awaitThat("onComplete", () -> completed);
    }

    final synchronized List<String> log() {
        checkOverlap();
        return List.copyOf(log);
    }

    final synchronized List<Thread> threads() {
        return List.copyOf(threads);
    }

    final synchronized List<T> items() {
        return List.copyOf(items);
    }

    /// Fails if a signal comes within this time.
    final synchronized void expectNoneFor(long millis) {
        int before = log.size();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (end - System.nanoTime() > 0) {
            pause(end - System.nanoTime());
        }
        if (log.size() != before) {
            throw new AssertionError("signals after " + before + ": " + log);
        }
    }

    private void awaitThat(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT_NANOS;
        while (!condition.getAsBoolean()) {
            if (end - System.nanoTime() <= 0) {
                throw new AssertionError("no " + what + " in time, only " + log, error);
            }
            pause(end - System.nanoTime());
        }
        checkOverlap();
    }

    private void pause(long nanos) {
        try {
            wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
        } catch (InterruptedException e) {
            throw new AssertionError("the test was interrupted", e);
        }
    }

    private void checkOverlap() {
        if (overlap != null) {
            throw overlap;
        }
    }

    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(LIMIT_NANOS, TimeUnit.NANOSECONDS)) {
                throw new AssertionError("the test has not gone on in time");
            }
        } catch (InterruptedException e) {
            throw new AssertionError("the test was interrupted", e);
        }
    }
}
