package dev.ringway.storm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.Backend;
import dev.ringway.Ring;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Other threads reach a ring that sleeps, is about to sleep, or has just woken up: no wake-up is lost, and what comes
/// from one thread keeps its order.
///
/// `-Dringway.pingpongs=1000000` sets how many wake-ups each (by default 30,000).
@Tag("H17")
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
}
