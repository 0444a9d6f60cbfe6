package dev.ringway.storm;

import dev.ringway.AsyncFd;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.Iteration;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Receives into a buffer, new operations and reset ones, mixed with iterations over a pool that pause, resume, and
/// release their leases soon, late, and elsewhere.
///
/// Lines with odd numbers use TCP, the others unix sockets, which they close now and then. A close drops what the ring
/// had taken from the socket for an iteration, so that only lines without iterations can count every byte then.
final class ReceiveLine extends Line {
    private static final Way[] WITHOUT_CLOSE = {Way.OWNER, Way.OTHER, Way.TIMEOUT};
    private static final Duration QUIET = Duration.ofMillis(100);

    private final BufPool pool;
    private final AtomicInteger leases;
    private final Buf[] buffers;
    private @Nullable StreamPair pair;
    private AsyncSocket.@Nullable Receive finished;
    private long received;
    private int renewals;
    private boolean paused;

    ReceiveLine(Storm storm, int number, BufPool pool, AtomicInteger leases) {
        super(storm, number);
        this.pool = pool;
        this.leases = leases;
        buffers = new Buf[] {storm.ring.buffer(1), storm.ring.buffer(4), storm.ring.buffer(64)};
    }

    private StreamPair pair() {
        return java.util.Objects.requireNonNull(pair);
    }

    private boolean isUnix() {
        return number % 2 == 0;
    }

    private boolean iterates() {
        return number % 4 != 0;
    }

    @Override
    Way[] ways() {
        return isUnix() ? Way.values() : WITHOUT_CLOSE;
    }

    @Override
    AsyncFd target() {
        return pair().near;
    }

    @Override
    Runnable peerAct() {
        StreamPair present = pair();
        int count = 1 + storm.random.nextInt(8);
        return () -> present.send(count);
    }

    @Override
    Shot prepare(Way way, @Nullable Duration limit) {
        return iterates() && storm.random.nextBoolean() ? iteration(way, limit) : oneShot(way, limit);
    }

    // ---- one at a time

    private Shot oneShot(Way way, @Nullable Duration limit) {
        Buf buf = buffers[storm.random.nextInt(buffers.length)].clear();
        AsyncSocket.Receive old = finished;
        AsyncSocket.Receive receive =
                old != null && storm.random.nextBoolean() ? old.reset(buf) : pair().near.prepareReceive(buf);
        receive.timeout(limit == null ? Duration.ZERO : limit);
        finished = null;
        Shot[] self = new Shot[1];
        Shot shot = new Shot(way, receive, () -> receive.start((count, failure) -> {
            finished = receive;
            took(buf, count, failure);
            completed(Kind.RECEIVE, self[0], outcome(self[0], failure), failure);
        }), receive::cancel);
        self[0] = shot;
        return shot;
    }

    private void took(Buf buf, int count, @Nullable Throwable failure) {
        if (count < 0 || failure == null && count == 0 || count != buf.readable()) {
            storm.wrong(this + ": count " + count + ", " + buf + ", " + failure);
        }
        compare(buf);
    }

    private void compare(Buf bytes) {
        while (bytes.readable() > 0) {
            byte got = bytes.get();
            if (got != pair().pattern(received)) {
                storm.wrong(this + ": wrong byte at " + received);
            }
            received++;
        }
    }

    // ---- again and again

    private Shot iteration(Way way, @Nullable Duration limit) {
        Iteration<Buf> iteration = pair().near.prepareReceiveEach(pool);
        if (limit != null) {
            iteration.idleTimeout(limit);
        }
        paused = false;
        Shot[] self = new Shot[1];
        int[] items = new int[1];
        Shot shot = new Shot(way, iteration, () -> iteration.start(lease -> {
            items[0]++;
            leased(self[0], iteration, lease);
        }, (nothing, failure) -> {
            if (failure == null) {
                storm.wrong(this + ": an iteration saw the end of the stream");
            }
            boolean kept = Probe.handle(pair().near).hasRetained();
            Tally.Outcome outcome = kept
                    ? Tally.Outcome.VALUE_AFTER_CANCEL
                    : items[0] > 0 ? Tally.Outcome.VALUE : Tally.Outcome.CANCELLED;
            completed(Kind.RECEIVE_EACH, self[0], outcome, failure);
        }), iteration::cancel);
        self[0] = shot;
        return shot;
    }

    private void leased(Shot shot, Iteration<Buf> iteration, Buf lease) {
        if (shot.cancelledHere || paused) {
            storm.wrong(this + ": an item after " + (paused ? "pause" : "cancel"));
        }
        leases.incrementAndGet();
        if (storm.oneIn(64)) {
            lease.skip(0);
            iteration.putBack(lease);
            leases.decrementAndGet();
            return;
        }
        compare(lease);
        if (storm.oneIn(8)) {
            iteration.pause();
            paused = true;
            storm.other.after(storm.spread(), () -> storm.ring.execute(() -> {
                if (!iteration.isDone()) {
                    paused = false;
                    iteration.resume();
                }
            }));
        }
        switch (storm.random.nextInt(4)) {
            case 0 -> storm.other.after(storm.spread(), () -> release(lease));
            case 1 -> storm.ring.timers().after(Duration.ofNanos(storm.spread()), (nothing, failure) -> release(lease));
            default -> release(lease);
        }
    }

    private void release(Buf lease) {
        leases.decrementAndGet();
        lease.release();
    }

    // ---- targets

    @Override
    void renew() {
        settle(iterates());
        try {
            int salt = 31 * number + renewals++;
            pair = isUnix() ? StreamPair.unix(storm.ring, salt) : StreamPair.tcp(storm.ring, salt);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        finished = null;
        received = 0;
        next();
    }

    private void settle(boolean mayLose) {
        StreamPair past = pair;
        if (past != null) {
            long count = received;
            storm.peer.now(() -> past.settle(storm, count, mayLose));
        }
    }

    /// What the ring still has comes out through the API, and then nothing may be missing.
    @Override
    void retire() {
        Buf buf = buffers[2].clear();
        pair().near.prepareReceive(buf).timeout(QUIET).start((count, failure) -> {
            took(buf, count, failure);
            if (failure == null) {
                retire();
            } else if (failure instanceof SocketTimeoutException) {
                pair().near.close((nothing, closeFailure) -> {
                    settle(false);
                    for (Buf buffer : buffers) {
                        buffer.release();
                    }
                    end();
                });
            } else {
                storm.wrong(this + ": the last receive failed: " + failure);
                end();
            }
        });
    }
}
