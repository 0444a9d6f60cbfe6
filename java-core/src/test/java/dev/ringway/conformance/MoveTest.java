package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.Ring;
import dev.ringway.TestRings;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.Count;
import dev.ringway.testing.CountingSys.Call;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// A socket goes on with another ring.
@EveryBackend
class MoveTest {
    private static String receive(Loop loop, AsyncSocket socket, int count) {
        Buf buf = loop.buffer(count);
        while (buf.readable() < count) {
            assertThat(loop.await(socket.prepareReceive(buf))).isPositive();
        }
        return buf.getText(UTF_8);
    }

    /// Both rings belong to the thread of the test.
    @EveryTransport
    void noByteIsLostAndThePeerNoticesNothing(Transport transport, TestBed bed, Loop loop) {
        Loop other = bed.loop(options -> {});
        other.turn();
        Pair pair = Pair.open(bed, loop, transport);
        pair.farSends("before");
        assertThat(receive(loop, pair.near(), 3)).isEqualTo("bef");
        int fd = TestRings.fd(pair.near());
        AsyncSocket moved = other.keep(pair.near().moveTo(other.ring()));
        pair.farSends("after");
        assertThat(receive(other, moved, 8)).isEqualTo("oreafter");
        other.await(moved.prepareSendAll(other.bufferOf("answer")));
        assertThat(new String(pair.farReceives(6), UTF_8)).isEqualTo("answer");
        assertThat(TestRings.fd(moved)).isEqualTo(fd);
        assertThat(moved.isOpen()).isTrue();
        assertThat(moved).hasToString(pair.near().toString());
    }

    @Test
    void theOldOneIsClosedAndClosesNothing(TestBed bed, Loop loop) {
        Loop other = bed.loop(options -> {});
        other.turn();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        int closes = loop.sys().count(Call.CLOSE);
        AsyncSocket moved = other.keep(pair.near().moveTo(other.ring()));
        assertThat(pair.near().isOpen()).isFalse();
        loop.start(pair.near().prepareReceive(loop.buffer(1))).failure(ClosedChannelException.class);
        pair.near().close();
        loop.await(pair.near().prepareClose());
        loop.settle();
        assertThat(loop.sys().count(Call.CLOSE)).isEqualTo(closes);
        pair.farSends("still there");
        assertThat(receive(other, moved, 11)).isEqualTo("still there");
    }

    /// Who waited at the old ring must not get what comes at the new one, nor may the old ring be woken by it.
    @Test
    void theOldRingHearsNothingMore(TestBed bed, Loop loop, Caps caps) {
        Loop other = bed.loop(options -> {});
        other.turn();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Count receive = loop.start(pair.near().prepareReceive(loop.buffer(1)));
        loop.settle(); // it has been registered
        receive.cancel();
        receive.failure();
        AsyncSocket moved = other.keep(pair.near().moveTo(other.ring()));
        loop.settle();
        pair.farSends("x");
        if (caps.has(Cap.HELPFUL_KERNEL)) { // the other one makes up events
            assertThat(loop.poll(Duration.ofMillis(30))).isZero();
        }
        assertThat(receive(other, moved, 1)).isEqualTo("x");
    }

    @Test
    void bytesThatNobodyTookGoAlong(TestBed bed, Loop loop) {
        Loop other = bed.loop(options -> {});
        other.turn();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(loop.pool(4, 8)));
        items.iteration().pause();
        loop.settle();
        pair.farSends("received and not taken");
        loop.linger(30);
        items.iteration().cancel();
        items.failure();
        AsyncSocket moved = other.keep(pair.near().moveTo(other.ring()));
        assertThat(receive(other, moved, 22)).isEqualTo("received and not taken");
    }

    @Test
    void toItsOwnRingChangesNothing(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        assertThat(pair.near().moveTo(loop.ring())).isSameAs(pair.near());
        assertThat(pair.near().isOpen()).isTrue();
    }

    @Test
    void isRefusedWhileSomethingIsInFlight(TestBed bed, Loop loop) {
        Loop other = bed.loop(options -> {});
        other.turn();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Count receive = loop.start(pair.near().prepareReceive(loop.buffer(8)));
        assertThatThrownBy(() -> pair.near().moveTo(other.ring()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("moveTo").hasMessageContaining("1 operations are in flight");
        pair.farSends("text");
        assertThat(receive.value()).isPositive();
    }

    @Test
    void isRefusedElsewhereAndWhenClosed(TestBed bed, Loop loop) {
        Loop other = bed.loop(options -> {});
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        try (Workers workers = new Workers()) {
            workers.start(() -> assertThatThrownBy(() -> pair.near().moveTo(other.ring()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("polling thread"));
        }
        pair.near().close();
        assertThatThrownBy(() -> pair.near().moveTo(other.ring()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void toAClosedRingItCloses(TestBed bed, Loop loop) {
        Loop other = bed.loop(options -> {});
        other.turn();
        other.closeRing();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        assertThatThrownBy(() -> pair.near().moveTo(other.ring()))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("test1 is closed");
        assertThat(pair.farReceivesAll()).isEmpty();
        assertThat(pair.near().isOpen()).isFalse();
    }

    /// Nobody has polled the other ring: the socket waits for whoever does.
    @Test
    void itsNewRingClosesItAtItsEnd(TestBed bed, Loop loop) {
        Loop other = bed.loop(options -> {});
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        AsyncSocket moved = pair.near().moveTo(other.ring());
        loop.settle();
        other.turn();
        other.closeRing();
        assertThat(moved.isOpen()).isFalse();
        assertThat(pair.farReceivesAll()).isEmpty();
    }

    /// One ring accepts, two others serve.
    @Test
    void oneRingAcceptsForOthers(TestBed bed) throws Exception {
        Loop accepting = bed.running();
        List<Loop> serving = List.of(bed.running(), bed.running());
        AsyncListener listener = accepting.keep(
                accepting.ring().net().prepareListen(Transport.TCP4.unused(bed.directory())).join());
        SocketAddress address = listener.prepareLocalAddress().join();
        ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();
        List<AsyncSocket> served = new ArrayList<>();
        listener.acceptEach(socket -> {
            Ring ring = serving.get(served.size() % 2).ring();
            AsyncSocket moved = socket.moveTo(ring);
            served.add(moved);
            ring.execute(() -> Echo.serve(ring, moved, wrong));
        }, (nothing, closed) -> {});
        try (SocketChannels clients = new SocketChannels()) {
            List<SocketChannel> all = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                all.add(clients.connect(address));
            }
            for (int round = 0; round < 5; round++) {
                for (SocketChannel client : all) {
                    Echo.check(client, "round " + round + " of " + client.getLocalAddress());
                }
            }
        }
        accepting.until("all have been served to their end",
                () -> served.size() == 40 && served.stream().noneMatch(AsyncSocket::isOpen));
        assertThat(wrong).isEmpty();
    }

    /// From ring to ring and back with bytes under way, the two on threads of their own.
    @Test
    void goesBackAndForthUnderTraffic(TestBed bed) throws Exception {
        Loop one = bed.running();
        Loop two = bed.running();
        AsyncListener listener =
                one.keep(one.ring().net().prepareListen(Transport.TCP4.unused(bed.directory())).join());
        try (SocketChannel client = SocketChannel.open(listener.prepareLocalAddress().join())) {
            AtomicReference<AsyncSocket> socket = new AtomicReference<>(listener.prepareAccept().join());
            for (int move = 0; move < 200; move++) {
                Loop from = move % 2 == 0 ? one : two;
                Loop to = move % 2 == 0 ? two : one;
                String text = "move " + move;
                Echo.send(client, text);
                CompletableFuture<AsyncSocket> moved = new CompletableFuture<>();
                from.ring().execute(() -> {
                    Throwable refused = catchThrowable(() -> moved.complete(socket.get().moveTo(to.ring())));
                    if (refused != null) {
                        moved.completeExceptionally(refused);
                    }
                });
                socket.set(moved.get(10, TimeUnit.SECONDS));
                Buf buf = to.ring().buffer(text.length());
                while (buf.readable() < text.length()) {
                    assertThat(socket.get().prepareReceive(buf).join()).isPositive();
                }
                assertThat(buf.getText(UTF_8)).isEqualTo(text);
                buf.release();
            }
            two.keep(socket.get());
            socket.get().close();
        }
    }
}
