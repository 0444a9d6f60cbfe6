package dev.ringway.storm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.Backend;
import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.Iteration;
import dev.ringway.Ring;
import java.time.Duration;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A receive iteration that is flooded, and paused and resumed at random, for moments or until its queue is long, while
/// leases are held back and the pool runs dry: the kernel is told to stop and to go on all the time, and nobody may see
/// that. Every byte arrives in its place, and the iteration ends with the stream.
///
/// `-Dringway.pauses=` sets how many items there are at least (by default 5000).
class PauseStormTest {
    private static final int ITEMS = Integer.getInteger("ringway.pauses", 5000);
    private static final int BUFFER_BYTES = 32;

    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private long received;
    private long items;
    private boolean paused;

    @ParameterizedTest
    @CsvSource({"IO_URING,8", "IO_URING,64", "EPOLL,8", "EPOLL,64"})
    @Tag("H8")
    void nothingIsSeenOfStopAndGo(Backend backend, int buffers) throws Exception {
        long seed = Long.getLong("ringway.seed", System.nanoTime());
        System.out.println("pauses on " + backend + " with " + buffers + " buffers, seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        long total = (long) ITEMS * BUFFER_BYTES;
        CompletableFuture<@Nullable Throwable> over = new CompletableFuture<>();
        try (Ring ring = Ring.builder().backend(backend).uncaughtHandler(thrown -> wrong.add(thrown.toString()))
                        .start("pauses-" + backend);
                Actor other = new Actor("pauses-other", thrown -> wrong.add(thrown.toString()))) {
            BufPool pool = ring.pool(buffers, BUFFER_BYTES);
            CompletableFuture<StreamPair> made = new CompletableFuture<>();
            ring.execute(() -> made.complete(StreamPair.unix(ring, 7)));
            StreamPair pair = made.get(5, TimeUnit.SECONDS);
            Iteration<Buf> iteration = pair.near.prepareReceiveEach(pool);
            iteration.start(
                    lease -> take(ring, other, random, pair, iteration, lease),
                    (nothing, failure) -> over.complete(failure));
            long left = total;
            while (left > 0 && !over.isDone()) {
                long before = left;
                left -= pair.sendSome((int) Math.min(left, 16));
                if (left == before) {
                    LockSupport.parkNanos(20_000);
                }
            }
            pair.finish();
            assertThat(over.get(60, TimeUnit.SECONDS)).as("failure of the iteration").isNull();
            assertThat(wrong).isEmpty();
            assertThat(received).as("bytes").isEqualTo(total);
            ring.execute(pair.near::close);
        }
    }

    private void take(
            Ring ring, Actor other, SplittableRandom random, StreamPair pair, Iteration<Buf> iteration, Buf lease) {
        if (paused) {
            wrong.add("item " + items + " came during a pause");
        }
        items++;
        while (lease.readable() > 0) {
            if (lease.get() != pair.pattern(received++)) {
                wrong.add("wrong byte at " + (received - 1));
            }
        }
        long nanos = random.nextInt(8) == 0 ? random.nextInt(2_000_000) : random.nextInt(50_000);
        switch (random.nextInt(8)) {
            case 0 -> other.after(nanos / 10, lease::release);
            case 1 -> ring.timers().after(Duration.ofNanos(nanos), (nothing, failure) -> lease.release());
            default -> lease.release();
        }
        if (random.nextInt(16) == 0) {
            paused = true;
            iteration.pause();
            if (random.nextBoolean()) {
                ring.timers().after(Duration.ofNanos(nanos), (nothing, failure) -> resume(iteration));
            } else {
                other.after(nanos, () -> ring.execute(() -> resume(iteration)));
            }
        }
    }

    private void resume(Iteration<Buf> iteration) {
        paused = false;
        iteration.resume();
    }
}
