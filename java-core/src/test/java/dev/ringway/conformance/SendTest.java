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
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

@EveryBackend
class SendTest {
    @EveryTransport
    @Parity({"operation/send", "net/send", "net/send_extractor"})
    void consumesWhatWasSent(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Buf buf = loop.bufferOf("hello");
        int count = loop.await(pair.near().prepareSend(buf));
        assertThat(count).isBetween(1, 5);
        assertThat(buf.readable()).isEqualTo(5 - count);
        assertThat(new String(pair.farReceives(count), UTF_8)).isEqualTo("hello".substring(0, count));
    }

    @EveryTransport
    @Parity("beyond/empty_input_send_all")
    void anEmptyBufferSendsNothing(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        assertThat(loop.await(pair.near().prepareSend(loop.buffer(10)))).isZero();
        assertThat(loop.await(pair.near().prepareSendAll(loop.buffer(10)))).isZero();
        loop.await(pair.near().prepareShutdownOutput());
        assertThat(pair.farReceivesAll()).isEmpty();
    }

    @EveryTransport
    @Parity({"operation/send_all", "net/send_all", "net/send_all_extract"})
    void sendAllSendsAllThroughASmallBuffer(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport, 4096);
        pair.nearSendsThroughASmallBuffer();
        byte[] content = new byte[1 << 20];
        new Random(9).nextBytes(content);
        Buf buf = loop.bufferOf(content);
        Count send = loop.start(pair.near().prepareSendAll(buf));
        assertThat(pair.farReceives(content.length)).isEqualTo(content);
        assertThat(send.value()).isEqualTo(content.length);
        assertThat(buf.readable()).isZero();
    }

    /// Eight of 512 KiB at once, through a small buffer, each filled with its own number.
    @EveryTransport
    void concurrentSendsArriveInWholePieces(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport, 4096);
        pair.nearSendsThroughASmallBuffer();
        int size = 512 * 1024;
        List<Count> sends = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            byte[] content = new byte[size];
            Arrays.fill(content, (byte) ('a' + i));
            sends.add(loop.start(pair.near().prepareSendAll(loop.bufferOf(content))));
        }
        for (int i = 0; i < 8; i++) {
            byte[] expected = new byte[size];
            Arrays.fill(expected, (byte) ('a' + i));
            assertThat(pair.farReceives(size)).isEqualTo(expected);
            assertThat(sends.get(i).value()).isEqualTo(size);
        }
    }

    @EveryTransport
    void waitsWhileNothingFits(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport, 4096);
        pair.nearSendsThroughASmallBuffer();
        int filled = pair.nearFills();
        Count send = loop.start(pair.near().prepareSend(loop.bufferOf("more")));
        loop.settle();
        assertThat(send.isDone()).isFalse();
        pair.farReceives(filled);
        assertThat(send.value()).isBetween(1, 4);
    }

    @EveryTransport
    void cancelledItSaysHowMuchWasSent(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        byte[] content = new byte[8 << 20];
        new Random(10).nextBytes(content);
        Buf buf = loop.bufferOf(content);
        Count send = loop.start(pair.near().prepareSendAll(buf));
        loop.pass(Duration.ofMillis(20));
        send.cancel();
        assertThat(send.failure(CancellationException.class)).hasMessageContaining("send");
        assertThat(send.moved()).isBetween(1, content.length - 1);
        assertThat(buf.readable()).isEqualTo(content.length - send.moved());
        loop.await(pair.near().prepareShutdownOutput());
        assertThat(pair.farReceivesAll()).isEqualTo(Arrays.copyOf(content, send.moved()));
    }

    @EveryTransport
    void timedOutItSaysHowMuchWasSent(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        byte[] content = new byte[8 << 20];
        Buf buf = loop.bufferOf(content);
        Count send = loop.start(pair.near().prepareSendAll(buf).timeout(Duration.ofMillis(50)));
        loop.settle();
        loop.pass(Duration.ofMillis(70));
        send.failure(SocketTimeoutException.class);
        assertThat(buf.readable()).isEqualTo(content.length - send.moved());
        loop.await(pair.near().prepareShutdownOutput());
        assertThat(pair.farReceivesAll()).hasSize(send.moved());
    }

    @EveryTransport
    void toOneWhoIsGoneFailsEveryTime(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        pair.farCloses();
        loop.until("sending fails", () -> loop.start(pair.near().prepareSend(loop.bufferOf("x"))).failure() != null);
        for (int i = 0; i < 5; i++) {
            Buf buf = loop.bufferOf("content");
            Count send = loop.start(pair.near().prepareSendAll(buf));
            send.failure(SocketException.class);
            assertThat(send.moved()).isZero();
            assertThat(buf.readable()).isEqualTo(7);
        }
    }

    @EveryTransport
    void endsWhenTheSocketIsClosed(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport, 4096);
        pair.nearSendsThroughASmallBuffer();
        pair.nearFills();
        List<Count> sends = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            sends.add(loop.start(pair.near().prepareSendAll(loop.bufferOf("more"))));
        }
        loop.settle();
        pair.near().close();
        sends.forEach(send -> send.failure(AsynchronousCloseException.class));
    }

    @EveryTransport
    void receivesWhileItSends(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport, 4096);
        pair.nearSendsThroughASmallBuffer();
        int filled = pair.nearFills();
        Count send = loop.start(pair.near().prepareSendAll(loop.bufferOf("last")));
        pair.farSends("hello");
        assertThat(pair.nearReceives(5)).isEqualTo("hello");
        assertThat(send.isDone()).isFalse();
        pair.farReceives(filled);
        assertThat(send.value()).isEqualTo(4);
        assertThat(new String(pair.farReceives(4), UTF_8)).isEqualTo("last");
    }

    @EveryTransport
    void isStartedAgainWithAnotherBuffer(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        AsyncSocket.Send send = pair.near().prepareSendAll(loop.bufferOf("a"));
        assertThat(loop.await(send)).isEqualTo(1);
        for (int i = 0; i < 10; i++) {
            assertThat(loop.await(send.reset(loop.bufferOf("b")))).isEqualTo(1);
        }
        assertThat(new String(pair.farReceives(11), UTF_8)).isEqualTo("abbbbbbbbbb");
    }

    @Test
    void echoesWhatItReceives(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        AsyncSocket near = pair.near();
        loop.start(near.prepareReceiveEach(loop.pool(16, 256)), lease -> near.sendAll(lease, (count, failure) -> {
            lease.release();
        }));
        byte[] content = new byte[10_000];
        new Random(11).nextBytes(content);
        pair.farSends(content);
        assertThat(pair.farReceives(content.length)).isEqualTo(content);
    }
}
