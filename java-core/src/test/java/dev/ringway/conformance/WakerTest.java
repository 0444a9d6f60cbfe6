package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncSocket;
import dev.ringway.IntOperation;
import dev.ringway.Operation;
import dev.ringway.Ring;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@EveryBackend
class WakerTest {
    @Test
    void theFirstPollStartsAndTheEndWakes(TestBed bed, Loop loop) throws Exception {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        AsyncSocket.Receive receive = pair.near().prepareReceive(loop.buffer(1));
        AtomicInteger woken = new AtomicInteger();
        assertThat(receive.poll(woken::incrementAndGet)).isFalse();
        loop.settle();
        assertThat(receive.poll(woken::incrementAndGet)).isFalse();
        assertThat(woken.get()).isZero();
        pair.farSends("x");
        loop.until("it has been woken", () -> woken.get() > 0);
        assertThat(receive.poll(woken::incrementAndGet)).isTrue();
        assertThat(receive.isDone()).isTrue();
        assertThat(receive.result()).isEqualTo(1);
        assertThat(receive.failure()).isNull();
        assertThat(woken.get()).isEqualTo(1);
    }

    @Test
    void theLatestWakerCounts(Ring ring, Loop loop) {
        IntOperation nop = ring.prepareNop();
        AtomicInteger first = new AtomicInteger();
        AtomicInteger latest = new AtomicInteger();
        assertThat(nop.poll(first::incrementAndGet)).isFalse();
        assertThat(nop.poll(latest::incrementAndGet)).isFalse();
        loop.until("it has been woken", () -> latest.get() == 1);
        assertThat(first.get()).isZero();
    }

    @Test
    void beforeTheEndThereIsNoResult(TestBed bed, Loop loop) throws Exception {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        AsyncSocket.Receive receive = pair.near().prepareReceive(loop.buffer(1));
        receive.poll(() -> {});
        assertThatThrownBy(receive::result).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(receive::failure).isInstanceOf(IllegalStateException.class);
        receive.cancel();
        loop.until("it has ended", receive::isDone);
        assertThatThrownBy(receive::result).isInstanceOf(CancellationException.class);
        assertThat(receive.failure()).isInstanceOf(CancellationException.class);
    }

    @Test
    void aFailureIsThrownByResult(Ring ring, Loop loop, Path directory) {
        Operation<AsyncFile> open = ring.files().prepareOpen(directory.resolve("missing"));
        open.poll(() -> {});
        loop.until("it has ended", open::isDone);
        assertThatThrownBy(open::result).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aWakerThatThrowsIsReported(Ring ring, Loop loop) {
        IllegalStateException thrown = new IllegalStateException("thrown by a waker");
        IntOperation nop = ring.prepareNop();
        nop.poll(() -> {
            throw thrown;
        });
        loop.until("it has ended", nop::isDone);
        assertThat(loop.takeUncaught()).containsExactly(thrown);
    }

    @Test
    void afterResetItIsPolledAgain(TestBed bed, Loop loop) throws Exception {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        AsyncSocket.Receive receive = pair.near().prepareReceive(loop.buffer(1));
        for (int i = 0; i < 5; i++) {
            AtomicInteger woken = new AtomicInteger();
            assertThat(receive.poll(woken::incrementAndGet)).isFalse();
            pair.farSends("x");
            loop.until("it has been woken", () -> woken.get() == 1);
            assertThat(receive.result()).isEqualTo(1);
            receive.reset(loop.buffer(1));
            assertThat(receive.isDone()).isFalse();
        }
    }

    @Test
    void polledFromAnotherThreadItNeverMissesTheEnd(TestBed bed) {
        Loop loop = bed.running();
        try (Workers workers = new Workers()) {
            workers.start(() -> {
                for (int i = 0; i < 500; i++) {
                    IntOperation nop = loop.ring().prepareNop();
                    CountDownLatch woken = new CountDownLatch(1);
                    if (!nop.poll(woken::countDown)) {
                        woken.await();
                    }
                    assertThat(nop.poll(() -> {})).isTrue();
                    assertThat(nop.result()).isZero();
                }
            });
        }
    }
}
