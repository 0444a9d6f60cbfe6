package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.Ring;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

@EveryBackend
class TimerTest {
    @Test
    void endsWhenItsTimeHasPassedAndNeverBefore(Ring ring, Loop loop) {
        for (int millis : new int[] {1, 3, 10, 30}) {
            long begun = loop.now();
            long[] ended = new long[1];
            ring.timers().after(Duration.ofMillis(millis), (nothing, failure) -> ended[0] = loop.now());
            loop.pass(Duration.ofMillis(millis));
            loop.pass(Duration.ofMillis(1));
            loop.until("it has ended", () -> ended[0] != 0);
            assertThat(ended[0] - begun).isGreaterThanOrEqualTo(Duration.ofMillis(millis).toNanos());
        }
    }

    @Test
    void zeroAndLessEndInTheNextTurn(Ring ring, Loop loop) {
        Outcome<Void> zero = loop.start(ring.timers().prepareAfter(Duration.ZERO));
        Outcome<Void> negative = loop.start(ring.timers().prepareAfter(Duration.ofSeconds(-5)));
        Outcome<Void> least = loop.start(ring.timers().prepareAfter(Duration.ofSeconds(Long.MIN_VALUE)));
        assertThat(zero.isDone()).isFalse();
        loop.settle();
        assertThat(zero.isDone() && negative.isDone() && least.isDone()).isTrue();
    }

    @Test
    void theLongestDelaysDoNotOverflow(Ring ring, Loop loop) {
        List<Outcome<Void>> timers = List.of(
                loop.start(ring.timers().prepareAfter(Duration.ofDays(365 * 291))),
                loop.start(ring.timers().prepareAfter(Duration.ofDays(365 * 1000))),
                loop.start(ring.timers().prepareAfter(Duration.ofSeconds(Long.MAX_VALUE))),
                loop.start(ring.timers().prepareAfter(Duration.ofNanos(Long.MAX_VALUE))));
        Outcome<Void> sooner = loop.start(ring.timers().prepareAfter(Duration.ofMillis(5)));
        loop.pass(Duration.ofMillis(20));
        assertThat(sooner.isDone()).isTrue();
        assertThat(timers).noneMatch(Outcome::isDone);
        timers.forEach(Outcome::cancel);
        timers.forEach(timer -> timer.failure(CancellationException.class));
    }

    @Test
    void theyEndInTheOrderOfTheirMoments(Ring ring, Loop loop) {
        Random random = new Random(13);
        List<Long> earliest = new ArrayList<>();
        List<Long> latest = new ArrayList<>();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            int nth = i;
            Duration delay = Duration.ofMillis(1 + random.nextInt(40));
            long before = loop.now();
            ring.timers().after(delay, (nothing, failure) -> order.add(nth));
            earliest.add(before + delay.toNanos());
            latest.add(loop.now() + delay.toNanos());
        }
        loop.pass(Duration.ofMillis(50));
        loop.until("all have ended", () -> order.size() == 1000);
        long reached = earliest.get(order.getFirst());
        for (int nth : order) {
            assertThat(latest.get(nth) - reached).as("how much later than one before it").isNotNegative();
            reached = earliest.get(nth) - reached > 0 ? earliest.get(nth) : reached;
        }
    }

    @Test
    void cancelledItDoesNotFire(Ring ring, Loop loop) {
        Outcome<Void> timer = loop.start(ring.timers().prepareAfter(Duration.ofMillis(10)));
        Outcome<Void> next = loop.start(ring.timers().prepareAfter(Duration.ofMillis(15)));
        timer.cancel();
        timer.failure(CancellationException.class);
        loop.pass(Duration.ofMillis(25));
        next.value();
    }

    @Test
    void tenThousandAreCancelledInAnyOrder(Ring ring, Loop loop) {
        List<Outcome<Void>> timers = new ArrayList<>();
        Random random = new Random(14);
        for (int i = 0; i < 10_000; i++) {
            timers.add(loop.start(ring.timers().prepareAfter(Duration.ofSeconds(1000 + random.nextInt(1000)))));
        }
        java.util.Collections.shuffle(timers, random);
        timers.forEach(Outcome::cancel);
        loop.until("all have ended", () -> timers.stream().allMatch(Outcome::isDone));
        timers.forEach(timer -> timer.failure(CancellationException.class));
    }

    @Test
    void oneStartedByAnotherEndsAfterIt(Ring ring, Loop loop) {
        List<Long> moments = new ArrayList<>();
        long begun = loop.now();
        ring.timers().after(Duration.ofMillis(10), (nothing, failure) -> {
            moments.add(loop.now() - begun);
            ring.timers().after(Duration.ofMillis(10), (later, laterFailure) -> moments.add(loop.now() - begun));
        });
        loop.pass(Duration.ofMillis(40));
        loop.until("both have ended", () -> moments.size() == 2);
        assertThat(moments.get(0)).isGreaterThanOrEqualTo(10_000_000);
        assertThat(moments.get(1)).isGreaterThanOrEqualTo(moments.get(0) + 10_000_000);
    }

    @Test
    void thoseThatStartOneAnotherDoNotStarveTheRest(Ring ring, Loop loop) {
        int[] fired = new int[1];
        Runnable[] again = new Runnable[1];
        again[0] = () -> ring.timers().after(Duration.ZERO, (nothing, failure) -> {
            fired[0]++;
            if (failure == null && fired[0] < 100_000) {
                again[0].run();
            }
        });
        again[0].run();
        loop.await(ring.prepareNop());
        assertThat(fired[0]).isBetween(1, 1000);
        fired[0] = 100_000;
        loop.settle();
    }

    @Test
    void endNoMoreThanALittleLate(Ring ring, Loop loop, Caps caps) {
        long latest = 0;
        for (int i = 0; i < 10; i++) {
            long begun = loop.now();
            Outcome<Void> timer = loop.start(ring.timers().prepareAfter(Duration.ofMillis(5)));
            if (!caps.has(Cap.REAL_CLOCK)) {
                loop.pass(Duration.ofMillis(5));
            }
            timer.value();
            latest = Math.max(latest, loop.now() - begun);
        }
        assertThat(latest).isBetween(5_000_000L, 1_000_000_000L);
    }
}
