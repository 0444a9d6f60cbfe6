package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.EOFException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.EnumSource;

@EveryBackend
class ReceiveNTest {
    @EveryTransport
    @Parity({"operation/recv_n", "net/recv_n"})
    void takesExactlyWhatWasAsked(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        pair.farSends("0123456789");
        Buf buf = loop.buffer(100).put("before ");
        assertThat(loop.await(pair.near().prepareReceiveN(buf, 4))).isEqualTo(4);
        assertThat(buf.getText(UTF_8)).isEqualTo("before 0123");
        assertThat(loop.await(pair.near().prepareReceiveN(buf, 6))).isEqualTo(6);
        assertThat(buf.getText(UTF_8)).isEqualTo("456789");
    }

    @EveryTransport
    void waitsForTheLastByte(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Buf buf = loop.buffer(10);
        Count receive = loop.start(pair.near().prepareReceiveN(buf, 10));
        for (int i = 0; i < 10; i++) {
            loop.settle();
            assertThat(receive.isDone()).isFalse();
            pair.farSends(Integer.toString(i));
        }
        assertThat(receive.value()).isEqualTo(10);
        assertThat(buf.getText(UTF_8)).isEqualTo("0123456789");
    }

    @EveryTransport
    void aMegabyteComesInOrder(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        byte[] content = new byte[1 << 20];
        new Random(11).nextBytes(content);
        Buf buf = loop.buffer(content.length);
        Count receive = loop.start(pair.near().prepareReceiveN(buf, content.length));
        pair.farSends(content);
        assertThat(receive.value()).isEqualTo(content.length);
        assertThat(buf.getAll()).isEqualTo(content);
    }

    @EveryTransport
    void keepsItsTurnToTheEnd(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Buf one = loop.buffer(4);
        Buf two = loop.buffer(4);
        Buf three = loop.buffer(1);
        Count first = loop.start(pair.near().prepareReceiveN(one, 4));
        Count second = loop.start(pair.near().prepareReceiveN(two, 4));
        Count last = loop.start(pair.near().prepareReceive(three));
        for (char c = 'a'; c < 'j'; c++) {
            pair.farSends(Character.toString(c));
            loop.settle();
        }
        assertThat(first.value() + second.value() + last.value()).isEqualTo(9);
        assertThat(one.getText(UTF_8) + two.getText(UTF_8) + three.getText(UTF_8)).isEqualTo("abcdefghi");
    }

    @EveryTransport
    void anEndBeforeIsAFailureThatSaysHowMuchCame(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        pair.farSends("trunc");
        pair.farEnds();
        Buf buf = loop.buffer(100);
        Count receive = loop.start(pair.near().prepareReceiveN(buf, 9));
        assertThat(receive.failure(EOFException.class)).hasMessageContaining("recv").hasMessageContaining("ended");
        assertThat(receive.moved()).isEqualTo(5);
        assertThat(buf.getText(UTF_8)).isEqualTo("trunc");
        Count again = loop.start(pair.near().prepareReceiveN(buf, 1));
        again.failure(EOFException.class);
        assertThat(again.moved()).isZero();
    }

    @EveryTransport
    @Parity("beyond/read_n_zero")
    void nothingIsThereAtOnceAndAtTheEndToo(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        assertThat(loop.await(pair.near().prepareReceiveN(loop.buffer(10), 0))).isZero();
        assertThat(loop.await(pair.near().prepareReceiveN(loop.bufferOf("full"), 0))).isZero();
        pair.farEnds();
        assertThat(loop.await(pair.near().prepareReceiveN(loop.buffer(10), 0))).isZero();
    }

    @Tag("H22")
    @ParameterizedTest(name = "{0}")
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "UNIX")
    void aResetInTheMiddleIsNoEnd(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Buf buf = loop.buffer(10);
        Count receive = loop.start(pair.near().prepareReceiveN(buf, 10));
        pair.farSends("trunc");
        loop.settle();
        pair.farResets();
        assertThat(receive.failure(SocketException.class)).hasMessageContaining("ECONNRESET");
        assertThat(receive.moved()).isEqualTo(5);
        assertThat(buf.getText(UTF_8)).isEqualTo("trunc");
        for (int i = 0; i < 3; i++) {
            Count again = loop.start(pair.near().prepareReceiveN(loop.buffer(10), 1));
            assertThat(again.failure(SocketException.class)).hasMessageContaining("ECONNRESET");
        }
    }

    @EveryTransport
    void cancelledItHasWhatCame(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Buf buf = loop.buffer(10);
        Count receive = loop.start(pair.near().prepareReceiveN(buf, 10));
        pair.farSends("some");
        loop.linger(20);
        receive.cancel();
        receive.failure(CancellationException.class);
        assertThat(receive.moved()).isEqualTo(4);
        assertThat(buf.getText(UTF_8)).isEqualTo("some");
        pair.farSends("more");
        assertThat(pair.nearReceives(4)).isEqualTo("more");
    }

    @Test
    void aCancelThatRacesWithDataLosesNone(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Random random = new Random(12);
        StringBuilder sent = new StringBuilder();
        StringBuilder received = new StringBuilder();
        int values = 0;
        for (int i = 0; i < 300; i++) {
            Buf buf = loop.buffer(10);
            Count receive = loop.start(pair.near().prepareReceiveN(buf, 2));
            for (int parts = random.nextInt(4); parts > 0; parts--) {
                String text = Integer.toString(i % 10);
                sent.append(text);
                pair.farSends(text);
                for (int turns = random.nextInt(3); turns > 0; turns--) {
                    loop.turn();
                }
            }
            receive.cancel();
            if (receive.failure() == null) {
                values++;
                assertThat(receive.moved()).isEqualTo(2);
            } else {
                receive.failure(CancellationException.class);
            }
            assertThat(receive.moved()).isEqualTo(buf.readable());
            received.append(buf.getText(UTF_8));
            buf.release();
        }
        received.append(pair.nearReceives(sent.length() - received.length()));
        assertThat(received).hasToString(sent.toString());
        assertThat(values).as("values that came first").isBetween(1, 299);
    }

    @EveryTransport
    void timesOutWithWhatCame(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Buf buf = loop.buffer(10);
        pair.farSends("some");
        Count receive = loop.start(pair.near().prepareReceiveN(buf, 10).timeout(Duration.ofMillis(300)));
        loop.linger(20);
        loop.pass(Duration.ofMillis(300));
        assertThat(receive.failure(SocketTimeoutException.class)).hasMessageContaining("timed out");
        assertThat(receive.moved()).isEqualTo(4);
        assertThat(buf.getText(UTF_8)).isEqualTo("some");
        pair.farSends("more");
        assertThat(pair.nearReceives(4)).isEqualTo("more");
    }

    @EveryTransport
    void endsWhenTheSocketIsClosed(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Buf buf = loop.buffer(10);
        Count receive = loop.start(pair.near().prepareReceiveN(buf, 10));
        Count waits = loop.start(pair.near().prepareReceiveN(loop.buffer(10), 10));
        pair.farSends("some");
        loop.linger(20);
        pair.near().close();
        receive.failure(AsynchronousCloseException.class);
        waits.failure(AsynchronousCloseException.class);
        assertThat(receive.moved()).isEqualTo(4);
        assertThat(buf.getText(UTF_8)).isEqualTo("some");
    }

    @EveryTransport
    void whatAnIterationLeftComesFirst(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(loop.pool(16, 4)));
        loop.settle();
        items.iteration().pause();
        pair.farSends("0123456789");
        loop.pass(Duration.ofMillis(20));
        items.iteration().cancel();
        items.failure(CancellationException.class);
        Buf buf = loop.buffer(20);
        assertThat(loop.await(pair.near().prepareReceiveN(buf, 3))).isEqualTo(3);
        Count rest = loop.start(pair.near().prepareReceiveN(buf, 17));
        pair.farSends("abcdefghij");
        assertThat(rest.value()).isEqualTo(17);
        assertThat(buf.getText(UTF_8)).isEqualTo("0123456789abcdefghij");
    }

    @EveryTransport
    void isStartedAgainWithAnotherBufferAndNumber(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        AsyncSocket.ReceiveN receive = pair.near().prepareReceiveN(loop.buffer(1), 1);
        pair.farSends("a");
        assertThat(loop.await(receive)).isEqualTo(1);
        for (int n = 1; n < 10; n++) {
            Buf buf = loop.buffer(n);
            pair.farSends("b".repeat(n));
            assertThat(loop.await(receive.reset(buf, n))).isEqualTo(n);
            assertThat(buf.getText(UTF_8)).isEqualTo("b".repeat(n));
        }
    }
}
