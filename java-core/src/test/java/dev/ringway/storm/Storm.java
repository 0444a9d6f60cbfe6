package dev.ringway.storm;

import dev.ringway.Backend;
import dev.ringway.Ring;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Several lines of shots on one ring, with a peer and a second thread that act in between.
///
/// Everything random is drawn on the polling thread from one seed; what the threads make of it is theirs.
final class Storm implements AutoCloseable {
    /// Acts come within so many nanoseconds of the start they belong to.
    static final int SPREAD_NANOS = 50_000;

    final Ring ring;
    final Backend backend;
    final Tally tally = new Tally();
    /// Does what the other end of sockets and FIFOs does.
    final Actor peer;
    /// Starts, cancels, closes and releases from a thread that is not the polling thread.
    final Actor other;
    /// Polling thread only.
    final SplittableRandom random;
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

    private long left;

    Storm(Backend backend, int entries, long seed) throws java.io.IOException {
        this.backend = backend;
        this.random = new SplittableRandom(seed);
        ring = Ring.builder()
                .backend(backend)
                .entries(entries)
                .uncaughtHandler(this::wrong)
                .start("storm-" + backend);
        peer = new Actor("storm-peer", this::wrong);
        other = new Actor("storm-other", this::wrong);
    }

    /// Any thread: something is not as it has to be.
    void wrong(String what) {
        if (wrong.size() < 20) {
            wrong.add(what);
        }
    }

    void wrong(Throwable thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        wrong(thrown + (trace.length == 0 ? "" : " at " + trace[0]));
    }

    /// What was not as it has to be.
    List<String> wrongs() {
        return new ArrayList<>(wrong);
    }

    /// Polling thread: a random time.
    long spread() {
        return random.nextInt(SPREAD_NANOS);
    }

    /// Polling thread: true once in so many times.
    boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    /// Polling thread: whether there is one more shot to be made.
    boolean takeShot() {
        return left-- > 0;
    }

    /// Fires so many shots on so many lines, and returns when the last one is over.
    void fire(long shots, int lineCount, Duration limit, Function<Integer, Line> maker) throws InterruptedException {
        List<Line> lines = new ArrayList<>();
        CountDownLatch over = new CountDownLatch(lineCount);
        ring.execute(() -> {
            left = shots;
            for (int number = 0; number < lineCount; number++) {
                Line line = maker.apply(number);
                lines.add(line);
                line.begin(over::countDown);
            }
        });
        if (!over.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            wrong(over.getCount() + " of " + lineCount + " lines still hang after " + limit + ": " + lines);
        }
    }

    @Override
    public void close() {
        other.close();
        peer.close();
        ring.close();
    }
}
