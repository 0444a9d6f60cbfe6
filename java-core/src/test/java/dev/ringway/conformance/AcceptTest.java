package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Ring;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Parity;
import dev.ringway.testing.Transport;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@EveryBackend
class AcceptTest {
    private static AsyncListener listener(Transport transport, Ring ring, Loop loop, Path directory) {
        return loop.await(ring.net().prepareListen(transport.unused(directory)));
    }

    @EveryTransport
    @Parity("net/accept_no_address")
    void aConnectionThatWaitsIsTaken(Transport transport, Ring ring, Loop loop, Path directory) throws Exception {
        AsyncListener listener = listener(transport, ring, loop, directory);
        try (SocketChannel client = SocketChannel.open(loop.await(listener.prepareLocalAddress()))) {
            AsyncSocket accepted = loop.await(listener.prepareAccept());
            assertThat(loop.await(accepted.preparePeerAddress())).isEqualTo(client.getLocalAddress());
            client.write(ByteBuffer.wrap("hello".getBytes()));
            assertThat(loop.await(accepted.prepareReceive(loop.buffer(1)))).isEqualTo(1);
        }
    }

    @EveryTransport
    void aConnectionIsWaitedFor(Transport transport, Ring ring, Loop loop, Path directory) throws Exception {
        AsyncListener listener = listener(transport, ring, loop, directory);
        Outcome<AsyncSocket> accept = loop.start(listener.prepareAccept());
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        loop.settle();
        assertThat(accept.isDone()).isFalse();
        SocketChannel.open(address).close();
        assertThat(accept.value().isOpen()).isTrue();
    }

    @EveryTransport
    void acceptsOverlap(Transport transport, Ring ring, Loop loop, Path directory) throws Exception {
        AsyncListener listener = listener(transport, ring, loop, directory);
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        List<Outcome<AsyncSocket>> accepts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            accepts.add(loop.start(listener.prepareAccept()));
        }
        try (SocketChannels clients = new SocketChannels()) {
            for (int i = 0; i < 100; i++) {
                clients.connect(address);
            }
            for (Outcome<AsyncSocket> accept : accepts) {
                accept.value().close();
            }
        }
    }

    @EveryTransport
    void aCancelledAcceptLosesNoConnection(Transport transport, Ring ring, Loop loop, Path directory)
            throws Exception {
        AsyncListener listener = listener(transport, ring, loop, directory);
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        Outcome<AsyncSocket> cancelled = loop.start(listener.prepareAccept());
        loop.settle();
        cancelled.cancel();
        cancelled.failure(CancellationException.class);
        try (SocketChannel client = SocketChannel.open(address)) {
            AsyncSocket accepted = loop.await(listener.prepareAccept());
            assertThat(loop.await(accepted.preparePeerAddress())).isEqualTo(client.getLocalAddress());
        }
    }

    @Test
    @Parity({"beyond/drop_accept_in_flight", "defect/results_after_drop_are_not_lost"})
    void aConnectionThatCameFirstIsDeliveredInSpiteOfTheCancel(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncListener listener = listener(Transport.TCP4, ring, loop, directory);
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        int values = 0;
        for (int i = 0; i < 50; i++) {
            Outcome<AsyncSocket> accept = loop.start(listener.prepareAccept());
            loop.turn();
            try (SocketChannel client = SocketChannel.open(address)) {
                accept.cancel();
                if (accept.failure() == null) {
                    values++;
                    accept.value().close();
                } else {
                    accept.failure(CancellationException.class);
                    AsyncSocket next = loop.await(listener.prepareAccept());
                    assertThat(loop.await(next.preparePeerAddress())).isEqualTo(client.getLocalAddress());
                    next.close();
                }
            }
        }
        assertThat(values).isBetween(0, 50);
    }

    @Test
    @Parity({"beyond/drop_accept_in_flight", "defect/results_after_drop_are_not_lost"})
    void aValueThatAFutureDoesNotTakeIsClosed(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncListener listener = listener(Transport.TCP4, ring, loop, directory);
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        try (SocketChannels clients = new SocketChannels()) {
            for (int i = 0; i < 20; i++) {
                clients.connect(address);
                CompletableFuture<AsyncSocket> future = listener.prepareAccept().future();
                for (int turn = 0; turn < i % 3; turn++) {
                    loop.turn();
                }
                if (!future.complete(null)) {
                    future.join().close();
                }
            }
            loop.until("every accept has ended", () -> ring.inFlight() == 0);
            listener.close();
            loop.until("every client hears of it", () -> clients.areOver());
        }
    }

    @EveryTransport
    void timesOut(Transport transport, Ring ring, Loop loop, Path directory) {
        AsyncListener listener = listener(transport, ring, loop, directory);
        Outcome<AsyncSocket> accept = loop.start(listener.prepareAccept().timeout(Duration.ofMillis(20)));
        loop.pass(Duration.ofMillis(30));
        assertThat(accept.failure(SocketTimeoutException.class))
                .hasMessageContaining("accept").hasMessageContaining("timed out");
    }

    @EveryTransport
    void endsWhenTheListenerIsClosed(Transport transport, Ring ring, Loop loop, Path directory) {
        AsyncListener listener = listener(transport, ring, loop, directory);
        List<Outcome<AsyncSocket>> accepts = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            accepts.add(loop.start(listener.prepareAccept()));
        }
        loop.settle();
        listener.close();
        accepts.forEach(accept -> accept.failure(AsynchronousCloseException.class));
    }
}
