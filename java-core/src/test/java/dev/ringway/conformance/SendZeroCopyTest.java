package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/// Sends whose memory the kernel reads until the peer has everything: what they share with other sends is tested for
/// both.
@EveryBackend
class SendZeroCopyTest {
    private static final int SIZE = 1 << 14;

    private static byte[] content(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    /// Accepted by the kernel as a whole, and kept: the peer has no room.
    private static Count notYetReceived(Pair pair, Loop loop, Buf buf) {
        Count send = loop.start(pair.near().prepareSendAll(buf).zeroCopy());
        loop.linger(20);
        return send;
    }

    @EveryTransport
    @Parity({"net/send_zc", "net/send_zc_extractor"})
    void consumesWhatWasSentAndGivesTheBufferBack(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        byte[] content = content(SIZE);
        Buf buf = loop.bufferOf(content);
        int count = loop.await(pair.near().prepareSend(buf).zeroCopy());
        assertThat(count).isBetween(1, SIZE);
        assertThat(buf.readable()).isEqualTo(SIZE - count);
        assertThat(pair.farReceives(count)).isEqualTo(Arrays.copyOf(content, count));
        assertThat(buf.isLent()).isFalse();
    }

    @EveryTransport
    void sendsAllThatTheKernelCannotTakeAtOnce(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        byte[] content = content(8 << 20);
        Buf buf = loop.bufferOf(content);
        Count send = loop.start(pair.near().prepareSendAll(buf).zeroCopy());
        assertThat(pair.farReceives(content.length)).isEqualTo(content);
        assertThat(send.value()).isEqualTo(content.length);
        assertThat(buf.readable()).isZero();
    }

    @EveryTransport
    void anEmptyBufferSendsNothing(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        assertThat(loop.await(pair.near().prepareSend(loop.buffer(10)).zeroCopy())).isZero();
        assertThat(loop.await(pair.near().prepareSendAll(loop.buffer(10)).zeroCopy())).isZero();
    }

    @EveryTransport
    void isStartedAgain(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        AsyncSocket.Send send = pair.near().prepareSendAll(loop.bufferOf("a")).zeroCopy();
        loop.await(send);
        for (int i = 0; i < 10; i++) {
            assertThat(loop.await(send.reset(loop.bufferOf("b")))).isEqualTo(1);
        }
        assertThat(new String(pair.farReceives(11))).isEqualTo("abbbbbbbbbb");
    }

    @EveryTransport
    void isAskedOfTheKernel(Transport transport, TestBed bed, Caps caps) {
        SeesEntries[] sys = new SeesEntries[1];
        Loop loop = bed.loop(options -> {
            sys[0] = new SeesEntries(options.sys);
            options.sys = sys[0];
        });
        Pair pair = Pair.open(bed, loop, transport);
        loop.await(pair.near().prepareSendAll(loop.bufferOf("copied")));
        assertThat(sys[0].seen()).doesNotContain("SEND_ZC");
        loop.await(pair.near().prepareSendAll(loop.bufferOf("not copied")).zeroCopy());
        assertThat(sys[0].seen().contains("SEND_ZC")).isEqualTo(caps.has(Cap.SENDS_WITHOUT_COPYING));
        pair.farReceives(16);
    }

    // ---- between the result and the end

    @Test
    void isToldWhenTheBufferIsFreeAndOthersGoOnBefore(TestBed bed, Loop loop, Caps caps) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4, 4096);
        byte[] content = content(SIZE);
        Buf buf = loop.bufferOf(content);
        Count send = notYetReceived(pair, loop, buf);
        Buf other = loop.bufferOf("next");
        assertThat(loop.await(pair.near().prepareSendAll(other))).isEqualTo(4);
        assertThat(send.isDone()).isEqualTo(!caps.has(Cap.SENDS_WITHOUT_COPYING));
        assertThat(buf.isLent()).isEqualTo(caps.has(Cap.SENDS_WITHOUT_COPYING));
        if (caps.has(Cap.SENDS_WITHOUT_COPYING)) {
            assertThatThrownBy(buf::readable).isInstanceOf(IllegalStateException.class);
            assertThat(loop.inFlight()).isEqualTo(1);
        }
        assertThat(pair.farReceives(SIZE)).isEqualTo(content);
        assertThat(new String(pair.farReceives(4))).isEqualTo("next");
        assertThat(send.value()).isEqualTo(SIZE);
        assertThat(buf.readable()).isZero();
    }

    @Test
    void aCancelThatComesTooLateChangesNothing(TestBed bed, Loop loop, Caps caps) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4, 4096);
        byte[] content = content(SIZE);
        Buf buf = loop.bufferOf(content);
        Count send = notYetReceived(pair, loop, buf);
        send.cancel();
        loop.linger(50);
        assertThat(buf.isLent()).isEqualTo(caps.has(Cap.SENDS_WITHOUT_COPYING));
        assertThat(pair.farReceives(SIZE)).isEqualTo(content);
        assertThat(send.value()).isEqualTo(SIZE);
    }

    @Test
    void aTimeLimitEndsWithTheResult(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4, 4096);
        byte[] content = content(SIZE);
        Count send = loop.start(pair.near().prepareSendAll(loop.bufferOf(content)).zeroCopy()
                .timeout(Duration.ofMillis(100)));
        loop.linger(20);
        loop.pass(Duration.ofMillis(150));
        assertThat(pair.farReceives(SIZE)).isEqualTo(content);
        assertThat(send.value()).isEqualTo(SIZE);
    }

    @Test
    void theSocketClosesWithoutWaitingForThePeer(TestBed bed, Loop loop, Caps caps) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4, 4096);
        byte[] content = content(SIZE);
        Buf buf = loop.bufferOf(content);
        Count send = notYetReceived(pair, loop, buf);
        loop.await(pair.near().prepareClose());
        assertThat(buf.isLent()).isEqualTo(caps.has(Cap.SENDS_WITHOUT_COPYING));
        assertThat(pair.farReceivesAll()).isEqualTo(content);
        assertThat(send.value()).isEqualTo(SIZE);
        assertThat(buf.readable()).isZero();
    }

    @Test
    void aPeerThatResetsSetsTheBufferFree(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4, 4096);
        Buf buf = loop.bufferOf(content(SIZE));
        Count send = notYetReceived(pair, loop, buf);
        pair.farResets();
        assertThat(send.value()).isEqualTo(SIZE);
        assertThat(buf.isLent()).isFalse();
    }

    @Test
    void aSocketThatMovesToAnotherRingLeavesItBehind(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4, 4096);
        byte[] content = content(SIZE);
        Count send = notYetReceived(pair, loop, loop.bufferOf(content));
        Loop other = bed.loop(options -> {});
        other.turn();
        AsyncSocket moved = other.keep(pair.near().moveTo(other.ring()));
        assertThat(pair.farReceives(SIZE)).isEqualTo(content);
        assertThat(send.value()).isEqualTo(SIZE);
        assertThat(other.await(moved.prepareSendAll(other.bufferOf("moved")))).isEqualTo(5);
    }

    /// Without a peer's word the memory is never given back; its user hears the truth.
    @Test
    void aRingThatClosesKeepsTheMemory(TestBed bed, Caps caps) {
        Loop loop = bed.loop(options -> {
            options.closeDeadlineNanos = Duration.ofMillis(100).toNanos();
            options.reportsUnended = false;
        });
        Pair pair = Pair.open(bed, loop, Transport.TCP4, 4096);
        byte[] content = content(SIZE);
        Buf buf = loop.bufferOf(content);
        Count send = notYetReceived(pair, loop, buf);
        loop.closeRing();
        assertThat(send.value()).isEqualTo(SIZE);
        assertThat(buf.isLent()).isEqualTo(caps.has(Cap.SENDS_WITHOUT_COPYING));
        pair.farCloses();
    }

    @Test
    void aRingThatClosesWaitsForThePeer(TestBed bed) {
        Loop loop = bed.loop(options -> {});
        Pair pair = Pair.open(bed, loop, Transport.TCP4, 4096);
        byte[] content = content(SIZE);
        Buf buf = loop.bufferOf(content);
        Count send = notYetReceived(pair, loop, buf);
        try (Workers workers = new Workers()) {
            workers.start(() -> {
                Thread.sleep(50);
                pair.farCloses();
            });
            loop.closeRing();
        }
        assertThat(send.value()).isEqualTo(SIZE);
        assertThat(buf.isLent()).isFalse();
    }

    // ---- before the result

    @EveryTransport
    void cancelledItSaysHowMuchWasSent(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        byte[] content = content(8 << 20);
        Buf buf = loop.bufferOf(content);
        Count send = loop.start(pair.near().prepareSendAll(buf).zeroCopy());
        loop.pass(Duration.ofMillis(20));
        send.cancel();
        loop.settle();
        loop.start(pair.near().prepareShutdownOutput());
        byte[] received = pair.farReceivesAll();
        send.failure(CancellationException.class);
        assertThat(received).isEqualTo(Arrays.copyOf(content, send.moved()));
        assertThat(buf.readable()).isEqualTo(content.length - send.moved());
    }

    @EveryTransport
    void timedOutItSaysHowMuchWasSent(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        byte[] content = content(8 << 20);
        Buf buf = loop.bufferOf(content);
        Count send = loop.start(pair.near().prepareSendAll(buf).zeroCopy().timeout(Duration.ofMillis(50)));
        loop.settle();
        loop.pass(Duration.ofMillis(70));
        loop.start(pair.near().prepareShutdownOutput());
        byte[] received = pair.farReceivesAll();
        send.failure(SocketTimeoutException.class);
        assertThat(received).isEqualTo(Arrays.copyOf(content, send.moved()));
    }

    @EveryTransport
    void endsWhenTheSocketIsClosed(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport, 4096);
        pair.nearSendsThroughASmallBuffer();
        pair.nearFills();
        Buf buf = loop.bufferOf("more");
        Count send = loop.start(pair.near().prepareSendAll(buf).zeroCopy());
        Count queued = loop.start(pair.near().prepareSendAll(loop.bufferOf("more")).zeroCopy());
        loop.settle();
        pair.near().close();
        queued.failure(AsynchronousCloseException.class);
        pair.farCloses();
        send.failure(AsynchronousCloseException.class);
        assertThat(buf.readable()).isEqualTo(4);
    }

    @Test
    void isAnOptionOfWhatHasNotStarted(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        AsyncSocket.Send send = pair.near().prepareSendAll(loop.bufferOf("a"));
        loop.await(send);
        assertThatThrownBy(send::zeroCopy).isInstanceOf(IllegalStateException.class).hasMessageContaining("options");
    }
}
