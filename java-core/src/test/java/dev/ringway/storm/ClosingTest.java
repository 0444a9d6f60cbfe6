package dev.ringway.storm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.Backend;
import dev.ringway.Ring;
import dev.ringway.internal.ffi.LinuxSys;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Sixty-four threads post to a ring while it is being closed: either posting throws, or the task runs; nobody writes
/// to a wake fd that is closed, or that is somebody else's by now; and nothing is left open.
///
/// `-Dringway.closings=10000` sets how many rings are closed in this way on each backend (by default 1,000).
@Tag("H32")
class ClosingTest {
    private static final int THREADS = 64;
    private static final int ROUNDS = Integer.getInteger("ringway.closings", 1_000);
    private static final long LIMIT_SECONDS = 20;

    private final Queue<Throwable> wrong = new ConcurrentLinkedQueue<>();
    private final CyclicBarrier barrier = new CyclicBarrier(THREADS + 1);
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong ran = new AtomicLong();
    private volatile Ring ring;

    @ParameterizedTest
    @EnumSource(names = {"IO_URING", "EPOLL"})
    void whatWasTakenRunsAndNothingIsWrittenElsewhere(Backend backend) throws Exception {
        long seed = Long.getLong("ringway.seed", System.nanoTime());
        System.out.println("closings on " + backend + ", seed " + seed);
        Random random = new Random(seed);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(Thread.ofPlatform().daemon().name("closing-" + i).start(this::play));
        }
        long inAll = 0;
        for (int round = 0; round < ROUNDS; round++) {
            FdLedger ledger = new FdLedger(new LinuxSys(), true);
            taken.set(0);
            ran.set(0);
            ring = Probe.builder(backend, ledger).entries(16).start("closing-" + backend);
            meet();
            TimeUnit.NANOSECONDS.sleep(1 + random.nextInt(400_000));
            ring.close();
            meet();
            assertThat(wrong).isEmpty();
            assertThat(ran).as("tasks that ran, round " + round).hasValue(taken.get());
            assertThat(ledger.wrong()).as("descriptors, round " + round).isEmpty();
            assertThat(ledger.open()).as("descriptors that nobody has closed, round " + round).isEmpty();
            inAll += taken.get();
        }
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
        }
        System.out.println(inAll + " tasks in " + ROUNDS + " rings");
        assertThat(inAll).isGreaterThan(ROUNDS);
    }

    private void play() {
        try {
            for (int round = 0; round < ROUNDS; round++) {
                meet();
                Ring closing = ring;
                for (boolean open = true; open; Thread.sleep(0, 1)) { // so that the ring sleeps in between
                    open = post(closing);
                }
                meet();
            }
        } catch (Throwable thrown) {
            wrong.add(thrown);
        }
    }

    private void meet() throws InterruptedException, BrokenBarrierException, TimeoutException {
        barrier.await(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    /// @return false if the ring is closed
    private boolean post(Ring closing) {
        try {
            closing.execute(ran::incrementAndGet);
            taken.incrementAndGet();
            closing.wake();
            return true;
        } catch (RejectedExecutionException closed) {
            return false;
        }
    }
}
