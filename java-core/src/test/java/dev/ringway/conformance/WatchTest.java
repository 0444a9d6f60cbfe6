package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.Buf;
import dev.ringway.ErrnoException;
import dev.ringway.Ring;
import dev.ringway.internal.ffi.LinuxSys;
import dev.ringway.internal.readiness.EpollPoller;
import dev.ringway.internal.readiness.ReadinessDriver;
import dev.ringway.sim.FaultySys;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Parity;
import dev.ringway.testing.Row;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/// One thread serves a ring by watching it on another one.
@EveryBackend(where = Cap.RINGS_CAN_BE_WATCHED)
class WatchTest {
    private static final Duration LONG = Duration.ofSeconds(5);

    /// A ring that is watched. Events that a simulated kernel makes up do not show at its fd, so that this one makes up
    /// none.
    private static Loop other(TestBed bed, Row row) {
        return bed.loop(options -> {
            if (row == Row.SIMULATED) {
                options.sys = new FaultySys(new LinuxSys(), 1, false);
            }
        });
    }

    private static Items<Ring> watch(Loop loop, Loop other) {
        return loop.start(loop.ring().prepareWatchEach(other.ring()), ring -> other.poll(Duration.ZERO));
    }

    /// Nobody has anything to do any more.
    private static void settle(Loop loop) {
        loop.settle();
        loop.settle();
    }

    /// Polls with a long limit, so that nothing but an event can be in time.
    private static void awaitEvent(Loop loop, String what, BooleanSupplier condition) {
        long begun = System.nanoTime();
        for (int turns = 0; !condition.getAsBoolean(); turns++) {
            loop.poll(LONG);
            assertThat(System.nanoTime() - begun).as(what).isLessThan(LONG.toNanos());
            assertThat(turns).as("turns until " + what).isLessThan(1000);
        }
    }

    private static void end(Items<Ring> watch) {
        watch.iteration().cancel();
        watch.failure(CancellationException.class);
    }

    @Test
    @Parity({"ring/pollable", "operation/pollable"})
    void itsCompletionsAreHeardOf(TestBed bed, Loop loop, Row row) {
        Loop other = other(bed, row);
        Items<Ring> watch = watch(loop, other);
        Pair pair = Pair.open(bed, other, Transport.TCP4);
        Buf buf = other.buffer(16);
        Count receive = other.start(pair.near().prepareReceive(buf));
        settle(loop);
        assertThat(receive.isDone()).isFalse();
        try (Workers workers = new Workers()) {
            workers.start(() -> {
                Thread.sleep(50);
                pair.far().write(ByteBuffer.wrap("hello".getBytes(UTF_8)));
            });
            awaitEvent(loop, "the receive has ended", receive::isDone);
        }
        assertThat(buf.getText(UTF_8)).isEqualTo("hello");
        end(watch);
    }

    @Test
    void whatHadComeBeforeItWasWatchedIsHeardOf(TestBed bed, Loop loop, Row row) throws Exception {
        Loop other = other(bed, row);
        Pair pair = Pair.open(bed, other, Transport.TCP4);
        Count receive = other.start(pair.near().prepareReceive(other.buffer(16)));
        other.settle();
        pair.far().write(ByteBuffer.wrap("hello".getBytes(UTF_8)));
        loop.linger(20);
        Items<Ring> watch = watch(loop, other);
        awaitEvent(loop, "the receive has ended", receive::isDone);
        assertThat(receive.value()).isPositive();
        end(watch);
    }

    @Test
    void tasksFromOtherThreadsAreHeardOf(TestBed bed, Loop loop, Row row) {
        Loop other = other(bed, row);
        Items<Ring> watch = watch(loop, other);
        settle(loop);
        AtomicInteger ran = new AtomicInteger();
        try (Workers workers = new Workers()) {
            workers.start(() -> {
                for (int i = 1; i <= 300; i++) {
                    other.ring().execute(ran::incrementAndGet);
                    while (ran.get() < i) { // so that both sleep each time, or nearly
                        Thread.onSpinWait();
                    }
                }
            });
            awaitEvent(loop, "all tasks have run", () -> ran.get() == 300);
        }
        end(watch);
    }

    @Test
    void itsTimersAreHeardOf(TestBed bed, Loop loop, Row row) {
        Loop other = other(bed, row);
        Items<Ring> watch = watch(loop, other);
        Outcome<Void> timer = other.start(other.ring().timers().prepareAfter(Duration.ofMillis(300)));
        settle(loop);
        assertThat(timer.isDone()).isFalse();
        if (other.sys() instanceof FaultySys simulated) {
            simulated.advance(Duration.ofMillis(299).toNanos());
            loop.pass(Duration.ofMillis(299));
            settle(loop);
            assertThat(timer.isDone()).isFalse();
            simulated.advance(Duration.ofMillis(1).toNanos());
            loop.pass(Duration.ofMillis(1));
            settle(loop);
        } else {
            long begun = System.nanoTime();
            awaitEvent(loop, "the timer has expired", timer::isDone);
            assertThat(System.nanoTime() - begun).isGreaterThan(Duration.ofMillis(100).toNanos());
        }
        assertThat(timer.isDone()).isTrue();
        end(watch);
    }

    /// Started here, on the thread of both, without any turn of the other ring.
    @Test
    void whatLiesInUserSpaceIsFoundBeforeSleeping(TestBed bed, Loop loop, Row row) {
        Loop other = other(bed, row);
        Items<Ring> watch = watch(loop, other);
        settle(loop);
        for (int i = 0; i < 20; i++) {
            Count nop = other.start(other.ring().prepareNop());
            awaitEvent(loop, "the operation has ended", nop::isDone);
            AtomicInteger ran = new AtomicInteger();
            other.ring().execute(ran::incrementAndGet);
            awaitEvent(loop, "the task has run", () -> ran.get() == 1);
            Outcome<Void> timer = other.start(other.ring().timers().prepareAfter(Duration.ofHours(1)));
            settle(loop);
            timer.cancel();
            awaitEvent(loop, "the timer has been cancelled", timer::isDone);
        }
        end(watch);
    }

    @Test
    void twoRingsWithoutWorkBothSleep(TestBed bed, Loop loop, Row row) {
        Loop other = other(bed, row);
        Items<Ring> watch = watch(loop, other);
        settle(loop);
        loop.linger(20);
        long turns = other.ring().stats().turns();
        int yielded = watch.size();
        loop.poll(Duration.ofMillis(100));
        if (row != Row.SIMULATED) { // which wakes up without a reason
            assertThat(watch.size()).isEqualTo(yielded);
            assertThat(other.ring().stats().turns()).isEqualTo(turns);
        }
        end(watch);
    }

    @Test
    void whoDoesNotServeItIsToldAgain(TestBed bed, Loop loop, Row row) {
        Loop other = other(bed, row);
        other.turn();
        AtomicInteger ran = new AtomicInteger();
        Items<Ring> watch = loop.start(loop.ring().prepareWatchEach(other.ring()));
        settle(loop);
        other.settle();
        int before = watch.size();
        other.ring().execute(ran::incrementAndGet);
        loop.until("it was told often", () -> watch.size() > before + 5);
        assertThat(ran.get()).isZero();
        other.settle();
        assertThat(ran.get()).isEqualTo(1);
        end(watch);
    }

    @Test
    void aPausedWatchKeepsNobodyAwakeAndForgetsNothing(TestBed bed, Loop loop, Row row, Caps caps) {
        Loop other = other(bed, row);
        Items<Ring> watch = watch(loop, other);
        settle(loop);
        watch.iteration().pause();
        AtomicInteger ran = new AtomicInteger();
        other.ring().execute(ran::incrementAndGet);
        settle(loop);
        long turns = loop.ring().stats().turns();
        loop.poll(Duration.ofMillis(50));
        long most = caps.has(Cap.HELPFUL_KERNEL) ? 1 : 5; // elsewhere a signal may end a wait, which is then made again
        assertThat(loop.ring().stats().turns() - turns).isBetween(1L, most);
        assertThat(ran.get()).isZero();
        watch.iteration().resume();
        awaitEvent(loop, "the task has run", () -> ran.get() == 1);
        end(watch);
    }

    @Test
    void onceItHasEndedTheOtherRingKeepsNobodyAwake(TestBed bed, Loop loop, Row row, Caps caps) {
        Loop other = other(bed, row);
        Items<Ring> watch = watch(loop, other);
        settle(loop);
        end(watch);
        int told = watch.size();
        AtomicInteger ran = new AtomicInteger();
        other.ring().execute(ran::incrementAndGet);
        settle(loop);
        long turns = loop.ring().stats().turns();
        assertThat(loop.poll(Duration.ofMillis(50))).as("what it had to do rather than sleep").isZero();
        assertThat(loop.ring().stats().turns() - turns).isBetween(1L, caps.has(Cap.HELPFUL_KERNEL) ? 1L : 5L);
        assertThat(watch.size()).isEqualTo(told);
        assertThat(ran.get()).isZero();
        other.settle();
        assertThat(ran.get()).isEqualTo(1);
    }

    @Test
    void endsWhenTheOtherRingDoes(TestBed bed, Loop loop, Row row) {
        Loop other = other(bed, row);
        Items<Ring> watch = watch(loop, other);
        settle(loop);
        other.closeRing();
        watch.awaitEnd();
        Items<Ring> late = watch(loop, other);
        late.awaitEnd();
        assertThat(late.size()).isZero();
    }

    @Test
    void endsWhenSomebodyElseClosesTheOtherRing(TestBed bed, Loop loop, Row row) {
        Loop other = other(bed, row);
        Items<Ring> watch = watch(loop, other);
        settle(loop);
        try (Workers workers = new Workers()) {
            workers.start(() -> other.ring().close());
            awaitEvent(loop, "the watch has ended", watch::isDone);
        }
        watch.awaitEnd();
    }

    @Test
    @Parity("ring/pollable_drop_leak_test")
    void theOtherRingOutlivesItsWatch(TestBed bed, Row row) {
        Loop other = other(bed, row);
        for (int round = 0; round < 3; round++) {
            Loop loop = bed.loop(options -> {});
            loop.turn();
            Items<Ring> watch = watch(loop, other);
            settle(loop);
            if (round == 1) {
                end(watch);
                watch = watch(loop, other);
                settle(loop);
            }
            loop.closeRing();
            assertThat(watch.failure()).isNotNull();
            assertThat(other.await(other.ring().prepareNop())).isZero();
            AtomicInteger ran = new AtomicInteger();
            try (Workers workers = new Workers()) {
                workers.start(() -> {
                    Thread.sleep(20);
                    other.ring().execute(ran::incrementAndGet);
                });
                awaitEvent(other, "the task has run", () -> ran.get() == 1);
            }
        }
    }

    @Test
    void mayBeOfAnotherKind(TestBed bed, Loop loop, Row row) {
        Loop epoll = bed.loop(
                options -> options.sys = new FaultySys(new LinuxSys(), 1, false),
                options -> new ReadinessDriver(options, new EpollPoller(options.sys, options.events)));
        Items<Ring> watch = watch(loop, epoll);
        Pair pair = Pair.open(bed, epoll, Transport.TCP4);
        Count receive = epoll.start(pair.near().prepareReceive(epoll.buffer(16)));
        settle(loop);
        assertThat(receive.isDone()).isFalse();
        pair.farSends("x");
        awaitEvent(loop, "the receive has ended", receive::isDone);
        end(watch);
    }

    @Test
    @Parity("ring/pollable_self")
    void itselfAndStrangersAreRefused(TestBed bed, Loop loop) {
        loop.turn();
        assertThatThrownBy(() -> loop.ring().prepareWatchEach(loop.ring()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("itself");
        Loop running = bed.running();
        assertThatThrownBy(() -> loop.start(loop.ring().prepareWatchEach(running.ring())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("belongs to the thread ringway-test");
    }

    @Test
    void oneWatchesManyAndNobodyIsWatchedTwice(TestBed bed, Loop loop, Row row) {
        Loop one = other(bed, row);
        Loop two = other(bed, row);
        Items<Ring> watchOne = watch(loop, one);
        Items<Ring> watchTwo = watch(loop, two);
        settle(loop);
        for (Loop each : List.of(one, two, one)) {
            Count nop = each.start(each.ring().prepareNop());
            awaitEvent(loop, "the operation has ended", nop::isDone);
        }
        assertThat(watch(loop, one).failure(ErrnoException.class).errnoName()).isEqualTo("EBUSY");
        Loop above = bed.loop(options -> {});
        assertThat(watch(above, loop).failure(ErrnoException.class).errnoName()).isEqualTo("ELOOP");
        Items<Ring> below = watch(one, above);
        awaitEvent(loop, "it was refused", below::isDone);
        assertThat(below.failure(ErrnoException.class).errnoName()).isEqualTo("ELOOP");
        end(watchOne);
        end(watchTwo);
    }
}
