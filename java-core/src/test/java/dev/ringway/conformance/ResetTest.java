package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.Buf;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.ByteArrayOutputStream;
import java.net.SocketException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/// A connection that was reset never looks like one that has ended.
@Tag("H22")
@EveryBackend
class ResetTest {
    private static void requireResetFiveTimes(Loop loop, Pair pair) {
        for (int i = 0; i < 5; i++) {
            Buf buf = loop.buffer(10);
            Count receive = loop.start(pair.near().prepareReceive(buf));
            assertThat(receive.failure(SocketException.class)).hasMessageContaining("ECONNRESET");
            assertThat(receive.moved()).isZero();
            assertThat(buf.readable()).isZero();
        }
        for (int i = 0; i < 2; i++) {
            Items<Buf> items = loop.start(pair.near().prepareReceiveEach(loop.pool(2, 64)));
            assertThat(items.failure(SocketException.class)).hasMessageContaining("ECONNRESET");
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "UNIX")
    void everyReceiveSaysSo(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        pair.farResets();
        requireResetFiveTimes(loop, pair);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "UNIX")
    void whatCameBeforeIsDeliveredFirst(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        pair.farSends("truncated");
        loop.settle();
        pair.farResets();
        assertThat(pair.nearReceives(9)).isEqualTo("truncated");
        requireResetFiveTimes(loop, pair);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "UNIX")
    void anIterationSaysSoAndSoDoesEveryReceiveAfterIt(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(loop.pool(4, 4)), lease -> {
            received.writeBytes(lease.getAll());
            lease.release();
        });
        pair.farSends("truncated");
        loop.until("it has come", () -> received.size() == 9);
        pair.farResets();
        assertThat(items.failure(SocketException.class)).hasMessageContaining("ECONNRESET");
        assertThat(received.toString(UTF_8)).isEqualTo("truncated");
        requireResetFiveTimes(loop, pair);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "UNIX")
    void aSendThatHearsOfItFirstDoesNotHideIt(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        pair.farResets();
        loop.until("sending fails", () -> loop.start(pair.near().prepareSend(loop.bufferOf("x"))).failure() != null);
        loop.start(pair.near().prepareSend(loop.bufferOf("x"))).failure(SocketException.class);
        requireResetFiveTimes(loop, pair);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Transport.class)
    void aPeerThatClosesWithUnreadDataResets(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        loop.await(pair.near().prepareSendAll(loop.bufferOf("never read")));
        pair.farCloses();
        requireResetFiveTimes(loop, pair);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "UNIX")
    void aReceiveThatWaitsHearsOfIt(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Count receive = loop.start(pair.near().prepareReceive(loop.buffer(10)));
        Count next = loop.start(pair.near().prepareReceive(loop.buffer(10)));
        loop.settle();
        pair.farResets();
        assertThat(receive.failure(SocketException.class)).hasMessageContaining("ECONNRESET");
        assertThat(next.failure(SocketException.class)).hasMessageContaining("ECONNRESET");
        requireResetFiveTimes(loop, pair);
    }
}
