package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.Operation;
import dev.ringway.ReceivedLease;
import dev.ringway.Ring;
import dev.ringway.SocketType;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// One receive into a buffer of a pool.
@EveryBackend
class PoolReceiveTest {
    private static String text(Buf lease) {
        String text = lease.getText(UTF_8);
        lease.release();
        return text;
    }

    @EveryTransport
    @Parity("net/recv_read_buf_pool")
    void givesALeaseAndNullAtTheEnd(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        BufPool pool = loop.pool(2, 64);
        Outcome<Buf> waiting = loop.start(pair.near().prepareReceive(pool));
        loop.settle();
        assertThat(waiting.isDone()).isFalse();
        pair.farSends("hello");
        StringBuilder got = new StringBuilder(text(waiting.value()));
        while (got.length() < 5) {
            got.append(text(loop.await(pair.near().prepareReceive(pool))));
        }
        assertThat(got).hasToString("hello");
        pair.farEnds();
        assertThat(loop.await(pair.near().prepareReceive(pool))).isNull();
        assertThat(loop.await(pair.near().prepareReceiveFrom(pool))).isEqualTo(new ReceivedLease(null, null, false));
    }

    @EveryTransport
    @Parity("net/recv_read_buf_pool_send_read_buf")
    void whatItGivesCanBeSent(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        pair.farSends("x");
        Buf lease = loop.await(pair.near().prepareReceive(loop.pool(1, 64)));
        assertThat(loop.await(pair.near().prepareSendAll(lease))).isEqualTo(1);
        lease.release();
        assertThat(pair.farReceives(1)).containsExactly('x');
    }

    @EveryTransport
    @Parity({"net/recv_from_read_buf_pool", "beyond/pool_buffer_lost_on_drop"})
    void aMessageComesWithItsSender(Transport transport, Ring ring, Loop loop, Path directory) {
        AsyncSocket near = loop.await(ring.net().prepareSocket(transport.family(), SocketType.DATAGRAM));
        AsyncSocket far = loop.await(ring.net().prepareSocket(transport.family(), SocketType.DATAGRAM));
        loop.await(near.prepareBind(transport.unused(directory)));
        loop.await(far.prepareBind(transport.unused(directory)));
        SocketAddress from = loop.await(near.prepareLocalAddress());
        SocketAddress to = loop.await(far.prepareLocalAddress());
        BufPool pool = loop.pool(2, 4);
        Outcome<ReceivedLease> cancelled = loop.start(far.prepareReceiveFrom(pool));
        loop.settle();
        cancelled.cancel();
        cancelled.failure(CancellationException.class);
        for (String content : new String[] {"one", "too long", ""}) {
            loop.await(near.prepareSendTo(loop.buffer(10).put(content), to));
            ReceivedLease received = loop.await(far.prepareReceiveFrom(pool));
            assertThat(received.sender()).isEqualTo(from);
            assertThat(received.truncated()).isEqualTo(content.length() > 4);
            assertThat(text(received.lease())).isEqualTo(content.substring(0, Math.min(4, content.length())));
        }
    }

    @EveryTransport
    @Parity({"defect/read_n_with_pool_buffer", "beyond/pool_buffer_read_n"})
    void anEmptyPoolIsWaitedFor(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        BufPool pool = loop.pool(1, 1);
        pair.farSends("abc");
        Buf first = loop.await(pair.near().prepareReceive(pool));
        Outcome<Buf> second = loop.start(pair.near().prepareReceive(pool));
        Outcome<Buf> third = loop.start(pair.near().prepareReceive(pool));
        loop.linger(10);
        assertThat(second.isDone()).isFalse();
        String got = text(first);
        got += text(second.value());
        third.cancel();
        got += third.failure() == null ? text(third.value()) : pair.nearReceives(1);
        assertThat(got).isEqualTo("abc");
        // As much as is wanted, out of as many buffers as it takes
        pair.farSends("0123456789");
        StringBuilder all = new StringBuilder();
        while (all.length() < 10) {
            all.append(text(loop.await(pair.near().prepareReceive(pool))));
        }
        assertThat(all).hasToString("0123456789");
    }

    @EveryTransport
    void whatIsPutBackIsWhatTheNextOneGets(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        BufPool pool = loop.pool(1, 2);
        pair.farSends("abcd");
        Operation<Buf> receive = pair.near().prepareReceive(pool);
        receive.putBack(loop.await(receive));
        Operation<ReceivedLease> another = pair.near().prepareReceiveFrom(pool);
        ReceivedLease lease = loop.await(another);
        assertThat(lease.lease().peek(0)).isEqualTo((byte) 'a');
        another.putBack(lease);
        assertThatThrownBy(() -> another.putBack(lease))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("recvmsg on ");
        assertThat(pair.nearReceives(4)).isEqualTo("abcd");
    }

    @EveryTransport
    void aFutureThatIsCancelledTooLateLosesNothing(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        BufPool pool = loop.pool(1, 4);
        CompletableFuture<Buf> future = pair.near().prepareReceive(pool).future();
        // Completed by somebody else: the operation does not hear of it
        assertThat(future.completeExceptionally(new IllegalStateException("nobody waits any more"))).isTrue();
        pair.farSends("ab");
        loop.until("it has received in vain", () -> loop.inFlight() == 0);
        pair.farSends("cd");
        assertThat(pair.nearReceives(4)).isEqualTo("abcd");
    }

    @EveryTransport
    void getsWhatAnIterationHasLeft(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        BufPool pool = loop.pool(4, 4);
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(pool), Buf::release);
        items.iteration().pause();
        pair.farSends("0123456789");
        loop.linger(20);
        items.iteration().cancel();
        items.failure(CancellationException.class);
        StringBuilder all = new StringBuilder();
        while (all.length() < 10) {
            all.append(text(loop.await(pair.near().prepareReceive(pool))));
        }
        assertThat(all).hasToString("0123456789");
    }

    @EveryTransport
    void endsWithItsTimeLimitAndAClose(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        BufPool pool = loop.pool(1, 1);
        Outcome<Buf> limited = loop.start(pair.near().prepareReceive(pool).timeout(Duration.ofMillis(20)));
        loop.settle();
        loop.pass(Duration.ofMillis(40));
        limited.failure(SocketTimeoutException.class);
        Outcome<Buf> closed = loop.start(pair.near().prepareReceive(pool));
        loop.settle();
        pair.near().close();
        closed.failure(AsynchronousCloseException.class);
    }

    @Test
    void aPoolOfAnotherRingIsRefused(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Loop other = bed.loop(options -> {});
        other.turn();
        BufPool pool = other.pool(1, 1);
        assertThatThrownBy(() -> pair.near().prepareReceive(pool)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> pair.near().prepareReceiveFrom(pool)).isInstanceOf(IllegalArgumentException.class);
    }
}
