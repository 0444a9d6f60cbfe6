package dev.ringway.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.Iteration;
import dev.ringway.Ring;
import dev.ringway.TestRings;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.ByteArrayOutputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ReadPendingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// What an iteration that receives does when it is paused, resumed, cancelled and given things back: no byte is lost,
/// comes twice, or comes out of order.
@EveryBackend
class IterationOfBytesTest {
    private static final int SIZE = 8;

    /// Bytes that show a gap, a repetition and a change of order.
    private static byte[] sequence(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i % 251 ^ i / 251);
        }
        return bytes;
    }

    /// Takes leases, and keeps their bytes.
    private static final class Bytes implements Consumer<Buf> {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void accept(Buf lease) {
            bytes.writeBytes(lease.getAll());
            lease.release();
        }

        int count() {
            return bytes.size();
        }

        byte[] all() {
            return bytes.toByteArray();
        }

        Bytes and(byte[] more) {
            bytes.writeBytes(more);
            return this;
        }
    }

    /// Receives so many bytes one receive after another, in buffers that fit no item.
    private static byte[] receive(Loop loop, AsyncSocket socket, int count) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (bytes.size() < count) {
            Buf buf = loop.buffer(Math.min(13, count - bytes.size()));
            assertThat(loop.await(socket.prepareReceive(buf))).isPositive();
            bytes.writeBytes(buf.getAll());
            buf.release();
        }
        return bytes.toByteArray();
    }

    // ---- pause and cancel

    @EveryTransport
    void whatWasCollectedWhilePausedIsWhatTheNextReceiveGets(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        BufPool pool = loop.pool(64, SIZE);
        Iteration<Buf> iteration = pair.near().prepareReceiveEach(pool);
        iteration.pause();
        Items<Buf> items = loop.start(iteration);
        byte[] sent = sequence(40 * SIZE);
        pair.farSends(sent);
        loop.until("it has collected all it may", () -> TestRings.leases(pool) >= 16);
        assertThat(items.size()).isZero();

        iteration.cancel();
        items.failure(CancellationException.class);
        assertThat(TestRings.leases(pool)).isZero();
        assertThat(receive(loop, pair.near(), sent.length)).isEqualTo(sent);
    }

    @Test
    void whatWasCollectedWhilePausedIsWhatTheNextIterationGets(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        byte[] sent = sequence(40 * SIZE);
        Iteration<Buf> paused = pair.near().prepareReceiveEach(loop.pool(32, 2 * SIZE));
        paused.pause();
        Items<Buf> none = loop.start(paused);
        pair.farSends(sent);
        pair.farEnds();
        loop.settle();
        paused.cancel();
        none.failure(CancellationException.class);

        Bytes bytes = new Bytes();
        loop.start(pair.near().prepareReceiveEach(loop.pool(2, SIZE)), bytes).awaitEnd();
        assertThat(bytes.all()).isEqualTo(sent);
    }

    @Test
    void pausedItTakesABoundedNumber(TestBed bed, Loop loop, Caps caps) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        BufPool pool = loop.pool(1024, SIZE);
        Iteration<Buf> iteration = pair.near().prepareReceiveEach(pool);
        iteration.pause();
        Items<Buf> items = loop.start(iteration);
        byte[] sent = sequence(1024 * SIZE);
        for (int at = 0; at < sent.length; at += 64 * SIZE) {
            pair.farSends(Arrays.copyOfRange(sent, at, at + 64 * SIZE));
            loop.settle();
        }
        if (caps.has(Cap.KERNEL_PICKS_BUFFERS)) {
            // It is asked to stop at the 16th, and may be in the middle of taking what there is
            assertThat(TestRings.leases(pool)).isBetween(16, 128);
        } else {
            assertThat(TestRings.leases(pool)).isEqualTo(16);
        }

        iteration.cancel();
        items.failure(CancellationException.class);
        assertThat(receive(loop, pair.near(), sent.length)).isEqualTo(sent);
    }

    @Test
    void resumedItDeliversWhatWasCollectedFirstAndGoesOn(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        byte[] sent = sequence(100 * SIZE);
        Bytes bytes = new Bytes();
        Iteration<Buf> iteration = pair.near().prepareReceiveEach(loop.pool(32, SIZE));
        Items<Buf> items = loop.start(iteration, bytes);
        for (int at = 0; at < sent.length; at += 20 * SIZE) {
            iteration.pause();
            int before = bytes.count();
            pair.farSends(Arrays.copyOfRange(sent, at, at + 20 * SIZE));
            loop.settle();
            assertThat(bytes.count()).isEqualTo(before);
            iteration.resume();
            int expected = at + 20 * SIZE;
            loop.until("all of it has come", () -> bytes.count() >= expected);
        }
        pair.farEnds();
        items.awaitEnd();
        assertThat(bytes.all()).isEqualTo(sent);
    }

    @Test
    void pauseFromInsideHoldsAtOnce(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        byte[] sent = sequence(60 * SIZE);
        pair.farSends(sent);
        pair.farEnds();
        Bytes bytes = new Bytes();
        Iteration<Buf> iteration = pair.near().prepareReceiveEach(loop.pool(64, SIZE));
        AtomicBoolean paused = new AtomicBoolean();
        Items<Buf> items = loop.start(iteration, lease -> {
            if (paused.getAndSet(true)) {
                throw new AssertionError("an item came after pause()");
            }
            bytes.accept(lease);
            iteration.pause();
        });
        while (!items.isDone()) {
            paused.set(false);
            iteration.resume();
            loop.until("the next item has come", () -> paused.get() || items.isDone());
            loop.settle();
        }
        items.awaitEnd();
        assertThat(bytes.all()).isEqualTo(sent);
    }

    @Test
    void cancelFromInsideTheFirstItemHoldsAtOnce(TestBed bed, Loop loop) {
        cancelFromInside(bed, loop, 1, false);
    }

    @Test
    void cancelFromInsideALaterItemHoldsAtOnce(TestBed bed, Loop loop) {
        cancelFromInside(bed, loop, 7, false);
    }

    @Test
    void cancelFromInsideACollectedItemHoldsAtOnce(TestBed bed, Loop loop) {
        cancelFromInside(bed, loop, 3, true);
    }

    private static void cancelFromInside(TestBed bed, Loop loop, int nth, boolean collected) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        byte[] sent = sequence(30 * SIZE);
        Bytes bytes = new Bytes();
        Iteration<Buf> iteration = pair.near().prepareReceiveEach(loop.pool(64, SIZE));
        int[] came = {0};
        if (collected) {
            iteration.pause();
        }
        Items<Buf> items = loop.start(iteration, lease -> {
            bytes.accept(lease);
            if (++came[0] == nth) {
                iteration.cancel();
            }
        });
        pair.farSends(sent);
        loop.settle();
        iteration.resume();
        items.failure(CancellationException.class);
        assertThat(came[0]).isEqualTo(nth);
        byte[] rest = receive(loop, pair.near(), sent.length - bytes.count());
        assertThat(bytes.and(rest).all()).isEqualTo(sent);
    }

    @Test
    void closeFromInsideEndsItAtOnce(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        pair.farSends(sequence(30 * SIZE));
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(loop.pool(64, SIZE)), lease -> {
            lease.release();
            pair.near().close();
        });
        items.failure(AsynchronousCloseException.class);
        assertThat(items.size()).isEqualTo(1);
    }

    @Test
    void theEndOfTheStreamWaitsForWhatWasCollected(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        byte[] sent = sequence(10 * SIZE);
        Bytes bytes = new Bytes();
        Iteration<Buf> iteration = pair.near().prepareReceiveEach(loop.pool(32, SIZE));
        iteration.pause();
        Items<Buf> items = loop.start(iteration, bytes);
        pair.farSends(sent);
        pair.farEnds();
        loop.settle();
        assertThat(items.isDone()).isFalse();
        iteration.resume();
        items.awaitEnd();
        assertThat(bytes.all()).isEqualTo(sent);
    }

    @Test
    void aResetWaitsForWhatWasCollectedAndStays(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        byte[] sent = sequence(10 * SIZE);
        Bytes bytes = new Bytes();
        Iteration<Buf> iteration = pair.near().prepareReceiveEach(loop.pool(32, SIZE));
        iteration.pause();
        Items<Buf> items = loop.start(iteration, bytes);
        pair.farSends(sent);
        loop.settle();
        pair.farResets();
        loop.settle();
        assertThat(items.isDone()).isFalse();
        iteration.resume();
        assertThat(items.failure()).isInstanceOf(SocketException.class);
        assertThat(bytes.all()).isEqualTo(sent);
        assertThat(loop.start(pair.near().prepareReceive(loop.buffer(SIZE))).failure())
                .isInstanceOf(SocketException.class);
    }

    @Test
    void cancelledBehindTheEndOfTheStreamItKeepsBytesAndEnd(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        byte[] sent = sequence(10 * SIZE);
        Iteration<Buf> iteration = pair.near().prepareReceiveEach(loop.pool(32, SIZE));
        iteration.pause();
        Items<Buf> items = loop.start(iteration);
        pair.farSends(sent);
        pair.farEnds();
        loop.settle();
        iteration.cancel();
        items.failure(CancellationException.class);
        assertThat(receive(loop, pair.near(), sent.length)).isEqualTo(sent);
        assertThat(loop.await(pair.near().prepareReceive(loop.buffer(SIZE)))).isEqualTo(-1);
    }

    @Test
    void aReceiveThatWasOnItsWayGetsWhatWasCollectedBeforeIt(Ring ring, TestBed bed, Loop loop) throws Exception {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Buf later = loop.buffer(64 * SIZE);
        AtomicReference<Count> received = new AtomicReference<>();
        // Admitted, and in the inbox, before the iteration takes the read side
        Thread.ofPlatform().start(() -> received.set(loop.start(pair.near().prepareReceive(later)))).join();
        Iteration<Buf> iteration = pair.near().prepareReceiveEach(loop.pool(64, SIZE));
        iteration.pause();
        Items<Buf> items = loop.start(iteration);
        byte[] sent = sequence(40 * SIZE);
        pair.farSends(sent);
        loop.settle();
        iteration.cancel();
        items.failure(CancellationException.class);
        assertThat(received.get().value()).isPositive();
        byte[] first = later.getAll();
        byte[] rest = receive(loop, pair.near(), sent.length - first.length);
        assertThat(new Bytes().and(first).and(rest).all()).isEqualTo(sent);
    }

    @Test
    void whileItHoldsTheReadSideOthersAreRefused(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        BufPool pool = loop.pool(4, SIZE);
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(pool));
        assertThatThrownBy(() -> pair.near().prepareReceiveEach(pool).start(item -> {}, (nothing, failure) -> {}))
                .isInstanceOf(ReadPendingException.class).hasMessageContaining("iteration");
        Buf buf = loop.buffer(SIZE);
        assertThatThrownBy(() -> pair.near().receive(buf, (count, failure) -> {}))
                .isInstanceOf(ReadPendingException.class);
        assertThat(buf.isLent()).isFalse();
        items.iteration().cancel();
        items.failure(CancellationException.class);
        pair.farSends("again");
        assertThat(loop.await(pair.near().prepareReceive(buf))).isPositive();
    }

    // ---- putting back

    @Test
    void whatIsPutBackWhilePausedComesFirst(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        byte[] sent = sequence(40 * SIZE);
        Bytes bytes = new Bytes();
        Iteration<Buf> iteration = pair.near().prepareReceiveEach(loop.pool(64, SIZE));
        boolean[] refuses = {true};
        Items<Buf> items = loop.start(iteration, lease -> {
            if (refuses[0]) {
                iteration.putBack(lease);
                iteration.pause();
            } else {
                bytes.accept(lease);
            }
            refuses[0] = !refuses[0];
        });
        pair.farSends(sent);
        pair.farEnds();
        loop.until("everything has come", () -> {
            iteration.resume();
            return items.isDone();
        });
        items.awaitEnd();
        assertThat(bytes.all()).isEqualTo(sent);
    }

    @Test
    void whoAlwaysPutsBackHoldsUpNobodyElse(Ring ring, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        byte[] sent = sequence(20 * SIZE);
        Bytes bytes = new Bytes();
        Iteration<Buf> iteration = pair.near().prepareReceiveEach(loop.pool(64, SIZE));
        iteration.pause();
        boolean[] ready = {false};
        Items<Buf> items = loop.start(iteration, lease -> {
            if (ready[0]) {
                bytes.accept(lease);
            } else {
                iteration.putBack(lease);
            }
        });
        pair.farSends(sent);
        pair.farEnds();
        loop.settle();
        iteration.resume();
        for (int i = 0; i < 10; i++) {
            assertThat(loop.await(ring.prepareNop())).isZero();
        }
        assertThat(bytes.count()).isZero();
        assertThat(items.isDone()).isFalse();
        ready[0] = true;
        items.awaitEnd();
        assertThat(bytes.all()).isEqualTo(sent);
    }

    @Test
    void whatIsPutBackAfterTheEndIsWhatTheNextReceiveGets(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        byte[] sent = sequence(30 * SIZE);
        Iteration<Buf> iteration = pair.near().prepareReceiveEach(loop.pool(64, SIZE));
        List<Buf> held = new ArrayList<>();
        Items<Buf> items = loop.start(iteration, lease -> {
            held.add(lease);
            if (held.size() == 3) {
                iteration.cancel();
            }
        });
        pair.farSends(sent);
        items.failure(CancellationException.class);
        for (Buf lease : held.reversed()) {
            iteration.putBack(lease);
        }
        assertThat(receive(loop, pair.near(), sent.length)).isEqualTo(sent);
    }

    @Test
    void onlyWhatIsLeftOfALeaseGoesBack(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        byte[] sent = sequence(10 * SIZE);
        Bytes bytes = new Bytes();
        Iteration<Buf> iteration = pair.near().prepareReceiveEach(loop.pool(32, SIZE));
        Items<Buf> items = loop.start(iteration, lease -> {
            bytes.and(new byte[] {lease.get()});
            iteration.putBack(lease);
            iteration.cancel();
        });
        pair.farSends(sent);
        items.failure(CancellationException.class);
        assertThat(bytes.count()).isEqualTo(1);
        assertThat(bytes.and(receive(loop, pair.near(), sent.length - 1)).all()).isEqualTo(sent);
    }

    @Test
    void aLeaseThatIsReleasedAndPutBackDoesNotKeepItFromEnding(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Iteration<Buf> iteration = pair.near().prepareReceiveEach(loop.pool(4, SIZE));
        Items<Buf> items = loop.start(iteration, lease -> {
            iteration.pause();
            iteration.putBack(lease);
            lease.release();
        });
        pair.farSends("first");
        items.await(1);
        iteration.cancel();
        items.failure(CancellationException.class);
        assertThat(loop.takeUncaught()).singleElement().isInstanceOf(IllegalStateException.class);
        pair.farSends("second");
        assertThat(receive(loop, pair.near(), 6)).asString().isEqualTo("second");
    }

    // ---- pools

    @Test
    void aBufferThatIsReleasedAtOnceIsEnough(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        byte[] sent = sequence(50 * SIZE);
        pair.farSends(sent);
        pair.farEnds();
        Bytes bytes = new Bytes();
        loop.start(pair.near().prepareReceiveEach(loop.pool(1, SIZE)), bytes).awaitEnd();
        assertThat(bytes.all()).isEqualTo(sent);
    }

    @Test
    void anExhaustedPoolResumesWhenALeaseComesBack(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        BufPool pool = loop.pool(4, SIZE);
        byte[] sent = sequence(50 * SIZE);
        Bytes bytes = new Bytes();
        List<Buf> held = new ArrayList<>();
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(pool), held::add);
        pair.farSends(sent);
        pair.farEnds();
        while (!items.isDone()) {
            loop.settle();
            assertThat(held.size()).isLessThanOrEqualTo(4);
            held.forEach(bytes);
            held.clear();
        }
        items.awaitEnd();
        assertThat(bytes.all()).isEqualTo(sent);
    }

    /// The request to stop it finds that the empty pool has ended it; it must not hit what is started afterwards.
    @Test
    void aPauseThatMeetsAnEmptyPoolDoesNotEndIt(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        byte[] sent = sequence(96 * SIZE);
        Bytes bytes = new Bytes();
        Iteration<Buf> iteration = pair.near().prepareReceiveEach(loop.pool(16, SIZE));
        Items<Buf> items = loop.start(iteration, bytes);
        for (int at = 0; at < sent.length; at += 24 * SIZE) {
            iteration.pause();
            pair.farSends(Arrays.copyOfRange(sent, at, at + 24 * SIZE));
            loop.settle();
            iteration.resume();
            loop.pass(Duration.ofMillis(20));
            assertThat(items.isDone()).isFalse();
        }
        pair.farEnds();
        items.awaitEnd();
        assertThat(bytes.all()).isEqualTo(sent);
    }

    // ---- time

    @Test
    void theIdleLimitDoesNotRunWhilePaused(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Iteration<Buf> iteration =
                pair.near().prepareReceiveEach(loop.pool(4, SIZE)).idleTimeout(Duration.ofMillis(50));
        iteration.pause();
        Items<Buf> items = loop.start(iteration);
        loop.pass(Duration.ofMillis(120));
        assertThat(items.isDone()).isFalse();
        iteration.resume();
        loop.pass(Duration.ofMillis(60));
        assertThat(items.failure(SocketTimeoutException.class)).hasMessageContaining("timed out");
    }

    @Test
    void theIdleLimitRunsAnewWithEveryItem(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Items<Buf> items = loop.start(
                pair.near().prepareReceiveEach(loop.pool(4, SIZE)).idleTimeout(Duration.ofMillis(200)), Buf::release);
        for (int i = 1; i <= 4; i++) {
            loop.pass(Duration.ofMillis(100));
            pair.farSends("x");
            items.await(i);
        }
        loop.pass(Duration.ofMillis(250));
        items.failure(SocketTimeoutException.class);
        pair.farSends("y");
        assertThat(receive(loop, pair.near(), 1)).asString().isEqualTo("y");
    }

    // ---- from elsewhere

    @Test
    void pausedAndResumedFromAnotherThreadItKeepsTheOrder(TestBed bed) {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        byte[] sent = sequence(2_000 * SIZE);
        Bytes bytes = new Bytes();
        Iteration<Buf> iteration = pair.near().prepareReceiveEach(loop.pool(64, SIZE));
        Items<Buf> items = loop.start(iteration, bytes);
        for (int at = 0; at < sent.length; at += 20 * SIZE) {
            iteration.pause();
            pair.farSends(Arrays.copyOfRange(sent, at, at + 20 * SIZE));
            if (at % (60 * SIZE) == 0) {
                Thread.yield();
            }
            iteration.resume();
        }
        pair.farEnds();
        items.awaitEnd();
        assertThat(bytes.all()).isEqualTo(sent);
    }

    @Test
    void pausedFromAnotherThreadItDeliversNothingOnceTheRingHasHeard(TestBed bed) {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Iteration<Buf> iteration = pair.near().prepareReceiveEach(loop.pool(64, SIZE));
        Items<Buf> items = loop.start(iteration, Buf::release);
        pair.farSends("before");
        items.await(1);
        iteration.pause();
        AtomicInteger atPause = new AtomicInteger(-1);
        loop.ring().execute(() -> atPause.set(items.size()));
        loop.until("the ring has heard", () -> atPause.get() >= 0);
        pair.farSends("behind");
        loop.pass(Duration.ofMillis(50));
        assertThat(items.size()).isEqualTo(atPause.get());
        iteration.resume();
        items.await(atPause.get() + 1);
        iteration.cancel();
        items.failure(CancellationException.class);
    }

    @Test
    void putBackAndResumedFromAnotherThreadItComesFirst(TestBed bed) {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        byte[] sent = sequence(30 * SIZE);
        Bytes bytes = new Bytes();
        Iteration<Buf> iteration = pair.near().prepareReceiveEach(loop.pool(64, SIZE));
        CountDownLatch refused = new CountDownLatch(1);
        AtomicReference<Buf> first = new AtomicReference<>();
        Items<Buf> items = loop.start(iteration, lease -> {
            if (first.compareAndSet(null, lease)) {
                iteration.pause();
                refused.countDown();
            } else {
                bytes.accept(lease);
            }
        });
        pair.farSends(sent);
        pair.farEnds();
        Signals.await(refused);
        iteration.putBack(first.get());
        iteration.resume();
        items.awaitEnd();
        assertThat(bytes.all()).isEqualTo(sent);
    }

    @Test
    void cancelledFromAnotherThreadAtAnyMomentNoByteIsLost(TestBed bed) {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        byte[] sent = sequence(20_000);
        Bytes bytes = new Bytes();
        BufPool pool = loop.pool(32, SIZE);
        Random random = new Random(bed.row().ordinal());
        int at = 0;
        for (int round = 0; round < 300; round++) {
            Items<Buf> items = loop.start(pair.near().prepareReceiveEach(pool), bytes);
            int piece = random.nextInt(1, 60);
            pair.farSends(Arrays.copyOfRange(sent, at, at + piece));
            at += piece;
            for (int spins = random.nextInt(2_000); spins > 0; spins--) {
                Thread.onSpinWait();
            }
            items.iteration().cancel();
            items.failure(CancellationException.class);
        }
        pair.farSends(Arrays.copyOfRange(sent, at, sent.length));
        int delivered = bytes.count();
        byte[] rest = receive(loop, pair.near(), sent.length - delivered);
        assertThat(bytes.and(rest).all()).isEqualTo(sent);
        assertThat(delivered).isPositive();
    }
}
