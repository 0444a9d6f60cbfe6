package dev.ringway.hazard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Callbacks that throw, sleep, overflow their stack and close what called them.
@EveryBackend
@Tag("J6")
class CallbackTest {
    private static final class Planned extends RuntimeException {
        private static final long serialVersionUID = 1;

        Planned() {
            super("planned");
        }
    }

    private static int overflow(int depth) {
        return overflow(depth + 1) + 1;
    }

    /// Every sort of callback throws every sort of thing; each is reported once and ends nothing else.
    @Test
    void whatTheyThrowIsReportedOnceAndEndsNothing(TestBed bed) {
        List<Throwable> thrown = new ArrayList<>();
        Loop loop = bed.loop(options -> options.uncaught = thrown::add);
        loop.turn();
        int expected = 0;
        for (Consumer<String> bomb : List.<Consumer<String>>of(
                name -> {
                    throw new Planned();
                },
                name -> {
                    throw new AssertionError(name);
                },
                name -> overflow(0))) {
            Pair pair = Pair.open(bed, loop, Transport.TCP4);
            AsyncSocket near = pair.near();
            int[] called = new int[1];
            near.receive(loop.buffer(1), (count, failure) -> {
                called[0]++;
                bomb.accept("an int completion");
            });
            near.localAddress((address, failure) -> {
                called[0]++;
                bomb.accept("a completion");
            });
            loop.ring().timers().prepareAfter(Duration.ZERO).poll(() -> {
                called[0]++;
                bomb.accept("a waker");
            });
            loop.ring().execute(() -> {
                called[0]++;
                bomb.accept("a task");
            });
            pair.farSends("x");
            loop.until("all were called", () -> called[0] == 4);
            Items<Buf> items = loop.start(near.prepareReceiveEach(loop.pool(2, 64)), lease -> {
                lease.release();
                bomb.accept("an item's consumer");
            });
            pair.farSends("y");
            items.await(1);
            loop.settle();
            pair.farSends("z");
            items.await(2);
            loop.settle();
            expected += 6;
            assertThat(thrown).hasSize(expected);
            assertThat(items.isDone()).isFalse();
        }
        assertThat(thrown.subList(0, 6)).hasOnlyElementsOfType(Planned.class);
        assertThat(thrown.subList(6, 12)).hasOnlyElementsOfType(AssertionError.class);
        assertThat(thrown.subList(12, 18)).hasOnlyElementsOfType(StackOverflowError.class);
        assertThat(loop.await(loop.ring().prepareNop())).isZero();
    }

    /// Who sleeps on the polling thread holds everybody up for so long, and nobody for longer; nothing is lost.
    @Test
    void oneThatSleepsDelaysTheOthersAndNoMore(TestBed bed) {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Buf buf = loop.buffer(10);
        boolean[] slept = new boolean[1];
        loop.ring().nop((count, failure) -> {
            sleep();
            slept[0] = true;
        });
        long begun = System.nanoTime();
        pair.farSends("meanwhile");
        loop.await(pair.near().prepareReceiveN(buf, 9));
        assertThat(slept[0]).isTrue();
        assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(3));
    }

    private static void sleep() {
        try {
            Thread.sleep(300);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Each of a hundred operations is ended by the callback of the first, which closes their handle.
    @Test
    void oneThatClosesItsHandleEndsItsSiblingsOnce(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        List<Throwable> ends = new ArrayList<>();
        pair.near().receive(loop.buffer(1), (count, failure) -> {
            pair.near().close();
            pair.near().close();
        });
        for (int i = 0; i < 50; i++) {
            pair.near().receive(loop.buffer(1), (count, failure) -> {
                ends.add(failure);
                pair.near().close();
            });
        }
        pair.farSends("x");
        loop.until("all have ended", () -> ends.size() == 50);
        loop.settle();
        assertThat(ends).hasSize(50).hasOnlyElementsOfType(AsynchronousCloseException.class);
    }
}
