package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.Iteration;
import dev.ringway.TestRings;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ReadPendingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@EveryBackend
class ReceiveEachTest {
    /// Consumes leases at once.
    private static Consumer<Buf> into(ByteArrayOutputStream all) {
        return lease -> {
            all.writeBytes(lease.getAll());
            lease.release();
        };
    }

    @EveryTransport
    @Parity({"operation/multishot_recv", "net/multishot_recv", "net/multishot_recv_large_send"})
    void deliversEverythingAndEnds(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        byte[] content = new byte[1 << 20];
        new Random(7).nextBytes(content);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(loop.pool(8, 4096)), into(received));
        pair.farSends(content);
        pair.farEnds();
        items.awaitEnd();
        assertThat(received.toByteArray()).isEqualTo(content);
        assertThat(loop.await(pair.near().prepareReceive(loop.buffer(1)))).isEqualTo(-1);
    }

    /// More in one turn than the kernel is offered at first; there are enough, so that nobody has to wait.
    @Test
    void aBurstDoesNotExhaustAPoolThatHasABufferForEachPiece(TestBed bed, Loop loop) throws IOException {
        BufPool pool = loop.pool(1024, 64);
        List<Buf> leases = new ArrayList<>();
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Pair pair = Pair.open(bed, loop, Transport.UNIX);
            loop.start(pair.near().prepareReceiveEach(pool), leases::add);
            pairs.add(pair);
        }
        loop.settle();
        for (Pair pair : pairs) {
            assertThat(pair.far().write(ByteBuffer.wrap(new byte[20 * 64]))).isEqualTo(20 * 64);
        }
        loop.until("all have received", () -> leases.stream().mapToInt(Buf::readable).sum() == 200 * 64);
        assertThat(loop.ring().stats().poolExhaustions()).isZero();
        leases.forEach(Buf::release);
    }

    /// As many as there are, and then the rest.
    @Test
    void aBurstThatIsTooLargeGoesOnWithWhatComesBack(TestBed bed, Loop loop) throws IOException {
        BufPool pool = loop.pool(128, 64);
        List<Buf> leases = new ArrayList<>();
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            Pair pair = Pair.open(bed, loop, Transport.UNIX);
            loop.start(pair.near().prepareReceiveEach(pool), leases::add);
            pairs.add(pair);
        }
        loop.settle();
        for (Pair pair : pairs) {
            assertThat(pair.far().write(ByteBuffer.wrap(new byte[1]))).isEqualTo(1); // in one turn, all of them
        }
        loop.until("the pool is empty", () -> leases.size() == 128);
        loop.settle();
        assertThat(leases).hasSize(128);
        assertThat(loop.ring().stats().poolExhaustions()).isPositive();
        leases.subList(0, 64).forEach(Buf::release);
        loop.until("all have received", () -> leases.size() == 150);
        leases.subList(64, 150).forEach(Buf::release);
    }

    /// Of a peer that has sent thousands of pieces a turn takes a few, and no connection has to wait for the rest. A
    /// ring's kernel goes from one connection to the next after 32 of them, a readiness loop after 16.
    @EveryTransport
    void aFastSenderHoldsUpNobody(Transport transport, TestBed bed, Loop loop) throws IOException {
        BufPool pool = loop.pool(1024, 64);
        int[] received = new int[1];
        Map<Long, Integer> ofTurns = new HashMap<>();
        Pair fast = Pair.open(bed, loop, transport);
        loop.start(fast.near().prepareReceiveEach(pool), lease -> {
            received[0] += lease.readable();
            ofTurns.merge(loop.ring().stats().turns(), 1, Integer::sum);
            lease.release();
        });
        List<Integer> before = new ArrayList<>();
        List<Pair> others = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Pair other = Pair.open(bed, loop, transport);
            loop.start(other.near().prepareReceiveEach(pool), lease -> {
                before.add(received[0] / 64);
                lease.release();
            });
            others.add(other);
        }
        loop.settle();
        ByteBuffer pieces = ByteBuffer.allocate(3000 * 64);
        int sent = 0;
        for (int written = fast.far().write(pieces); written > 0; written = fast.far().write(pieces)) {
            sent += written;
        }
        for (Pair other : others) {
            assertThat(other.far().write(ByteBuffer.wrap(new byte[1]))).isEqualTo(1);
        }
        loop.until("all others have received", () -> before.size() == others.size());
        int all = sent;
        loop.until("the fast one has received " + all + " bytes", () -> received[0] == all);
        assertThat(all / 64).isGreaterThan(1000);
        assertThat(before).as("pieces of the fast one before one of each other").allMatch(count -> count <= 64);
        assertThat(ofTurns.values()).as("pieces of the fast one in a turn").allMatch(count -> count <= 256);
    }

    @EveryTransport
    void anEndWithoutDataIsNoItem(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(loop.pool(2, 64)));
        loop.settle();
        pair.farEnds();
        items.awaitEnd();
        assertThat(items.size()).isZero();
    }

    @EveryTransport
    @Tag("H8")
    void holdsTheReadSide(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        BufPool pool = loop.pool(2, 64);
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(pool));
        Buf buf = loop.buffer(10);
        assertThatThrownBy(() -> loop.start(pair.near().prepareReceive(buf)))
                .isInstanceOf(ReadPendingException.class).hasMessageContaining("iteration");
        assertThatThrownBy(() -> loop.start(pair.near().prepareReceiveEach(pool)))
                .isInstanceOf(ReadPendingException.class);
        assertThat(buf.isLent()).isFalse();
        items.iteration().cancel();
        items.failure(CancellationException.class);
        pair.farSends("hello");
        assertThat(pair.nearReceives(5)).isEqualTo("hello");
    }

    @EveryTransport
    void waitsForReceivesThatCameBefore(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Buf first = loop.buffer(2);
        Count receive = loop.start(pair.near().prepareReceive(first));
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(loop.pool(2, 64)), into(received));
        loop.settle();
        pair.farSends("a");
        assertThat(receive.value()).isEqualTo(1);
        pair.farSends("bcd");
        pair.farEnds();
        items.awaitEnd();
        assertThat(first.getText(UTF_8) + received).isEqualTo("abcd");
    }

    @EveryTransport
    @Tag("H8")
    @Parity("net/multishot_recv_all_buffers_used")
    void anEmptyPoolIsWaitedFor(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        BufPool pool = loop.pool(2, 4);
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(pool));
        pair.farSends("0123456789abcdef");
        items.await(2);
        loop.pass(Duration.ofMillis(20));
        assertThat(items.size()).isEqualTo(2);
        assertThat(items.isDone()).isFalse();
        StringBuilder all = new StringBuilder();
        for (int i = 0; all.length() < 16; i++) {
            Buf lease = items.await(i + 1).get(i);
            all.append(lease.getText(UTF_8));
            lease.release();
        }
        assertThat(all).hasToString("0123456789abcdef");
    }

    @Test
    void twoIterationsShareAnEmptyPool(TestBed bed, Loop loop) {
        BufPool pool = loop.pool(1, 16);
        Pair one = Pair.open(bed, loop, Transport.TCP4);
        Pair two = Pair.open(bed, loop, Transport.UNIX);
        Buf[] held = new Buf[1];
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        Consumer<Buf> hold = lease -> {
            received.writeBytes(lease.getAll());
            held[0] = lease;
        };
        Items<Buf> first = loop.start(one.near().prepareReceiveEach(pool), hold);
        Items<Buf> second = loop.start(two.near().prepareReceiveEach(pool), hold);
        for (int i = 0; i < 20; i++) {
            one.farSends("a");
            two.farSends("b");
        }
        loop.until("all has come", () -> {
            if (held[0] != null) {
                Buf lease = held[0];
                held[0] = null;
                lease.release();
            }
            return received.size() == 40;
        });
        assertThat(received.toString().chars().filter(c -> c == 'a').count()).isEqualTo(20);
        assertThat(first.isDone() || second.isDone()).isFalse();
    }

    @Test
    void oneThatWaitsForAPoolAndIsCancelledPassesItsTurnOn(TestBed bed, Loop loop) {
        BufPool pool = loop.pool(1, 16);
        Pair one = Pair.open(bed, loop, Transport.TCP4);
        Pair two = Pair.open(bed, loop, Transport.TCP4);
        Pair three = Pair.open(bed, loop, Transport.TCP4);
        Items<Buf> holder = loop.start(one.near().prepareReceiveEach(pool));
        one.farSends("a");
        Buf lease = holder.await(1).getFirst();
        Items<Buf> waits = loop.start(two.near().prepareReceiveEach(pool));
        two.farSends("b");
        loop.pass(Duration.ofMillis(10));
        Items<Buf> next = loop.start(three.near().prepareReceiveEach(pool));
        three.farSends("c");
        loop.pass(Duration.ofMillis(10));
        lease.release();
        waits.iteration().cancel();
        waits.failure(CancellationException.class);
        waits.items().forEach(Buf::release);
        assertThat(next.await(1).getFirst().readable()).isEqualTo(1);
    }

    @EveryTransport
    void pausedItKeepsABoundedNumber(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        BufPool pool = loop.pool(128, 1);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(pool), into(received));
        loop.settle();
        items.iteration().pause();
        byte[] content = new byte[100];
        new Random(12).nextBytes(content);
        pair.farSends(content);
        loop.pass(Duration.ofMillis(20));
        assertThat(received.size()).isZero();
        assertThat(TestRings.leases(pool)).isBetween(0, 64);
        items.iteration().resume();
        loop.until("all has come", () -> received.size() == 100);
        assertThat(received.toByteArray()).isEqualTo(content);
        pair.farEnds();
        items.awaitEnd();
    }

    @EveryTransport
    void anEndWhilePausedComesAfterTheItems(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(loop.pool(4, 16)), into(received));
        loop.settle();
        items.iteration().pause();
        pair.farSends("hello");
        pair.farEnds();
        loop.pass(Duration.ofMillis(20));
        assertThat(received.size()).isZero();
        items.iteration().resume();
        items.awaitEnd();
        assertThat(received).hasToString("hello");
    }

    @EveryTransport
    void whatWasNotDeliveredIsWhatTheNextReceiveGets(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(loop.pool(64, 3)));
        loop.settle();
        items.iteration().pause();
        String text = "The quick brown fox jumps over the lazy dog.";
        pair.farSends(text);
        loop.pass(Duration.ofMillis(20));
        items.iteration().cancel();
        items.failure(CancellationException.class);
        assertThat(items.size()).isZero();
        pair.farSends(" And again.");
        assertThat(pair.nearReceives(text.length() + 11)).isEqualTo(text + " And again.");
    }

    @EveryTransport
    void whatWasNotDeliveredIsWhatTheNextIterationGets(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        BufPool pool = loop.pool(16, 5);
        StringBuilder sent = new StringBuilder();
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        for (int i = 0; i < 10; i++) {
            List<Iteration<Buf>> self = new ArrayList<>();
            Items<Buf> items = loop.start(pair.near().prepareReceiveEach(pool), lease -> {
                into(received).accept(lease);
                self.getFirst().pause();
            });
            self.add(items.iteration());
            String text = "message " + i + " of ten; ";
            sent.append(text);
            pair.farSends(text);
            items.await(1);
            loop.settle();
            items.iteration().cancel();
            items.failure(CancellationException.class);
        }
        pair.farEnds();
        Items<Buf> last = loop.start(pair.near().prepareReceiveEach(pool), into(received));
        last.awaitEnd();
        assertThat(received).hasToString(sent.toString());
    }

    @EveryTransport
    void whatIsPutBackComesAgainFirst(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        List<Iteration<Buf>> self = new ArrayList<>();
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(loop.pool(16, 4)), lease -> {
            lease.skip(1); // one byte was of use
            self.getFirst().pause();
            self.getFirst().putBack(lease);
        });
        self.add(items.iteration());
        pair.farSends("0123456789");
        items.await(1);
        items.iteration().cancel();
        items.failure(CancellationException.class);
        assertThat(pair.nearReceives(9)).isEqualTo("123456789");
    }

    @Test
    void pauseResumeAndCancelAtAnyMomentLoseNoByte(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        BufPool pool = loop.pool(8, 7);
        Random random = new Random(8);
        StringBuilder sent = new StringBuilder();
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        for (int round = 0; round < 100; round++) {
            Items<Buf> items = loop.start(pair.near().prepareReceiveEach(pool), into(received));
            for (int step = random.nextInt(6); step > 0; step--) {
                switch (random.nextInt(4)) {
                    case 0 -> items.iteration().pause();
                    case 1 -> items.iteration().resume();
                    case 2 -> loop.turn();
                    default -> {
                        String text = round + "." + step + ",".repeat(random.nextInt(60));
                        sent.append(text);
                        pair.farSends(text);
                    }
                }
            }
            items.iteration().cancel();
            items.failure(CancellationException.class);
            if (random.nextBoolean() && sent.length() > received.size()) {
                received.writeBytes(pair.nearReceives(1).getBytes(UTF_8));
            }
        }
        pair.farEnds();
        loop.start(pair.near().prepareReceiveEach(pool), into(received)).awaitEnd();
        assertThat(received).hasToString(sent.toString());
    }

    @EveryTransport
    void endsWhenTheSocketIsClosed(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(loop.pool(2, 64)));
        loop.settle();
        pair.near().close();
        items.failure(AsynchronousCloseException.class);
    }

    @EveryTransport
    void closedWhilePausedItReturnsItsLeases(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        BufPool pool = loop.pool(32, 4);
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(pool));
        loop.settle();
        items.iteration().pause();
        pair.farSends("x".repeat(200));
        loop.pass(Duration.ofMillis(20));
        pair.near().close();
        items.failure(AsynchronousCloseException.class);
        assertThat(TestRings.leases(pool)).isZero();
    }

    @Test
    void anIdleLimitEndsItAndATimePausedDoesNotCount(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        Items<Buf> items = loop.start(
                pair.near().prepareReceiveEach(loop.pool(4, 64)).idleTimeout(Duration.ofMillis(600)), into(received));
        loop.pass(Duration.ofMillis(320));
        pair.farSends("a");
        loop.until("it has come", () -> received.size() == 1);
        loop.pass(Duration.ofMillis(320));
        items.iteration().pause();
        loop.pass(Duration.ofMillis(700));
        assertThat(items.isDone()).isFalse();
        items.iteration().resume();
        loop.pass(Duration.ofMillis(650));
        items.failure(SocketTimeoutException.class);
        pair.farSends("b");
        assertThat(pair.nearReceives(1)).isEqualTo("b");
    }

    @Test
    void aThrowingConsumerIsReportedAndTheIterationGoesOn(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        IllegalStateException thrown = new IllegalStateException("thrown by a consumer");
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(loop.pool(4, 64)), lease -> {
            throw thrown;
        });
        pair.farSends("a");
        items.await(1);
        assertThat(loop.takeUncaught()).containsExactly(thrown);
        pair.farSends("b");
        items.await(2);
        assertThat(loop.takeUncaught()).containsExactly(thrown);
        pair.farEnds();
        items.awaitEnd();
    }

    @Test
    void aPoolOfAnotherRingIsRefused(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        BufPool foreign = bed.loop(options -> {}).pool(2, 64);
        assertThatThrownBy(() -> pair.near().prepareReceiveEach(foreign))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("another ring");
    }
}
