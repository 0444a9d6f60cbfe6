package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.Buf;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.net.SocketException;
import org.junit.jupiter.api.Tag;

@Tag("H22")
@EveryBackend
class ShutdownTest {
    @EveryTransport
    @Parity({"operation/shutdown", "net/shutdown"})
    void ofTheOutputIsThePeersEnd(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        loop.await(pair.near().prepareSendAll(loop.bufferOf("last")));
        loop.await(pair.near().prepareShutdownOutput());
        assertThat(new String(pair.farReceivesAll(), UTF_8)).isEqualTo("last");
        pair.farSends("answer");
        assertThat(pair.nearReceives(6)).isEqualTo("answer");
    }

    @EveryTransport
    void ofTheOutputComesAfterWhatIsBeingSent(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport, 4096);
        pair.nearSendsThroughASmallBuffer();
        Count first = loop.start(pair.near().prepareSendAll(loop.bufferOf(new byte[300_000])));
        Count second = loop.start(pair.near().prepareSendAll(loop.bufferOf(new byte[300_000])));
        Outcome<Void> shutdown = loop.start(pair.near().prepareShutdownOutput());
        loop.settle();
        assertThat(shutdown.isDone()).isFalse();
        assertThat(pair.farReceivesAll()).hasSize(600_000);
        assertThat(first.value() + second.value()).isEqualTo(600_000);
        shutdown.value();
    }

    @EveryTransport
    void afterItSendingFails(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        loop.await(pair.near().prepareShutdownOutput());
        Buf buf = loop.bufferOf("late");
        assertThat(loop.start(pair.near().prepareSendAll(buf)).failure(SocketException.class))
                .hasMessageContaining("EPIPE");
        assertThat(buf.readable()).isEqualTo(4);
    }

    @EveryTransport
    void ofTheInputEndsAReceiveThatWaits(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Count receive = loop.start(pair.near().prepareReceive(loop.buffer(10)));
        loop.settle();
        loop.await(pair.near().prepareShutdownInput());
        assertThat(receive.value()).isEqualTo(-1);
        loop.await(pair.near().prepareSendAll(loop.bufferOf("still")));
        assertThat(new String(pair.farReceives(5), UTF_8)).isEqualTo("still");
    }

    @EveryTransport
    void ofTheInputEndsAnIteration(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(loop.pool(2, 64)));
        loop.settle();
        loop.await(pair.near().prepareShutdownInput());
        items.awaitEnd();
    }

    @EveryTransport
    void whatWasSentBeforeTheCloseArrives(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        loop.await(pair.near().prepareSendAll(loop.bufferOf("last words")));
        pair.near().close();
        assertThat(new String(pair.farReceivesAll(), UTF_8)).isEqualTo("last words");
    }
}
