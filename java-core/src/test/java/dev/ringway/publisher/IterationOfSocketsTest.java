package dev.ringway.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Iteration;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// What an iteration that accepts does when it is paused, resumed, cancelled and given things back, from inside and
/// from other threads: every client is delivered once, or hears that it is not.
@EveryBackend
class IterationOfSocketsTest {
    private static AsyncListener listener(TestBed bed, Loop loop) {
        return loop.await(loop.ring().net().prepareListen(Transport.TCP4.unused(bed.directory())));
    }

    private static SocketAddress address(Loop loop, AsyncListener listener) {
        return loop.await(listener.prepareLocalAddress());
    }

    private static SocketChannel client(TestBed bed, SocketAddress address) {
        try {
            SocketChannel client = bed.closing(SocketChannel.open(address));
            client.configureBlocking(false);
            return client;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean hasHeardTheEnd(SocketChannel client) {
        try {
            return client.read(ByteBuffer.allocate(1)) < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    private static SocketAddress peer(Loop loop, AsyncSocket socket) {
        return loop.await(socket.preparePeerAddress());
    }

    private static SocketAddress name(SocketChannel client) {
        try {
            return client.getLocalAddress();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void throughPausesTheOrderIsThatOfTheClients(TestBed bed, Loop loop) {
        AsyncListener listener = listener(bed, loop);
        SocketAddress address = address(loop, listener);
        Iteration<AsyncSocket> iteration = listener.prepareAcceptEach();
        Items<AsyncSocket> items = loop.start(iteration);
        List<SocketAddress> clients = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            iteration.pause();
            for (int i = 0; i < 24; i++) {
                clients.add(name(client(bed, address)));
            }
            loop.settle();
            assertThat(items.size()).isEqualTo(24 * round);
            iteration.resume();
            items.await(24 * (round + 1));
        }
        iteration.cancel();
        items.failure(CancellationException.class);
        assertThat(items.items().stream().map(socket -> peer(loop, socket))).containsExactlyElementsOf(clients);
    }

    @Test
    void twoThatCompeteDeliverEveryClientOnce(TestBed bed, Loop loop) {
        AsyncListener listener = listener(bed, loop);
        SocketAddress address = address(loop, listener);
        Items<AsyncSocket> one = loop.start(listener.prepareAcceptEach());
        Items<AsyncSocket> two = loop.start(listener.prepareAcceptEach());
        List<SocketAddress> clients = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            if (i % 20 == 10) {
                one.iteration().pause();
            }
            clients.add(name(client(bed, address)));
            loop.turn();
            if (i % 20 == 15) {
                one.iteration().resume();
            }
        }
        loop.until("all have been accepted", () -> one.size() + two.size() == 60);
        List<AsyncSocket> sockets = new ArrayList<>(one.items());
        sockets.addAll(two.items());
        assertThat(sockets.stream().map(socket -> peer(loop, socket))).containsExactlyInAnyOrderElementsOf(clients);
        one.iteration().cancel();
        two.iteration().cancel();
        one.failure(CancellationException.class);
        two.failure(CancellationException.class);
    }

    @Test
    void whatIsPutBackAfterTheEndIsClosed(TestBed bed, Loop loop) {
        AsyncListener listener = listener(bed, loop);
        SocketChannel client = client(bed, address(loop, listener));
        Items<AsyncSocket> items = loop.start(listener.prepareAcceptEach());
        AsyncSocket socket = items.await(1).getFirst();
        items.iteration().cancel();
        items.failure(CancellationException.class);
        assertThat(hasHeardTheEnd(client)).isFalse();
        items.iteration().putBack(socket);
        loop.until("the client has heard the end", () -> hasHeardTheEnd(client));
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void putBackAndResumedFromAnotherThreadItComesFirst(TestBed bed) {
        Loop loop = bed.running();
        AsyncListener listener = listener(bed, loop);
        SocketAddress address = address(loop, listener);
        Iteration<AsyncSocket> iteration = listener.prepareAcceptEach();
        CountDownLatch refused = new CountDownLatch(1);
        AtomicReference<AsyncSocket> first = new AtomicReference<>();
        Items<AsyncSocket> items = loop.start(iteration, socket -> {
            if (first.compareAndSet(null, socket)) {
                iteration.pause();
                refused.countDown();
            }
        });
        List<SocketAddress> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(name(client(bed, address)));
        }
        Signals.await(refused);
        iteration.putBack(first.get());
        iteration.resume();
        List<AsyncSocket> sockets = items.await(21);
        assertThat(sockets.get(1)).isSameAs(sockets.getFirst());
        assertThat(sockets.subList(1, 21).stream().map(socket -> peer(loop, socket)))
                .containsExactlyElementsOf(clients);
        iteration.cancel();
        items.failure(CancellationException.class);
    }

    @Test
    void cancelledFromAnotherThreadAtAnyMomentEveryClientIsDeliveredOrHearsTheEnd(TestBed bed) {
        Loop loop = bed.running();
        AsyncListener listener = listener(bed, loop);
        SocketAddress address = address(loop, listener);
        List<SocketChannel> clients = new ArrayList<>();
        List<AsyncSocket> delivered = new ArrayList<>();
        for (int round = 0; round < 60; round++) {
            Items<AsyncSocket> items = loop.start(listener.prepareAcceptEach());
            clients.add(client(bed, address));
            clients.add(client(bed, address));
            for (int spins = round * 53; spins > 0; spins--) {
                Thread.onSpinWait();
            }
            items.iteration().cancel();
            items.failure(CancellationException.class);
            delivered.addAll(items.items());
        }
        // Those that the kernel still has come now
        Items<AsyncSocket> last = loop.start(listener.prepareAcceptEach());
        loop.until("every client has been served", () -> {
            long over = clients.stream().filter(IterationOfSocketsTest::hasHeardTheEnd).count();
            return over + delivered.size() + last.size() == clients.size();
        });
        assertThat(delivered).isNotEmpty();
        last.iteration().cancel();
        last.failure(CancellationException.class);
    }
}
