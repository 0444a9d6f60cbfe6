package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.Ring;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@EveryBackend
class WakeTest {
    private static final Duration FOR_EVER = Duration.ofSeconds(-1);

    @Test
    @Parity({"operation/wake", "ring/wake_ring_no_kernel_thread", "ring/wake_ring_with_single_issuer"})
    void endsAWaitWithoutLimit(Ring ring, Loop loop) {
        loop.settle();
        try (Workers workers = new Workers()) {
            workers.start(() -> {
                Thread.sleep(30);
                ring.wake();
            });
            assertThat(loop.poll(FOR_EVER)).isPositive();
        }
    }

    @Test
    void beforeTheWaitItEndsTheNextOne(Ring ring, Loop loop) {
        loop.settle();
        try (Workers workers = new Workers()) {
            workers.start(ring::wake);
        }
        assertThat(loop.poll(FOR_EVER)).isPositive();
    }

    @Test
    void fromTheOwnerItEndsTheNextOne(Ring ring, Loop loop) {
        loop.settle();
        ring.wake();
        assertThat(loop.poll(FOR_EVER)).isPositive();
    }

    /// The number of its fd may be somebody else's by then.
    @Test
    @Parity("ring/wake_ring_after_ring_dropped")
    void ofAClosedRingItDoesNothing(TestBed bed) {
        Loop loop = bed.loop(options -> {});
        loop.turn();
        loop.closeRing();
        int calls = loop.sys().count();
        loop.ring().wake();
        try (Workers workers = new Workers()) {
            workers.start(() -> {
                for (int i = 0; i < 10; i++) {
                    loop.ring().wake();
                }
            });
        }
        assertThat(loop.sys().count() - calls).as("system calls").isZero();
    }

    @Test
    void aLimitOfZeroDoesNotWait(Ring ring, Loop loop) {
        loop.settle();
        long begun = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            ring.poll(Duration.ZERO);
        }
        assertThat(System.nanoTime() - begun).isLessThan(5_000_000_000L);
    }

    @Test
    void everyTaskRunsOnceAndInTheOrderOfItsThread(Ring ring, Loop loop) {
        int threads = 4;
        int tasks = 5_000;
        List<List<Integer>> ran = new ArrayList<>();
        try (Workers workers = new Workers()) {
            for (int thread = 0; thread < threads; thread++) {
                List<Integer> mine = new ArrayList<>();
                ran.add(mine);
                workers.start(() -> {
                    for (int i = 0; i < tasks; i++) {
                        int nth = i;
                        ring.execute(() -> mine.add(nth));
                        if (i % 100 == 0) {
                            Thread.sleep(1); // so that the polling thread falls asleep now and then
                        }
                    }
                });
            }
            loop.until("all have run", () -> ran.stream().allMatch(mine -> mine.size() == tasks));
        }
        assertThat(ran).allSatisfy(mine -> assertThat(mine).isSorted().doesNotHaveDuplicates());
    }

    @Test
    void oneAtATimeNeverGetsLost(Ring ring, Loop loop) {
        AtomicInteger answered = new AtomicInteger();
        try (Workers workers = new Workers()) {
            workers.start(() -> {
                for (int i = 1; i <= 2_000; i++) {
                    ring.execute(answered::incrementAndGet);
                    while (answered.get() < i) {
                        Thread.onSpinWait();
                    }
                }
            });
            while (!workers.areDone()) {
                loop.poll(Duration.ofMillis(100));
            }
        }
        assertThat(answered.get()).isEqualTo(2_000);
    }

    @Test
    void aTaskOfTheOwnerRunsFromTheTopOfTheLoop(Ring ring, Loop loop) {
        List<String> order = new ArrayList<>();
        ring.execute(() -> {
            order.add("first begins");
            ring.execute(() -> order.add("second"));
            order.add("first ends");
        });
        assertThat(order).isEmpty();
        loop.until("both have run", () -> order.size() == 3);
        assertThat(order).containsExactly("first begins", "first ends", "second");
    }

    @Test
    void tasksThatStartOneAnotherDoNotStarveTheRest(Ring ring, Loop loop) {
        int[] ran = new int[1];
        Runnable[] again = new Runnable[1];
        again[0] = () -> {
            if (++ran[0] < 1_000_000) {
                ring.execute(again[0]);
            }
        };
        ring.execute(again[0]);
        loop.await(ring.prepareNop());
        assertThat(ran[0]).isBetween(1, 1000);
        ran[0] = 1_000_000;
        loop.settle();
    }

    @Test
    void aTaskThatThrowsIsReported(Ring ring, Loop loop) {
        IllegalStateException thrown = new IllegalStateException("thrown by a task");
        ring.execute(() -> {
            throw thrown;
        });
        loop.settle();
        assertThat(loop.takeUncaught()).containsExactly(thrown);
        assertThat(loop.await(ring.prepareNop())).isZero();
    }
}
