package dev.ringway.storm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.Backend;
import dev.ringway.Ring;
import dev.ringway.internal.ffi.LinuxSys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Other threads reach a ring that sleeps, is about to sleep, has just woken up, or is being closed: no wake-up is
/// lost, what comes from one thread keeps its order, and what was taken is run, once.
///
/// `-Dringway.pingpongs=1000000` sets how many wake-ups each (by default 30,000).
class WakeUpTest {
    private static final int PING_PONGS = Integer.getInteger("ringway.pingpongs", 30_000);
    private static final Duration LIMIT = Duration.ofSeconds(60).plusMillis(PING_PONGS / 10);

    /// Each of the two sleeps while the other is awake, nearly always.
    @ParameterizedTest
    @EnumSource(names = {"IO_URING", "EPOLL"})
    void twoRingsWakeEachOther(Backend backend) throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        AtomicInteger left = new AtomicInteger(PING_PONGS);
        try (Ring one = Ring.builder().backend(backend).start("ping-" + backend);
                Ring other = Ring.builder().backend(backend).start("pong-" + backend)) {
            one.execute(() -> hit(one, other, left, over));
            assertThat(over.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).as("over, with " + left + " left").isTrue();
        }
    }

    private static void hit(Ring here, Ring there, AtomicInteger left, CountDownLatch over) {
        if (left.decrementAndGet() < 0) {
            over.countDown();
        } else {
            there.execute(() -> hit(there, here, left, over));
        }
    }

    /// `wake()` alone, of a ring that is polled without a limit.
    @ParameterizedTest
    @EnumSource(names = {"IO_URING", "EPOLL"})
    void wakeEndsAPollWithoutLimit(Backend backend) throws Exception {
        AtomicInteger polls = new AtomicInteger();
        AtomicInteger wakes = new AtomicInteger();
        try (Ring ring = Ring.builder().backend(backend).create()) {
            Thread waker = Thread.ofPlatform().start(() -> {
                while (wakes.get() < PING_PONGS) {
                    int before = polls.get();
                    wakes.incrementAndGet();
                    ring.wake();
                    while (polls.get() == before) {
                        Thread.onSpinWait();
                    }
                }
            });
            Thread watchdog = Thread.ofPlatform().daemon().start(() -> {
                try {
                    waker.join(LIMIT);
                    if (waker.isAlive()) {
                        wakes.set(Integer.MAX_VALUE); // which ends the test, and shows in it
                        ring.wake();
                    }
                } catch (InterruptedException over) {
                    Thread.currentThread().interrupt();
                }
            });
            while (waker.isAlive() && wakes.get() <= PING_PONGS) {
                ring.poll(Duration.ofMillis(wakes.get() < PING_PONGS ? -1 : 1));
                polls.incrementAndGet();
            }
            waker.join();
            watchdog.join();
        }
        assertThat(wakes).hasValue(PING_PONGS);
    }

    /// Threads that post in bursts and wait for an answer after each.
    @ParameterizedTest
    @EnumSource(names = {"IO_URING", "EPOLL"})
    void everythingArrivesInTheOrderOfItsThread(Backend backend) throws Exception {
        int posters = 8;
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        AtomicLong arrived = new AtomicLong();
        AtomicLong posted = new AtomicLong();
        try (Ring ring = Ring.builder().backend(backend).start("order-" + backend)) {
            List<Thread> threads = new ArrayList<>();
            for (int poster = 0; poster < posters; poster++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    long[] last = {-1};
                    for (long next = 0; next < PING_PONGS / posters;) {
                        CountDownLatch answered = new CountDownLatch(1);
                        for (int burst = 1 + (int) (next % 5); burst > 0; burst--) {
                            long number = next++;
                            boolean answer = burst == 1;
                            posted.incrementAndGet();
                            ring.execute(() -> {
                                arrived.incrementAndGet();
                                if (++last[0] != number) {
                                    wrong.add(number + " came in place of " + last[0]);
                                }
                                if (answer) {
                                    answered.countDown();
                                }
                            });
                        }
                        try {
                            if (!answered.await(30, TimeUnit.SECONDS)) {
                                wrong.add("no answer at " + next);
                                return;
                            }
                        } catch (InterruptedException e) {
                            wrong.add("interrupted");
                            return;
                        }
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(arrived).hasValue(posted.get());
    }

    /// Posting against closing: either it throws, or the task runs; and nobody writes to a wake fd that is closed.
    @ParameterizedTest
    @EnumSource(names = {"IO_URING", "EPOLL"})
    void aClosingRingRunsWhatItTook(Backend backend) throws Exception {
        int posters = 8;
        int rounds = Math.max(20, PING_PONGS / 300);
        for (int round = 0; round < rounds; round++) {
            FdLedger ledger = new FdLedger(new LinuxSys(), true);
            Ring ring = Probe.builder(backend, ledger).start("closing-" + backend);
            CyclicBarrier ready = new CyclicBarrier(posters + 1);
            AtomicLong taken = new AtomicLong();
            AtomicLong ran = new AtomicLong();
            List<Thread> threads = new ArrayList<>();
            for (int poster = 0; poster < posters; poster++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        ready.await();
                        for (boolean open = true; open; Thread.sleep(0, 1)) { // so that the ring sleeps in between
                            open = post(ring, ran, taken);
                        }
                    } catch (InterruptedException | BrokenBarrierException e) {
                        throw new AssertionError(e);
                    }
                }));
            }
            ready.await();
            Thread.sleep(0, 1 + (int) (System.nanoTime() % 500_000));
            ring.close();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(ran).as("tasks that ran, round " + round).hasValue(taken.get());
            assertThat(ledger.wrong()).isEmpty();
            assertThat(ledger.open()).as("descriptors that nobody has closed").isEmpty();
        }
    }

    /// Posts a few.
    ///
    /// @return false if the ring is closed
    private static boolean post(Ring ring, AtomicLong ran, AtomicLong taken) {
        for (int i = 0; i < 3; i++) {
            try {
                ring.execute(ran::incrementAndGet);
                taken.incrementAndGet();
            } catch (RejectedExecutionException closed) {
                return false;
            }
        }
        return true;
    }
}
