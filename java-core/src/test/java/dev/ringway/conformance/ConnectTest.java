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
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

@EveryBackend
class ConnectTest {
    @EveryTransport
    @Parity({"operation/connect", "net/connect"})
    void connectsANewSocket(Transport transport, Ring ring, Loop loop, Path directory) throws Exception {
        try (ServerSocketChannel server = transport.server(directory)) {
            AsyncSocket socket = loop.await(ring.net().prepareConnect(server.getLocalAddress()));
            assertThat(socket.toString()).contains(server.getLocalAddress().toString());
            assertThat(loop.await(socket.preparePeerAddress())).isEqualTo(server.getLocalAddress());
            server.accept().close();
        }
    }

    @EveryTransport
    void connectsASocketThatExists(Transport transport, Ring ring, Loop loop, Path directory) throws Exception {
        try (ServerSocketChannel server = transport.server(directory)) {
            AsyncSocket socket = loop.await(ring.net().prepareSocket(transport.family()));
            loop.await(socket.prepareConnect(server.getLocalAddress()));
            assertThat(loop.await(socket.preparePeerAddress())).isEqualTo(server.getLocalAddress());
            server.accept().close();
        }
    }

    @EveryTransport
    @Parity("beyond/connect_refused")
    void aRefusalNamesTheAddress(Transport transport, Ring ring, Loop loop, Path directory) throws Exception {
        ServerSocketChannel server = transport.server(directory);
        SocketAddress address = server.getLocalAddress();
        server.close();
        for (int i = 0; i < 5; i++) {
            ConnectException failure = loop.start(ring.net().prepareConnect(address)).failure(ConnectException.class);
            assertThat(failure).hasMessageContaining("connect").hasMessageContaining(address.toString())
                    .hasMessageContaining("ECONNREFUSED");
        }
    }

    @EveryTransport
    void aSocketThatWasRefusedCanBeClosed(Transport transport, Ring ring, Loop loop, Path directory) throws Exception {
        ServerSocketChannel server = transport.server(directory);
        SocketAddress address = server.getLocalAddress();
        server.close();
        AsyncSocket socket = loop.await(ring.net().prepareSocket(transport.family()));
        loop.start(socket.prepareConnect(address)).failure(ConnectException.class);
        loop.await(socket.prepareClose());
    }

    @Test
    void aUnixPathThatIsMissingIsNamed(Ring ring, Loop loop, Path directory) {
        Path path = directory.resolve("missing");
        Throwable failure =
                loop.start(ring.net().prepareConnect(UnixDomainSocketAddress.of(path))).failure(IOException.class);
        assertThat(failure).hasMessageContaining(path.toString());
    }

    @Test
    void anIpv6SocketConnectsToAnIpv4Address(Ring ring, Loop loop, Path directory) throws Exception {
        try (ServerSocketChannel server = Transport.TCP4.server(directory)) {
            AsyncSocket socket = loop.await(ring.net().prepareSocket(StandardProtocolFamily.INET6));
            loop.await(socket.prepareConnect(server.getLocalAddress()));
            assertThat(loop.await(socket.preparePeerAddress())).isEqualTo(server.getLocalAddress());
            server.accept().close();
        }
    }

    @EveryTransport
    void manyConnectAtOnce(Transport transport, Ring ring, Loop loop, Path directory) throws Exception {
        AsyncListener listener = loop.await(ring.net().prepareListen(transport.unused(directory)));
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        List<Outcome<AsyncSocket>> connects = new ArrayList<>();
        List<Outcome<AsyncSocket>> accepts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            connects.add(loop.start(ring.net().prepareConnect(address)));
            accepts.add(loop.start(listener.prepareAccept()));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(connects.get(i).value().isOpen() && accepts.get(i).value().isOpen()).isTrue();
        }
    }

    /// A listener whose queue is full, so that connecting has to wait. The kernel lets one more wait than was asked
    /// for.
    private static AsyncListener full(Ring ring, Loop loop, Path directory, SocketChannels clients) throws Exception {
        AsyncListener listener = loop.await(ring.net().prepareListen(Transport.UNIX.unused(directory)).backlog(1));
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        clients.connect(address);
        clients.connect(address);
        return listener;
    }

    @Test
    void waitsWhileAUnixListenerIsFull(Ring ring, Loop loop, Path directory) throws Exception {
        try (SocketChannels clients = new SocketChannels()) {
            AsyncListener listener = full(ring, loop, directory, clients);
            SocketAddress address = loop.await(listener.prepareLocalAddress());
            Outcome<AsyncSocket> connect = loop.start(ring.net().prepareConnect(address));
            loop.pass(Duration.ofMillis(50));
            assertThat(connect.isDone()).isFalse();
            loop.await(listener.prepareAccept());
            loop.pass(Duration.ofMillis(50));
            assertThat(connect.value().isOpen()).isTrue();
        }
    }

    @Test
    void timesOutAndLeavesNoFdBehind(Ring ring, Loop loop, Path directory) throws Exception {
        try (SocketChannels clients = new SocketChannels()) {
            AsyncListener listener = full(ring, loop, directory, clients);
            SocketAddress address = loop.await(listener.prepareLocalAddress());
            Outcome<AsyncSocket> connect =
                    loop.start(ring.net().prepareConnect(address).timeout(Duration.ofMillis(50)));
            loop.pass(Duration.ofMillis(70));
            assertThat(connect.failure(SocketTimeoutException.class)).hasMessageContaining(address.toString());
        }
    }

    @Test
    void cancelledItLeavesNoFdBehind(Ring ring, Loop loop, Path directory) throws Exception {
        try (SocketChannels clients = new SocketChannels()) {
            AsyncListener listener = full(ring, loop, directory, clients);
            SocketAddress address = loop.await(listener.prepareLocalAddress());
            List<Outcome<AsyncSocket>> connects = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                connects.add(loop.start(ring.net().prepareConnect(address)));
            }
            loop.pass(Duration.ofMillis(15));
            connects.forEach(Outcome::cancel);
            connects.forEach(connect -> connect.failure(CancellationException.class));
        }
    }

    @Test
    void aSocketClosedWhileConnectingEndsIt(Ring ring, Loop loop, Path directory) throws Exception {
        try (SocketChannels clients = new SocketChannels()) {
            AsyncListener listener = full(ring, loop, directory, clients);
            SocketAddress address = loop.await(listener.prepareLocalAddress());
            AsyncSocket socket = loop.await(ring.net().prepareSocket(StandardProtocolFamily.UNIX));
            Outcome<Void> connect = loop.start(socket.prepareConnect(address));
            loop.pass(Duration.ofMillis(15));
            socket.close();
            connect.failure(AsynchronousCloseException.class);
        }
    }

    @Test
    void cancelledAtAnyMomentItHasAValueOrNone(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncListener listener = loop.await(ring.net().prepareListen(Transport.TCP4.unused(directory)));
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        loop.start(listener.prepareAcceptEach(), AsyncSocket::close);
        for (int i = 0; i < 100; i++) {
            Outcome<AsyncSocket> connect = loop.start(ring.net().prepareConnect(address));
            for (int turn = 0; turn < i % 4; turn++) {
                loop.turn();
            }
            connect.cancel();
            if (connect.failure() == null) {
                connect.value().close();
            } else {
                connect.failure(CancellationException.class);
            }
        }
    }

    @Test
    void anUnreachableNetworkIsNamed(Ring ring, Loop loop) throws Exception {
        SocketAddress broadcast =
                new InetSocketAddress(InetAddress.getByAddress(new byte[] {-1, -1, -1, -1}), 9);
        Throwable failure = loop.start(ring.net().prepareConnect(broadcast)).failure(IOException.class);
        assertThat(failure).hasMessageContaining("255.255.255.255");
    }
}
