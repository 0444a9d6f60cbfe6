package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Ring;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Parity;
import dev.ringway.testing.Transport;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@EveryBackend
class AddressTest {
    @EveryTransport
    @Parity({"operation/local_addr", "operation/peer_addr", "net/socket_name", "beyond/ipv6_address"})
    void bothEndsAgree(Transport transport, Ring ring, Loop loop, Path directory) {
        AsyncListener listener = loop.await(ring.net().prepareListen(transport.unused(directory)));
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        AsyncSocket near = loop.await(ring.net().prepareConnect(address));
        AsyncSocket far = loop.await(listener.prepareAccept());
        assertThat(loop.await(near.preparePeerAddress())).isEqualTo(address);
        assertThat(loop.await(far.prepareLocalAddress())).isEqualTo(address);
        assertThat(loop.await(near.prepareLocalAddress())).isEqualTo(loop.await(far.preparePeerAddress()));
    }

    @Test
    void anUnboundSocketHasTheWildcard(Ring ring, Loop loop) {
        AsyncSocket socket = loop.await(ring.net().prepareSocket(StandardProtocolFamily.INET));
        InetSocketAddress address = (InetSocketAddress) loop.await(socket.prepareLocalAddress());
        assertThat(address.getAddress().isAnyLocalAddress()).isTrue();
        assertThat(address.getPort()).isZero();
    }

    @Test
    @Parity("beyond/unix_unnamed_address")
    void anUnnamedUnixSocketHasTheEmptyPath(Ring ring, Loop loop) {
        AsyncSocket socket = loop.await(ring.net().prepareSocket(StandardProtocolFamily.UNIX));
        assertThat(loop.await(socket.prepareLocalAddress())).isEqualTo(UnixDomainSocketAddress.of(""));
    }

    @EveryTransport
    void withoutAPeerThereIsNoPeerAddress(Transport transport, Ring ring, Loop loop) {
        AsyncSocket socket = loop.await(ring.net().prepareSocket(transport.family()));
        assertThat(loop.start(socket.preparePeerAddress()).failure(SocketException.class))
                .hasMessageContaining("getpeername").hasMessageContaining("ENOTCONN");
    }

    @Test
    void aMappedAddressReadsAsIpv4(Ring ring, Loop loop, Path directory) {
        AsyncListener listener = loop.await(ring.net().prepareListen(Transport.TCP4.unused(directory)));
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        AsyncSocket socket = loop.await(ring.net().prepareSocket(StandardProtocolFamily.INET6));
        loop.await(socket.prepareConnect(address));
        assertThat(loop.await(socket.preparePeerAddress())).isEqualTo(address);
    }

    @Test
    @Parity("beyond/unix_path_address")
    void aUnixPathOfTheGreatestLengthWorks(Ring ring, Loop loop, Path directory) {
        String name = "x".repeat(107 - directory.toString().length() - 1);
        SocketAddress longest = UnixDomainSocketAddress.of(directory.resolve(name));
        AsyncListener listener = loop.await(ring.net().prepareListen(longest));
        assertThat(loop.await(listener.prepareLocalAddress())).isEqualTo(longest);
        AsyncSocket socket = loop.await(ring.net().prepareConnect(longest));
        assertThat(loop.await(socket.preparePeerAddress())).isEqualTo(longest);
    }
}
