package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncFile;
import dev.ringway.Buf;
import dev.ringway.Ring;
import dev.ringway.RingStats;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

@EveryBackend
class StatsTest {
    @Test
    void countsTurnsCompletionsAndCalls(Ring ring, Loop loop) {
        RingStats before = ring.stats();
        for (int i = 0; i < 10; i++) {
            loop.await(ring.prepareNop());
        }
        RingStats passed = ring.stats().since(before);
        assertThat(passed.turns()).isBetween(1L, 1000L);
        assertThat(passed.completions()).isGreaterThanOrEqualTo(10);
        assertThat(passed.enters()).isGreaterThanOrEqualTo(passed.turns());
        assertThat(passed.systemCalls()).isBetween(passed.enters(), 5000L);
        assertThat(passed.completionsPerTurn()).isEqualTo((double) passed.completions() / passed.turns());
        assertThat(passed.stale()).isZero();
    }

    @Test
    void countsEntriesAndNotEveryoneHasThem(Ring ring, Loop loop, Caps caps) {
        loop.settle();
        RingStats before = ring.stats();
        List<Count> nops = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            nops.add(loop.start(ring.prepareNop()));
        }
        assertThat(ring.stats().inFlight()).isEqualTo(100);
        nops.forEach(Count::value);
        RingStats passed = ring.stats().since(before);
        assertThat(passed.inFlight()).isZero();
        if (caps.has(Cap.PLAIN_CALLS)) {
            assertThat(passed.submissions()).isZero();
            assertThat(passed.submissionsPerEnter()).isZero();
        } else {
            assertThat(passed.submissions()).isBetween(100L, 110L);
            assertThat(passed.submissionsPerEnter()).isGreaterThan(1);
        }
    }

    @Test
    void countsWhatDidNotFitIntoTheCompletionQueue(Ring ring, Loop loop, Caps caps) {
        loop.settle();
        RingStats before = ring.stats();
        List<Count> nops = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            nops.add(loop.start(ring.prepareNop()));
        }
        nops.forEach(Count::value);
        RingStats passed = ring.stats().since(before);
        if (caps.has(Cap.PLAIN_CALLS)) {
            assertThat(passed.overflows()).isZero();
        } else {
            assertThat(passed.overflows()).isPositive();
        }
    }

    @Test
    void countsTimers(Ring ring, Loop loop) {
        int before = ring.stats().timers();
        Outcome<Void> timer = loop.start(ring.timers().prepareAfter(Duration.ofHours(1)));
        assertThat(ring.stats().timers()).isEqualTo(before + 1);
        timer.cancel();
        timer.failure();
        assertThat(ring.stats().timers()).isEqualTo(before);
    }

    @Test
    void countsCallsOnTheOffloadExecutor(Ring ring, Loop loop, Caps caps, Path directory) {
        AsyncFile file = loop.await(ring.files().prepareOpen(
                directory.resolve("file"), StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW));
        loop.await(file.prepareWriteAll(loop.bufferOf("content")));
        if (caps.has(Cap.PLAIN_CALLS)) {
            assertThat(ring.stats().offloads()).isGreaterThanOrEqualTo(2);
        } else {
            assertThat(ring.stats().offloads()).isZero();
        }
    }

    @Test
    void countsWaitsForABufferOfAPool(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        List<Buf> leases = new ArrayList<>();
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(loop.pool(1, 4)), leases::add);
        pair.farSends("1234");
        loop.until("the only buffer is out", () -> leases.size() == 1);
        pair.farSends("5678");
        loop.until("somebody waits for it", () -> loop.ring().stats().poolExhaustions() > 0);
        long waited = loop.ring().stats().poolExhaustions();
        loop.linger(20);
        assertThat(loop.ring().stats().poolExhaustions()).as("waiting is not trying").isEqualTo(waited);
        leases.getFirst().release();
        loop.until("the next has come", () -> leases.size() == 2);
        leases.get(1).release();
        items.iteration().cancel();
        items.failure();
    }

    @Test
    void countsWakeUps(TestBed bed) {
        Loop loop = bed.running();
        Ring ring = loop.ring();
        assertThat(ring.stats().systemCalls()).isNotNegative();
        int posts = 20;
        for (int i = 0; i < posts; i++) {
            CountDownLatch ran = new CountDownLatch(1);
            ring.execute(ran::countDown);
            loop.until("it ran", () -> ran.getCount() == 0);
            loop.linger(2); // it sleeps again
        }
        loop.until("it has been woken", () -> ring.stats().wakeUps() > 0);
        assertThat(ring.stats().wakeUps()).isLessThanOrEqualTo(posts);
    }

    /// For whoever exports metrics: a number for everybody, at any time.
    @Test
    void canBeReadWhileTheRingHangs(TestBed bed) throws Exception {
        Loop loop = bed.running();
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        AtomicReference<RingStats> own = new AtomicReference<>();
        Outcome<Void> timer = loop.start(loop.ring().timers().prepareAfter(Duration.ofHours(1)));
        loop.ring().execute(() -> {
            own.set(loop.ring().stats());
            hanging.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        hanging.await();
        try {
            RingStats seen = loop.ring().stats();
            assertThat(seen).isEqualTo(own.get());
            assertThat(seen.inFlight()).isEqualTo(1);
            assertThat(seen.timers()).isEqualTo(1);
        } finally {
            released.countDown();
            timer.cancel();
        }
    }

    @Test
    void saysZeroBeforeTheFirstTurnAndStaysAfterTheEnd(TestBed bed) {
        Loop loop = bed.loop(options -> {});
        Ring ring = loop.ring();
        try (Workers workers = new Workers()) {
            workers.start(() -> assertThat(ring.stats()).extracting(RingStats::turns, RingStats::systemCalls)
                    .containsExactly(0L, 0L));
        }
        loop.turn();
        loop.closeRing();
        assertThat(ring.stats().turns()).isEqualTo(1);
    }

    @Test
    void nothingIsDividedByZero() {
        RingStats none = new RingStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(none.submissionsPerEnter()).isZero();
        assertThat(none.completionsPerTurn()).isZero();
    }
}
