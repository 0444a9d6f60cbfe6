package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.ErrnoException;
import dev.ringway.Ring;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.IOException;
import java.net.BindException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@EveryBackend
class SocketTest {
    @EveryTransport
    @Parity({"operation/listen", "net/sync_socket_listener"})
    void isMadeBoundAndListensByHand(Transport transport, Ring ring, Loop loop, Path directory) throws Exception {
        AsyncSocket socket = loop.await(ring.net().prepareSocket(transport.family()));
        loop.await(socket.prepareBind(transport.unused(directory)));
        AsyncListener listener = loop.await(socket.prepareListen(5));
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        try (SocketChannel client = SocketChannel.open(address)) {
            assertThat(client.isConnected()).isTrue();
            loop.await(listener.prepareAccept()).close();
        }
    }

    @EveryTransport
    void unconnectedItCannotReceiveOrSend(Transport transport, Ring ring, Loop loop) {
        AsyncSocket socket = loop.await(ring.net().prepareSocket(transport.family()));
        Count receive = loop.start(socket.prepareReceive(loop.buffer(10)));
        assertThat(receive.failure(IOException.class)).hasMessageContaining("recv");
        Buf content = loop.bufferOf("content");
        Count send = loop.start(socket.prepareSend(content));
        assertThat(send.failure(SocketException.class)).hasMessageContaining("send");
        assertThat(content.readable()).isEqualTo(7);
    }

    @EveryTransport
    void anAddressIsTakenOnce(Transport transport, Ring ring, Loop loop, Path directory) {
        AsyncSocket first = loop.await(ring.net().prepareSocket(transport.family()));
        loop.await(first.prepareBind(transport.unused(directory)));
        SocketAddress taken = loop.await(first.prepareLocalAddress());
        AsyncSocket second = loop.await(ring.net().prepareSocket(transport.family()));
        BindException failure = loop.start(second.prepareBind(taken)).failure(BindException.class);
        assertThat(failure).hasMessageContaining("bind").hasMessageContaining(taken.toString());
    }

    @Test
    void listensOnlyOnce(Ring ring, Loop loop, Path directory) {
        AsyncSocket socket = loop.await(ring.net().prepareSocket(StandardProtocolFamily.INET));
        loop.await(socket.prepareBind(Transport.TCP4.unused(directory)));
        AsyncListener listener = loop.await(socket.prepareListen(1));
        assertThat(listener.toString()).contains("listener");
        assertThat(socket.toString()).contains("listener");
        listener.close();
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void anUnboundAddressOfAnotherHostIsRefused(Ring ring, Loop loop) throws Exception {
        AsyncSocket socket = loop.await(ring.net().prepareSocket(StandardProtocolFamily.INET));
        SocketAddress foreign = new java.net.InetSocketAddress(
                java.net.InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1}), 4711);
        assertThat(loop.start(socket.prepareBind(foreign)).failure(BindException.class))
                .hasMessageContaining("EADDRNOTAVAIL");
    }

    @Test
    void noFdIsInherited(Ring ring, Loop loop, TestBed bed) throws Exception {
        for (Transport transport : Transport.values()) {
            AsyncListener listener = loop.await(ring.net().prepareListen(transport.unused(bed.directory())));
            AsyncSocket near = loop.await(ring.net().prepareConnect(loop.await(listener.prepareLocalAddress())));
            AsyncSocket far = loop.await(listener.prepareAccept());
            loop.await(ring.net().prepareSocket(transport.family()));
            assertThat(near.isOpen() && far.isOpen()).isTrue();
        }
        assertThat(Fds.thatAreInherited(bed)).isEmpty();
    }

    @Test
    void aConnectedSocketDoesNotConnectAgain(Ring ring, Loop loop, Path directory) {
        AsyncListener listener = loop.await(ring.net().prepareListen(Transport.TCP4.unused(directory)));
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        AsyncSocket socket = loop.await(ring.net().prepareSocket(StandardProtocolFamily.INET));
        loop.await(socket.prepareConnect(address));
        loop.start(socket.prepareConnect(address)).failure(); // Linux may take note of the success only now
        ErrnoException failure = loop.start(socket.prepareConnect(address)).failure(ErrnoException.class);
        assertThat(failure.errnoName()).isEqualTo("EISCONN");
        assertThat(failure.call()).isEqualTo("connect");
    }
}
