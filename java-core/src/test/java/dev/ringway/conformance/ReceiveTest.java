package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.ByteArrayOutputStream;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@EveryBackend
class ReceiveTest {
    @EveryTransport
    @Parity({"operation/recv", "net/recv"})
    void takesWhatIsThere(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        pair.farSends("hello");
        Buf buf = loop.buffer(100);
        int count = loop.await(pair.near().prepareReceive(buf));
        assertThat(count).isBetween(1, 5).isEqualTo(buf.readable());
        assertThat("hello").startsWith(buf.getText(UTF_8));
    }

    @EveryTransport
    void waitsForWhatComes(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Buf buf = loop.buffer(1);
        Count receive = loop.start(pair.near().prepareReceive(buf));
        loop.settle();
        assertThat(receive.isDone()).isFalse();
        assertThat(buf.isLent()).isTrue();
        pair.farSends("x");
        assertThat(receive.value()).isEqualTo(1);
        assertThat(buf.getText(UTF_8)).isEqualTo("x");
    }

    @EveryTransport
    void aMegabyteComesInOrder(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        byte[] content = new byte[1 << 20];
        new Random(5).nextBytes(content);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        Buf buf = loop.buffer(10_000);
        receiveAll(pair.near(), buf, received);
        pair.farSends(content);
        loop.until("all is received", () -> received.size() == content.length);
        assertThat(received.toByteArray()).isEqualTo(content);
        pair.farEnds();
        loop.until("the buffer is free", () -> !buf.isLent());
    }

    private static void receiveAll(AsyncSocket socket, Buf buf, ByteArrayOutputStream received) {
        socket.receive(buf.clear(), (count, failure) -> {
            if (count > 0) {
                received.writeBytes(buf.getAll());
                receiveAll(socket, buf, received);
            }
        });
    }

    @EveryTransport
    void theEndIsMinusOneEveryTime(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        pair.farSends("last");
        pair.farEnds();
        assertThat(pair.nearReceives(4)).isEqualTo("last");
        Buf buf = loop.buffer(10);
        for (int i = 0; i < 5; i++) {
            assertThat(loop.await(pair.near().prepareReceive(buf))).isEqualTo(-1);
            assertThat(buf.readable()).isZero();
        }
    }

    @Tag("H22")
    @EveryTransport
    void afterTheEndTheOtherDirectionGoesOn(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        pair.farEnds();
        assertThat(loop.await(pair.near().prepareReceive(loop.buffer(10)))).isEqualTo(-1);
        loop.await(pair.near().prepareSendAll(loop.bufferOf("answer")));
        assertThat(pair.farReceives(6)).asString(UTF_8).isEqualTo("answer");
    }

    @EveryTransport
    @Parity("beyond/read_into_full_buffer")
    void withoutRoomItTakesNothing(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        pair.farSends("kept");
        Buf full = loop.bufferOf("full");
        assertThat(loop.await(pair.near().prepareReceive(full))).isZero();
        assertThat(full.getText(UTF_8)).isEqualTo("full");
        assertThat(pair.nearReceives(4)).isEqualTo("kept");
        pair.farEnds();
        assertThat(loop.await(pair.near().prepareReceive(loop.bufferOf("full")))).isZero();
    }

    @EveryTransport
    void thoseThatWaitAreServedInTheOrderStarted(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        List<Integer> order = new ArrayList<>();
        List<Buf> bufs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int nth = i;
            bufs.add(loop.buffer(1));
            pair.near().receive(bufs.getLast(), (count, failure) -> order.add(nth));
        }
        String text = "abcdefghijklmnopqrst";
        for (int i = 0; i < 20; i++) {
            pair.farSends(text.substring(i, i + 1));
            loop.turn();
        }
        loop.until("all have ended", () -> order.size() == 20);
        StringBuilder received = new StringBuilder();
        bufs.forEach(buf -> received.append(buf.getText(UTF_8)));
        assertThat(received).hasToString(text);
        assertThat(order).isSorted();
    }

    @EveryTransport
    void cancelledItTakesNothing(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Buf buf = loop.buffer(10);
        Count receive = loop.start(pair.near().prepareReceive(buf));
        loop.settle();
        receive.cancel();
        assertThat(receive.failure(CancellationException.class)).hasMessageContaining("recv");
        assertThat(receive.moved()).isZero();
        assertThat(buf.readable()).isZero();
        pair.farSends("hello");
        assertThat(pair.nearReceives(5)).isEqualTo("hello");
    }

    @Test
    @Tag("H1")
    void aCancelThatRacesWithDataLosesNone(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Random random = new Random(6);
        StringBuilder sent = new StringBuilder();
        StringBuilder received = new StringBuilder();
        int values = 0;
        for (int i = 0; i < 500; i++) {
            Buf buf = loop.buffer(10);
            Count receive = loop.start(pair.near().prepareReceive(buf));
            for (int turns = random.nextInt(3); turns > 0; turns--) {
                loop.turn();
            }
            if (random.nextBoolean()) {
                String text = Integer.toString(i, Character.MAX_RADIX);
                sent.append(text);
                pair.farSends(text);
            }
            receive.cancel();
            if (receive.failure() == null) {
                values++;
            } else {
                receive.failure(CancellationException.class);
            }
            assertThat(receive.moved()).isEqualTo(buf.readable());
            received.append(buf.getText(UTF_8));
            buf.release();
        }
        received.append(pair.nearReceives(sent.length() - received.length()));
        assertThat(received).hasToString(sent.toString());
        assertThat(values).as("values that came first").isBetween(1, 499);
    }

    @EveryTransport
    void oneThatWaitsForItsTurnCanBeCancelled(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Buf first = loop.buffer(1);
        Buf last = loop.buffer(1);
        Count one = loop.start(pair.near().prepareReceive(first));
        Count two = loop.start(pair.near().prepareReceive(loop.buffer(1)));
        Count three = loop.start(pair.near().prepareReceive(last));
        loop.settle();
        two.cancel();
        two.failure(CancellationException.class);
        pair.farSends("ab");
        assertThat(one.value() + three.value()).isEqualTo(2);
        assertThat(first.getText(UTF_8) + last.getText(UTF_8)).isEqualTo("ab");
    }

    @EveryTransport
    void timesOutAndTakesNothing(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Count receive = loop.start(pair.near().prepareReceive(loop.buffer(10)).timeout(Duration.ofMillis(20)));
        loop.pass(Duration.ofMillis(30));
        assertThat(receive.failure(SocketTimeoutException.class)).hasMessageContaining("timed out");
        pair.farSends("hello");
        assertThat(pair.nearReceives(5)).isEqualTo("hello");
    }

    @EveryTransport
    void endsWhenTheSocketIsClosed(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        List<Count> receives = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            receives.add(loop.start(pair.near().prepareReceive(loop.buffer(10))));
        }
        loop.settle();
        pair.near().close();
        receives.forEach(receive -> receive.failure(AsynchronousCloseException.class));
    }

    @EveryTransport
    void isStartedAgainWithAnotherBuffer(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        AsyncSocket.Receive receive = pair.near().prepareReceive(loop.buffer(1));
        pair.farSends("a");
        assertThat(loop.await(receive)).isEqualTo(1);
        for (int i = 0; i < 10; i++) {
            Buf buf = loop.buffer(1);
            pair.farSends("b");
            assertThat(loop.await(receive.reset(buf))).isEqualTo(1);
            assertThat(buf.getText(UTF_8)).isEqualTo("b");
        }
        Count cancelled = loop.start(receive.reset(loop.buffer(1)));
        cancelled.cancel();
        cancelled.failure(CancellationException.class);
        pair.farSends("c");
        assertThat(loop.await(receive.reset(loop.buffer(1)))).isEqualTo(1);
    }

    @EveryTransport
    @Tag("H2")
    void memoryIsLeftAloneAfterTheEnd(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        for (int i = 0; i < 50; i++) {
            Buf buf = loop.buffer(100);
            Count receive = loop.start(pair.near().prepareReceive(buf));
            loop.turn();
            receive.cancel();
            receive.failure();
            buf.put("mine".repeat(25));
            pair.farSends("EVIL");
            loop.settle();
            assertThat(buf.getText(UTF_8)).isEqualTo("mine".repeat(25));
            assertThat(pair.nearReceives(4)).isEqualTo("EVIL");
            buf.release();
        }
    }
}
