package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncListener;
import dev.ringway.Ring;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Row;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

@EveryBackend
class DumpTest {
    @Test
    void namesTheRingAndEverythingInFlight(TestBed bed, Loop loop, Row row) {
        Ring ring = loop.ring();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        AsyncListener listener = loop.await(ring.net().prepareListen(Transport.TCP4.unused(bed.directory())));
        loop.start(listener.prepareAccept());
        loop.start(pair.near().prepareReceive(loop.buffer(8)));
        loop.start(pair.near().prepareReceive(loop.buffer(8)));
        Outcome<Void> timer = loop.start(ring.timers().prepareAfter(Duration.ofHours(1)));
        loop.settle();
        String dump = ring.dump();
        assertThat(dump.lines()).first().asString()
                .isEqualTo("test0 on " + ring.backend() + ", open");
        assertThat(dump)
                .contains("owner: test, RUNNABLE\n")
                .containsPattern("\n    at .*DumpTest\\.namesTheRing")
                .contains("stats: " + ring.stats() + "\n")
                .contains("inbox: 0 tasks\n")
                .contains("no handle: 1 in flight\n")
                .contains(listener + ": 1 in flight\n")
                .contains(pair.near() + ": 2 in flight\n")
                .containsPattern("    accept on .* \\((KERNEL|PARKED)\\) for \\d+\\.\\d\\d\\d s\n")
                .containsPattern("    recv on .* \\((KERNEL|PARKED)\\) for ")
                .containsPattern("    recv on .* \\(QUEUED\\) for ")
                .containsPattern("    .*\\(TIMER\\) for ");
        assertThat(dump).contains(row.backend().toString());
        timer.cancel();
    }

    @Test
    void saysForHowLong(Ring ring, Loop loop) {
        loop.turn();
        Outcome<Void> timer = loop.start(ring.timers().prepareAfter(Duration.ofHours(1)));
        loop.pass(Duration.ofMillis(1500));
        assertThat(ring.dump()).containsPattern("\\(TIMER\\) for (1\\.[5-9]|[2-9]\\.\\d)\\d\\d s\n");
        timer.cancel();
    }

    @Test
    void saysWhyItEnds(Ring ring, Loop loop) {
        Outcome<Void> timer = loop.start(ring.timers().prepareAfter(Duration.ofHours(1)));
        timer.cancel();
        assertThat(ring.dump()).contains("asked to end: CANCEL\n");
        timer.failure();
        assertThat(ring.dump()).contains("no handle: 0 in flight\n").doesNotContain("asked to end");
    }

    /// What it is for: nobody answers, and one wants to know who and where.
    @Test
    void showsWhereThePollingThreadHangs(TestBed bed) throws Exception {
        Loop loop = bed.running();
        Ring ring = loop.ring();
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        Outcome<AsyncListener> listener =
                loop.start(ring.net().prepareListen(Transport.TCP4.unused(bed.directory())));
        loop.start(listener.value().prepareAccept());
        ring.execute(() -> hangHere(hanging, released));
        hanging.await();
        loop.awaitElsewhere("it waits", () -> loop.insides().owner().getState() == Thread.State.WAITING);
        try {
            ring.execute(() -> {}); // waits
            assertThat(ring.dump())
                    .contains("owner: ringway-test0, WAITING\n")
                    .containsPattern("\n    at .*DumpTest\\.hangHere")
                    .contains("inbox: 1 tasks\n")
                    .contains("\n" + listener.value() + ": 1 in flight\n    accept on ");
        } finally {
            released.countDown();
        }
    }

    private static void hangHere(CountDownLatch hanging, CountDownLatch released) {
        hanging.countDown();
        try {
            released.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void isThereBeforeTheFirstPollAndAfterTheEnd(TestBed bed) {
        Loop loop = bed.loop(options -> {});
        AtomicReference<String> before = new AtomicReference<>();
        try (Workers workers = new Workers()) {
            workers.start(() -> before.set(loop.ring().dump()));
        }
        assertThat(before.get()).contains("owner: none, nobody has polled\n").contains(", open\n");
        loop.turn();
        loop.closeRing();
        assertThat(loop.ring().dump()).contains(", closed\n").contains("no handle: 0 in flight");
    }

    @Test
    void doesNotListAThousandsThing(Ring ring, Loop loop) {
        for (int i = 0; i < 3000; i++) {
            loop.start(ring.timers().prepareAfter(Duration.ofHours(1)));
        }
        loop.settle();
        String dump = ring.dump();
        assertThat(dump).contains("no handle: 3000 in flight\n").contains("(more are not listed)");
        assertThat(dump.lines().filter(line -> line.contains("(TIMER)"))).hasSize(1000);
        loop.closeRing();
    }
}
