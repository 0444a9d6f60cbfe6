package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.IntOperation;
import dev.ringway.Ring;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Count;
import dev.ringway.testing.CountingSys.Call;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/// A cancel in every state of an operation tells the truth.
@EveryBackend
class CancelTest {
    @Test
    void beforeTheStartHasNoEffect(Ring ring, Loop loop) {
        IntOperation nop = ring.prepareNop();
        nop.cancel();
        assertThat(nop.isDone()).isFalse();
        assertThat(loop.await(nop)).isZero();
    }

    @Test
    void afterTheEndHasNoEffect(Ring ring, Loop loop) {
        Count nop = loop.start(ring.prepareNop());
        assertThat(nop.value()).isZero();
        nop.cancel();
        loop.settle();
        assertThat(nop.value()).isZero();
    }

    @Test
    void onItsWayThroughTheInbox(TestBed bed, Loop loop) throws Exception {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        AsyncSocket.Receive receive = pair.near().prepareReceive(loop.buffer(1));
        List<Throwable> outcome = new ArrayList<>();
        try (Workers workers = new Workers()) {
            workers.start(() -> {
                receive.start((count, failure) -> outcome.add(failure));
                receive.cancel();
            });
        }
        loop.until("it has ended", () -> !outcome.isEmpty());
        assertThat(outcome.getFirst()).isInstanceOf(CancellationException.class);
    }

    @EveryTransport
    void fromAnotherThreadWhileItWaits(Transport transport, TestBed bed, Loop loop) throws Exception {
        Pair pair = Pair.open(bed, loop, transport);
        Count receive = loop.start(pair.near().prepareReceive(loop.buffer(1)));
        loop.settle();
        try (Workers workers = new Workers()) {
            workers.start(receive::cancel);
            receive.failure(CancellationException.class);
        }
    }

    @Test
    void ofAResultThatIsThereAlreadyIsTooLate(Ring ring, Loop loop) {
        for (int i = 0; i < 10; i++) {
            IntOperation second = ring.prepareNop();
            ring.nop((count, failure) -> second.cancel());
            assertThat(loop.start(second).value()).isZero();
        }
    }

    @Test
    void ofOneThatHasJustBegunKeepsItFromBeingSubmitted(Ring ring, Loop loop) {
        long submitted = ring.stats().submissions();
        for (int i = 0; i < 10; i++) {
            Count nop = loop.start(ring.prepareNop());
            nop.cancel();
            nop.failure(CancellationException.class);
        }
        assertThat(ring.stats().submissions() - submitted).as("entries, the one for wake-ups among them").isLessThan(2);
    }

    @Test
    void ofATimer(Ring ring, Loop loop) {
        Outcome<Void> timer = loop.start(ring.timers().prepareAfter(Duration.ofHours(1)));
        loop.settle();
        timer.cancel();
        timer.failure(CancellationException.class);
    }

    /// Of the loop's stack there is no trace, which would cost more than all the rest.
    @Test
    void saysWhatWasCancelledAndWhereThatWasSeen(Ring ring, Loop loop) {
        Outcome<Void> timer = loop.start(ring.timers().prepareAfter(Duration.ofHours(1)));
        timer.cancel();
        CancellationException told = timer.failure(CancellationException.class);
        assertThat(told)
                .hasMessage("timer on " + ring.toString().split(" on ")[0] + ": cancelled")
                .hasToString("java.util.concurrent.CancellationException: " + told.getMessage());
        assertThat(told.getStackTrace()).isEmpty();
        assertThat(timer.operation().failure()).hasMessage(told.getMessage()).hasStackTraceContaining("CancelTest");
        assertThatThrownBy(timer.operation()::result).hasStackTraceContaining("CancelTest");
    }

    @Test
    void ofOneThatWaitsForTheOffloadExecutor(TestBed bed) throws Exception {
        List<Runnable> waiting = new ArrayList<>();
        Loop loop = bed.loop(options -> options.offload = waiting::add);
        Path path = Files.writeString(bed.directory().resolve("file"), "x");
        loop.turn();
        Outcome<AsyncFile> open = loop.start(loop.ring().files().prepareOpen(path));
        if (bed.caps().has(Cap.PLAIN_CALLS)) {
            loop.turn();
            open.cancel();
            open.failure(CancellationException.class);
            assertThat(waiting).hasSize(1);
            waiting.forEach(Runnable::run); // too late
            loop.settle();
            assertThat(loop.sys().counts()).doesNotContainKey(Call.OPENAT);
        } else {
            open.value().close();
            assertThat(waiting).isEmpty();
        }
    }

    @Test
    void cancelledTwiceItEndsOnce(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Count receive = loop.start(pair.near().prepareReceive(loop.buffer(1)));
        loop.settle();
        receive.cancel();
        receive.cancel();
        receive.failure(CancellationException.class);
        receive.cancel();
        loop.settle();
    }

    @Test
    void fromItsOwnCallbackHasNoEffect(Ring ring, Loop loop) {
        IntOperation nop = ring.prepareNop();
        int[] calls = new int[1];
        nop.start((count, failure) -> {
            calls[0]++;
            nop.cancel();
        });
        loop.settle();
        assertThat(calls[0]).isEqualTo(1);
        assertThat(nop.isDone()).isTrue();
    }

    @Test
    void fromTheCallbackOfTheOneBefore(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        List<Count> receives = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            receives.add(loop.start(pair.near().prepareReceive(loop.buffer(1))));
        }
        pair.near().prepareReceive(loop.buffer(1)).start((count, failure) -> {});
        receives.get(0).cancel();
        loop.ring().execute(() -> receives.subList(1, 5).forEach(Count::cancel));
        receives.forEach(receive -> receive.failure(CancellationException.class));
        pair.farSends("x");
        loop.until("the last has ended", () -> loop.ring().inFlight() == 0);
    }

    @Test
    void thousandsAtOnceFromTheirOwnerAndOthers(TestBed bed, Loop loop, Path directory) throws Exception {
        AsyncListener listener = loop.await(loop.ring().net().prepareListen(Transport.TCP4.unused(directory)));
        List<Outcome<AsyncSocket>> accepts = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            accepts.add(loop.start(listener.prepareAccept()));
        }
        loop.settle();
        try (Workers workers = new Workers()) {
            for (int i = 0; i < 3; i++) {
                int first = i;
                workers.start(() -> {
                    for (int nth = first; nth < 3000; nth += 4) {
                        accepts.get(nth).cancel();
                    }
                });
            }
            for (int nth = 3; nth < 3000; nth += 4) {
                accepts.get(nth).cancel();
            }
            accepts.forEach(accept -> accept.failure(CancellationException.class));
        }
    }

    @Test
    void leavesTheOthersAlone(TestBed bed, Loop loop) {
        Pair one = Pair.open(bed, loop, Transport.TCP4);
        Pair two = Pair.open(bed, loop, Transport.TCP4);
        Count receive = loop.start(one.near().prepareReceive(loop.buffer(1)));
        Count other = loop.start(two.near().prepareReceive(loop.buffer(1)));
        loop.settle();
        receive.cancel();
        receive.failure(CancellationException.class);
        // The slot of the cancelled one is used again; a late answer to its cancel must not hit its successor
        Count successor = loop.start(one.near().prepareReceive(loop.buffer(1)));
        loop.pass(Duration.ofMillis(20));
        assertThat(other.isDone() || successor.isDone()).isFalse();
        one.farSends("1");
        two.farSends("2");
        assertThat(other.value() + successor.value()).isEqualTo(2);
    }
}
