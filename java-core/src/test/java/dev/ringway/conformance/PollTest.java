package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncListener;
import dev.ringway.Buf;
import dev.ringway.PipeEnds;
import dev.ringway.Readiness;
import dev.ringway.Ring;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@EveryBackend
class PollTest {
    @EveryTransport
    void waitsUntilThereIsSomethingToReadAndTakesNothing(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        loop.await(pair.near().preparePoll(Readiness.WRITABLE));
        Outcome<Void> readable = loop.start(pair.near().preparePoll(Readiness.READABLE));
        loop.linger(10);
        assertThat(readable.isDone()).isFalse();
        pair.farSends("untouched");
        readable.valueOrNull();
        assertThat(pair.nearReceives(9)).isEqualTo("untouched");
    }

    @EveryTransport
    void aFullSocketIsNotWritable(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport, 4096);
        pair.nearSendsThroughASmallBuffer();
        int sent = pair.nearFills();
        Outcome<Void> writable = loop.start(pair.near().preparePoll(Readiness.WRITABLE));
        loop.linger(10);
        assertThat(writable.isDone()).isFalse();
        pair.farReceives(sent);
        writable.valueOrNull();
    }

    @EveryTransport
    void theEndIsReadable(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Outcome<Void> readable = loop.start(pair.near().preparePoll(Readiness.READABLE));
        loop.settle();
        pair.farEnds();
        readable.valueOrNull();
        assertThat(loop.await(pair.near().prepareReceive(loop.buffer(1)))).isEqualTo(-1);
    }

    @Test
    @Tag("H26")
    void aFileIsAlwaysReady(Ring ring, Loop loop, Path directory) throws IOException {
        Path path = Files.writeString(directory.resolve("file"), "content");
        AsyncFile file = loop.await(ring.files().prepareOpen(path));
        loop.await(file.preparePoll(Readiness.READABLE));
        loop.await(file.preparePoll(Readiness.WRITABLE));
        assertThatThrownBy(() -> file.preparePollEach(Readiness.READABLE))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("always ready");
        assertThat(loop.await(file.prepareReadN(loop.buffer(7), 7))).isEqualTo(7);
    }

    @EveryTransport
    void aConnectionMakesAListenerReadable(Transport transport, Ring ring, Loop loop, Path directory)
            throws IOException {
        AsyncListener listener = loop.await(ring.net().prepareListen(transport.unused(directory)));
        Outcome<Void> readable = loop.start(listener.preparePoll(Readiness.READABLE));
        loop.settle();
        assertThat(readable.isDone()).isFalse();
        try (SocketChannel client = SocketChannel.open(loop.await(listener.prepareLocalAddress()))) {
            readable.valueOrNull();
            loop.keep(loop.await(listener.prepareAccept()));
            assertThat(client.isConnected()).isTrue();
        }
    }

    @EveryTransport
    void endsWhenItIsToldTo(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Outcome<Void> cancelled = loop.start(pair.near().preparePoll(Readiness.READABLE));
        loop.settle();
        cancelled.cancel();
        cancelled.failure(CancellationException.class);
        Outcome<Void> timed =
                loop.start(pair.near().preparePoll(Readiness.READABLE).timeout(Duration.ofMillis(5)));
        loop.pass(Duration.ofMillis(5));
        timed.failure(SocketTimeoutException.class);
        Outcome<Void> closed = loop.start(pair.near().preparePoll(Readiness.READABLE));
        loop.settle();
        pair.near().close();
        closed.failure(AsynchronousCloseException.class);
        loop.start(pair.near().preparePoll(Readiness.READABLE)).failure(ClosedChannelException.class);
    }

    /// One item for what is there, one for what comes; none for what was left behind.
    @EveryTransport
    void eachTellsOfEveryChange(Transport transport, TestBed bed, Loop loop, Caps caps) {
        Pair pair = Pair.open(bed, loop, transport);
        pair.farSends("first");
        Items<Readiness> items = loop.start(pair.near().preparePollEach(Readiness.READABLE));
        items.await(1);
        loop.linger(10);
        int before = items.size();
        pair.farSends("second");
        items.await(before + 1);
        loop.linger(10);
        int after = items.size();
        loop.linger(10);
        if (caps.has(Cap.HELPFUL_KERNEL)) {
            assertThat(items.size()).isEqualTo(after);
        } else {
            assertThat(items.size()).isGreaterThanOrEqualTo(after); // it is woken for nothing
        }
        assertThat(items.items()).containsOnly(Readiness.READABLE);
        assertThat(pair.nearReceives(11)).isEqualTo("firstsecond");
        int seen = items.size();
        pair.farSends("third");
        items.await(seen + 1);
        items.iteration().cancel();
        items.failure(CancellationException.class);
    }

    @Test
    void eachOfAPipeTellsOfItsEnd(Ring ring, Loop loop) {
        PipeEnds ends = loop.await(ring.streams().preparePipe());
        loop.keep(ends.source());
        Items<Readiness> items = loop.start(ends.source().preparePollEach(Readiness.READABLE));
        loop.linger(10);
        assertThat(items.size()).isZero();
        ends.sink().close();
        items.await(1);
        Buf buf = loop.buffer(1);
        assertThat(loop.await(ends.source().prepareRead(buf))).isEqualTo(-1);
        items.iteration().cancel();
        items.failure(CancellationException.class);
    }

    @EveryTransport
    void whoHasPausedIsToldLater(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Items<Readiness> items = loop.start(pair.near().preparePollEach(Readiness.READABLE));
        items.iteration().pause();
        for (int i = 0; i < 40; i++) {
            pair.farSends("x");
            loop.turn();
        }
        loop.linger(10);
        assertThat(items.size()).isZero();
        items.iteration().resume();
        items.await(1);
        pair.near().close();
        items.failure(AsynchronousCloseException.class);
    }
}
