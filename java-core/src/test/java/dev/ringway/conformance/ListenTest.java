package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Ring;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Transport;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

@EveryBackend
class ListenTest {
    private static void requireRefused(SocketAddress address) {
        assertThatThrownBy(() -> SocketChannel.open(address).close()).isInstanceOf(IOException.class);
    }

    @EveryTransport
    void takesConnections(Transport transport, Ring ring, Loop loop, Path directory) throws Exception {
        AsyncListener listener = loop.await(ring.net().prepareListen(transport.unused(directory)));
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        try (SocketChannel client = SocketChannel.open(address)) {
            AsyncSocket accepted = loop.await(listener.prepareAccept());
            assertThat(loop.await(accepted.prepareLocalAddress())).isEqualTo(address);
            assertThat(client.isConnected()).isTrue();
        }
    }

    @Test
    void portZeroIsAnyPort(Ring ring, Loop loop, Path directory) {
        AsyncListener listener = loop.await(ring.net().prepareListen(Transport.TCP4.unused(directory)));
        InetSocketAddress address = (InetSocketAddress) loop.await(listener.prepareLocalAddress());
        assertThat(address.getPort()).isPositive();
    }

    @EveryTransport
    void anAddressIsTakenOnce(Transport transport, Ring ring, Loop loop, Path directory) {
        AsyncListener listener = loop.await(ring.net().prepareListen(transport.unused(directory)));
        SocketAddress taken = loop.await(listener.prepareLocalAddress());
        BindException failure = loop.start(ring.net().prepareListen(taken)).failure(BindException.class);
        assertThat(failure).hasMessageContaining("bind").hasMessageContaining(taken.toString());
    }

    @Test
    void aPortIsUsedAgainAtOnce(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncListener first = loop.await(ring.net().prepareListen(Transport.TCP4.unused(directory)));
        SocketAddress address = loop.await(first.prepareLocalAddress());
        SocketChannel client = SocketChannel.open(address);
        AsyncSocket accepted = loop.await(first.prepareAccept());
        first.close();
        accepted.close(); // ours first, so that the port has a connection that lingers
        client.close();
        loop.settle();
        AsyncListener second = loop.await(ring.net().prepareListen(address));
        assertThat(loop.await(second.prepareLocalAddress())).isEqualTo(address);
    }

    @Test
    void theBacklogIsAsLargeAsAskedFor(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncListener listener = loop.await(ring.net().prepareListen(Transport.UNIX.unused(directory)).backlog(3));
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        int waiting = 0;
        try (SocketChannels clients = new SocketChannels()) {
            while (clients.connectsAtOnce(address)) {
                waiting++;
            }
        }
        assertThat(waiting).isEqualTo(4); // unix sockets let one more wait
    }

    @EveryTransport
    void aClosedListenerRefusesAtOnce(Transport transport, Ring ring, Loop loop, Path directory) {
        AsyncListener listener = loop.await(ring.net().prepareListen(transport.unused(directory)));
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        listener.close();
        requireRefused(address);
    }

    @EveryTransport
    void aListenerClosedWithAnAcceptInFlightRefusesAtOnce(
            Transport transport, Ring ring, Loop loop, Path directory) {
        AsyncListener listener = loop.await(ring.net().prepareListen(transport.unused(directory)));
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        Outcome<AsyncSocket> accept = loop.start(listener.prepareAccept());
        loop.settle();
        listener.close();
        requireRefused(address);
        accept.failure(AsynchronousCloseException.class);
    }

    @EveryTransport
    void aListenerClosedFromItsOwnCallbackRefusesAtOnce(
            Transport transport, Ring ring, Loop loop, Path directory) throws Exception {
        AsyncListener listener = loop.await(ring.net().prepareListen(transport.unused(directory)));
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        AtomicReference<Throwable> afterwards = new AtomicReference<>(new AssertionError("connected"));
        Items<AsyncSocket> accepts = loop.start(listener.prepareAcceptEach(), accepted -> {
            listener.close();
            try {
                SocketChannel.open(address).close();
            } catch (IOException refused) {
                afterwards.set(refused);
            }
        });
        try (SocketChannel client = SocketChannel.open(address)) {
            accepts.failure(AsynchronousCloseException.class);
            assertThat(client.isConnected()).isTrue();
        }
        assertThat(accepts.size()).isEqualTo(1);
        assertThat(afterwards.get()).isInstanceOf(IOException.class);
        requireRefused(address);
    }

    @Test
    void aFailureLeavesNoFdBehind(Ring ring, Loop loop, Path directory) throws Exception {
        Path missing = directory.resolve("missing").resolve("socket");
        for (int i = 0; i < 10; i++) {
            Throwable failure = loop.start(ring.net().prepareListen(java.net.UnixDomainSocketAddress.of(missing)))
                    .failure(IOException.class);
            assertThat(failure).hasMessageContaining("bind").hasMessageContaining("ENOENT");
        }
    }
}
