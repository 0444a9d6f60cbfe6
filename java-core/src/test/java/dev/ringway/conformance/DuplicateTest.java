package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.TestRings;
import dev.ringway.testing.Count;
import dev.ringway.testing.CountingSys.Call;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@EveryBackend
class DuplicateTest {
    @EveryTransport
    @Parity("operation/try_clone")
    void sharesTheConnection(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        AsyncSocket twin = loop.await(pair.near().prepareDuplicate());
        assertThat(TestRings.fd(twin)).isNotEqualTo(TestRings.fd(pair.near()));
        loop.await(twin.prepareSendAll(loop.bufferOf("from the twin")));
        assertThat(new String(pair.farReceives(13), UTF_8)).isEqualTo("from the twin");
        pair.farSends("to either");
        Buf buf = loop.buffer(9);
        loop.await(twin.prepareReceiveN(buf, 9));
        assertThat(buf.getText(UTF_8)).isEqualTo("to either");
    }

    @Test
    void isNotInherited(TestBed bed, Loop loop) throws IOException {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        AsyncSocket twin = loop.await(pair.near().prepareDuplicate());
        assertThat(Fds.thatAreInherited(bed)).doesNotContainKey(TestRings.fd(twin));
    }

    /// The peer hears of the end when the last of them is closed, and not before.
    @EveryTransport
    void theLastOneEndsTheConnection(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        AsyncSocket twin = loop.await(pair.near().prepareDuplicate());
        Count receive = loop.start(pair.near().prepareReceive(loop.buffer(10)));
        loop.settle();
        int shutdowns = loop.sys().count(Call.SHUTDOWN);
        pair.near().close();
        receive.failure(AsynchronousCloseException.class);
        assertThat(loop.sys().count(Call.SHUTDOWN)).isEqualTo(shutdowns);
        loop.await(twin.prepareSendAll(loop.bufferOf("still here")));
        assertThat(new String(pair.farReceives(10), UTF_8)).isEqualTo("still here");
        Count last = loop.start(twin.prepareReceive(loop.buffer(10)));
        loop.settle();
        twin.close();
        last.failure(AsynchronousCloseException.class);
        assertThat(loop.sys().count(Call.SHUTDOWN)).isEqualTo(shutdowns + 1);
        assertThat(pair.farReceivesAll()).isEmpty();
    }

    /// An operation of one is no business of the other's end.
    @EveryTransport
    void closingOneLeavesOperationsOfTheOther(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        AsyncSocket twin = loop.await(pair.near().prepareDuplicate());
        Buf buf = loop.buffer(10);
        Count waiting = loop.start(twin.prepareReceiveN(buf, 7));
        Count ended = loop.start(pair.near().prepareReceive(loop.buffer(10)));
        loop.settle();
        pair.near().close();
        ended.failure(AsynchronousCloseException.class);
        loop.linger(20);
        assertThat(waiting.isDone()).isFalse();
        pair.farSends("at last");
        assertThat(waiting.value()).isEqualTo(7);
        assertThat(buf.getText(UTF_8)).isEqualTo("at last");
    }

    /// A registration of a closed number would go on telling of the file.
    @EveryTransport
    @Tag("H3")
    void aClosedNumberIsReusedWithoutAStrayEvent(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        AsyncSocket twin = loop.await(pair.near().prepareDuplicate());
        Count wait = loop.start(pair.near().prepareReceive(loop.buffer(10)));
        loop.settle();
        pair.near().close();
        wait.failure(AsynchronousCloseException.class);
        Pair other = Pair.open(bed, loop, transport);
        Buf buf = loop.buffer(10);
        Count receive = loop.start(other.near().prepareReceiveN(buf, 4));
        for (int i = 0; i < 20; i++) {
            pair.farSends("x");
            loop.turn();
        }
        loop.linger(10);
        assertThat(receive.isDone()).isFalse();
        other.farSends("mine");
        receive.value();
        assertThat(buf.getText(UTF_8)).isEqualTo("mine");
        twin.close();
    }

    /// What an iteration took and nobody got belongs to the connection, not to the handle.
    @EveryTransport
    void bytesThatNobodyGotGoToTheOther(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        AsyncSocket twin = loop.await(pair.near().prepareDuplicate());
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(loop.pool(4, 16)));
        items.iteration().pause();
        pair.farSends("kept for later");
        loop.linger(20);
        pair.near().close();
        items.failure(AsynchronousCloseException.class);
        Buf buf = loop.buffer(14);
        loop.await(twin.prepareReceiveN(buf, 14));
        assertThat(buf.getText(UTF_8)).isEqualTo("kept for later");
    }

    /// Who waits on a duplicate already waits no longer.
    @EveryTransport
    void bytesThatNobodyGotGoToWhoWaits(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        AsyncSocket twin = loop.await(pair.near().prepareDuplicate());
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(loop.pool(8, 4)));
        items.iteration().pause();
        pair.farSends("kept for later");
        loop.linger(20);
        Buf buf = loop.buffer(14);
        Count receive = loop.start(twin.prepareReceiveN(buf, 14));
        loop.settle();
        items.iteration().cancel();
        items.failure(CancellationException.class);
        assertThat(receive.value()).isEqualTo(14);
        assertThat(buf.getText(UTF_8)).isEqualTo("kept for later");
    }

    /// The kernel tells one of them, and claims a clean end to the others.
    @Test
    void aResetIsEverybodys(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        AsyncSocket twin = loop.await(pair.near().prepareDuplicate());
        pair.farResets();
        assertThat(loop.start(pair.near().prepareReceive(loop.buffer(10))).failure(SocketException.class))
                .hasMessageContaining("ECONNRESET");
        assertThat(loop.start(twin.prepareReceive(loop.buffer(10))).failure(SocketException.class))
                .hasMessageContaining("ECONNRESET");
    }

    @Test
    void filesShareThePosition(Loop loop, Path directory) throws IOException {
        Path path = Files.writeString(directory.resolve("file"), "one two");
        AsyncFile file = loop.await(loop.ring().files().prepareOpen(path));
        AsyncFile twin = loop.await(file.prepareDuplicate());
        Buf buf = loop.buffer(16);
        loop.await(file.prepareReadN(buf, 4));
        file.close();
        loop.await(twin.prepareReadN(buf, 3));
        assertThat(buf.getText(UTF_8)).isEqualTo("one two");
    }

    /// The port refuses when the last one is closed, and not before.
    @EveryTransport
    void listenersShareTheQueue(Transport transport, TestBed bed, Loop loop) throws IOException {
        AsyncListener listener = loop.await(loop.ring().net().prepareListen(transport.unused(bed.directory())));
        AsyncListener twin = loop.await(listener.prepareDuplicate());
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        Outcome<AsyncSocket> ended = loop.start(listener.prepareAccept());
        loop.settle();
        listener.close();
        ended.failure(AsynchronousCloseException.class);
        Outcome<AsyncSocket> accept = loop.start(twin.prepareAccept());
        try (SocketChannel client = SocketChannel.open(address)) {
            loop.keep(accept.value());
            assertThat(client.isConnected()).isTrue();
        }
        Outcome<AsyncSocket> last = loop.start(twin.prepareAccept());
        loop.settle();
        twin.close();
        last.failure(AsynchronousCloseException.class);
        assertThatThrownBy(() -> SocketChannel.open(address).close()).isInstanceOf(IOException.class);
    }

    @Test
    void ofAClosedHandleFails(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        pair.near().close();
        loop.start(pair.near().prepareDuplicate()).failure(ClosedChannelException.class);
    }
}
