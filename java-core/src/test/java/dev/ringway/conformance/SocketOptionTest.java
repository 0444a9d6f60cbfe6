package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.ErrnoException;
import dev.ringway.MoreSocketOptions;
import dev.ringway.Ring;
import dev.ringway.SocketProtocol;
import dev.ringway.SocketType;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@EveryBackend
class SocketOptionTest {
    /// As `jdk.net.ExtendedSocketOptions` has it, whose module this one does without.
    private static SocketOption<Integer> extended(String name) {
        return new SocketOption<>() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Class<Integer> type() {
                return Integer.class;
            }
        };
    }

    private static AsyncSocket tcp(Ring ring, Loop loop) {
        return loop.await(ring.net().prepareSocket(StandardProtocolFamily.INET));
    }

    /// What it is at first, and after it was set.
    private static <T> void isSet(Ring ring, Loop loop, SocketOption<T> option, T first, T value, T then) {
        AsyncSocket socket = tcp(ring, loop);
        if (first != null) {
            assertThat(loop.await(socket.prepareOption(option))).isEqualTo(first);
        }
        loop.await(socket.prepareSetOption(option, value));
        assertThat(loop.await(socket.prepareOption(option))).isEqualTo(then);
    }

    @Test
    @Parity({"operation/socket_option", "operation/set_socket_option", "option/KeepAlive",
            "net_options/socket_option_keep_alive"})
    void keepAlive(Ring ring, Loop loop) {
        isSet(ring, loop, StandardSocketOptions.SO_KEEPALIVE, false, true, true);
    }

    @Test
    @Parity({"option/ReuseAddress", "net_options/socket_option_reuse_address"})
    void reuseAddress(Ring ring, Loop loop) {
        isSet(ring, loop, StandardSocketOptions.SO_REUSEADDR, false, true, true);
    }

    @Test
    @Parity({"option/ReusePort", "net_options/socket_option_reuse_port"})
    void reusePort(Ring ring, Loop loop) {
        isSet(ring, loop, StandardSocketOptions.SO_REUSEPORT, false, true, true);
    }

    @Test
    @Parity({"option/Linger", "net_options/socket_option_linger"})
    void linger(Ring ring, Loop loop) {
        isSet(ring, loop, StandardSocketOptions.SO_LINGER, -1, 10, 10);
        isSet(ring, loop, StandardSocketOptions.SO_LINGER, -1, 0, 0);
        isSet(ring, loop, StandardSocketOptions.SO_LINGER, -1, -1, -1);
    }

    /// The tests run on Linux, which keeps twice as much.
    @Test
    @Parity({"option/RecvBuf", "net_options/socket_option_recv_buf"})
    void receiveBuffer(Ring ring, Loop loop) {
        isSet(ring, loop, StandardSocketOptions.SO_RCVBUF, null, 4096, 8192);
    }

    @Test
    @Parity({"option/SendBuf", "net_options/socket_option_send_buf"})
    void sendBuffer(Ring ring, Loop loop) {
        isSet(ring, loop, StandardSocketOptions.SO_SNDBUF, null, 4096, 8192);
    }

    @Test
    @Parity({"option/RecvLowWater", "net_options/socket_option_recv_low_water"})
    void receiveLowWater(Ring ring, Loop loop) {
        isSet(ring, loop, MoreSocketOptions.SO_RCVLOWAT, 1, 4096, 4096);
    }

    @Test
    @Parity({"option/SendLowWater", "net_options/socket_option_send_low_water"})
    void sendLowWaterIsForReading(Ring ring, Loop loop) {
        AsyncSocket socket = tcp(ring, loop);
        assertThat(loop.await(socket.prepareOption(MoreSocketOptions.SO_SNDLOWAT))).isGreaterThanOrEqualTo(1);
        ErrnoException refused = loop.start(socket.prepareSetOption(MoreSocketOptions.SO_SNDLOWAT, 2))
                .failure(ErrnoException.class);
        assertThat(refused.errnoName()).isEqualTo("ENOPROTOOPT");
        assertThat(refused).hasMessageContaining("SO_SNDLOWAT");
    }

    @Test
    @Parity({"option/IncomingCpu", "net_options/socket_option_incoming_cpu"})
    void incomingCpu(Ring ring, Loop loop) {
        isSet(ring, loop, MoreSocketOptions.SO_INCOMING_CPU, -1, 0, 0);
    }

    @Test
    @Parity({"option/TcpCork", "net_options/socket_option_tcp_cork"})
    void cork(Ring ring, Loop loop) {
        isSet(ring, loop, MoreSocketOptions.TCP_CORK, false, true, true);
    }

    @Test
    @Parity({"option/TcpNoDelay", "net_options/socket_option_tcp_no_delay"})
    void noDelay(Ring ring, Loop loop) {
        isSet(ring, loop, StandardSocketOptions.TCP_NODELAY, false, true, true);
    }

    @Test
    @Parity({"option/TcpKeepAliveCount", "option/TcpKeepAliveIdle", "option/TcpKeepAliveInterval",
            "net_options/socket_option_tcp_keep_alive_count", "net_options/socket_option_tcp_keep_alive_idle",
            "net_options/socket_option_tcp_keep_alive_interval"})
    void keepAliveTimes(Ring ring, Loop loop) {
        isSet(ring, loop, extended("TCP_KEEPCOUNT"), null, 10, 10);
        isSet(ring, loop, extended("TCP_KEEPIDLE"), null, 1, 1);
        isSet(ring, loop, extended("TCP_KEEPINTERVAL"), null, 1, 1);
        AsyncSocket socket = tcp(ring, loop); // each is another one
        loop.await(socket.prepareSetOption(extended("TCP_KEEPIDLE"), 21));
        loop.await(socket.prepareSetOption(extended("TCP_KEEPINTERVAL"), 22));
        loop.await(socket.prepareSetOption(extended("TCP_KEEPCOUNT"), 23));
        assertThat(loop.await(socket.prepareOption(extended("TCP_KEEPIDLE")))).isEqualTo(21);
        assertThat(loop.await(socket.prepareOption(extended("TCP_KEEPINTERVAL")))).isEqualTo(22);
        assertThat(loop.await(socket.prepareOption(extended("TCP_KEEPCOUNT")))).isEqualTo(23);
    }

    @Test
    @Parity({"option/Error", "net_options/socket_option_error"})
    void theErrorIsToldOnce(Ring ring, Loop loop, TestBed bed, Caps caps) {
        assertThat(loop.await(tcp(ring, loop).prepareOption(MoreSocketOptions.SO_ERROR))).isEmpty();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        pair.farResets();
        loop.linger(20);
        Optional<IOException> error = loop.await(pair.near().prepareOption(MoreSocketOptions.SO_ERROR));
        if (caps.has(Cap.LEAVES_SOCKET_ERRORS)) {
            assertThat(error.orElseThrow()).isInstanceOf(ErrnoException.class).hasMessageContaining("ECONNRESET");
        } else {
            assertThat(error).isEmpty();
        }
        assertThat(loop.await(pair.near().prepareOption(MoreSocketOptions.SO_ERROR))).isEmpty();
    }

    @EveryTransport
    @Parity({"option/Type", "option/Domain", "option/Protocol", "net_options/socket_option_type",
            "net_options/socket_option_domain", "net_options/socket_option_protocol"})
    void whatTheSocketIs(Transport transport, Ring ring, Loop loop) {
        AsyncSocket stream = loop.await(ring.net().prepareSocket(transport.family()));
        assertThat(loop.await(stream.prepareOption(MoreSocketOptions.SO_TYPE))).isEqualTo(SocketType.STREAM);
        assertThat(loop.await(stream.prepareOption(MoreSocketOptions.SO_DOMAIN))).isEqualTo(transport.family());
        assertThat(loop.await(stream.prepareOption(MoreSocketOptions.SO_PROTOCOL)))
                .isEqualTo(transport == Transport.UNIX ? SocketProtocol.DEFAULT : SocketProtocol.TCP);
        AsyncSocket messages = loop.await(ring.net().prepareSocket(transport.family(), SocketType.DATAGRAM));
        assertThat(loop.await(messages.prepareOption(MoreSocketOptions.SO_TYPE))).isEqualTo(SocketType.DATAGRAM);
        assertThat(loop.await(messages.prepareOption(MoreSocketOptions.SO_PROTOCOL)))
                .isEqualTo(transport == Transport.UNIX ? SocketProtocol.DEFAULT : SocketProtocol.UDP);
    }

    @EveryTransport
    @Parity({"option/Accept", "net_options/socket_option_accept"})
    void whetherItListens(Transport transport, Ring ring, Loop loop, Path directory) {
        AsyncSocket socket = loop.await(ring.net().prepareSocket(transport.family()));
        assertThat(loop.await(socket.prepareOption(MoreSocketOptions.SO_ACCEPTCONN))).isFalse();
        AsyncListener listener = loop.await(ring.net().prepareListen(transport.unused(directory)));
        assertThat(loop.await(listener.prepareOption(MoreSocketOptions.SO_ACCEPTCONN))).isTrue();
    }

    // ---- options of what is about to be made

    @Test
    void connectionsHaveNoDelayOfTheirOwn(Ring ring, Loop loop, Path directory) {
        SocketOption<Boolean> noDelay = StandardSocketOptions.TCP_NODELAY;
        AsyncListener listener = loop.await(ring.net().prepareListen(Transport.TCP4.unused(directory)));
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        AsyncSocket near = loop.await(ring.net().prepareConnect(address));
        AsyncSocket far = loop.await(listener.prepareAccept());
        assertThat(loop.await(near.prepareOption(noDelay))).isTrue();
        assertThat(loop.await(far.prepareOption(noDelay))).isTrue();

        listener = loop.await(ring.net().prepareListen(Transport.TCP6.unused(directory)).option(noDelay, false));
        address = loop.await(listener.prepareLocalAddress());
        near = loop.await(ring.net().prepareConnect(address).option(noDelay, false));
        far = loop.await(listener.prepareAccept());
        assertThat(loop.await(near.prepareOption(noDelay))).isFalse();
        assertThat(loop.await(far.prepareOption(noDelay))).isFalse();
    }

    @Test
    void connectionsHaveTheOptionsOfTheirListener(Ring ring, Loop loop, Path directory) {
        AsyncListener listener = loop.await(ring.net().prepareListen(Transport.TCP4.unused(directory))
                .option(StandardSocketOptions.SO_KEEPALIVE, true)
                .option(StandardSocketOptions.SO_REUSEADDR, false));
        assertThat(loop.await(listener.prepareOption(StandardSocketOptions.SO_REUSEADDR))).isFalse();
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        AsyncSocket near = loop.await(ring.net().prepareConnect(address).option(StandardSocketOptions.SO_RCVBUF, 4096));
        AsyncSocket far = loop.await(listener.prepareAccept());
        assertThat(loop.await(near.prepareOption(StandardSocketOptions.SO_RCVBUF))).isEqualTo(8192);
        assertThat(loop.await(far.prepareOption(StandardSocketOptions.SO_KEEPALIVE))).isTrue();
        AsyncSocket socket = loop.await(ring.net().prepareSocket(StandardProtocolFamily.INET)
                .option(StandardSocketOptions.TCP_NODELAY, true));
        assertThat(loop.await(socket.prepareOption(StandardSocketOptions.TCP_NODELAY))).isTrue();
    }

    @Test
    void aRefusedOptionLeavesNothingBehind(Ring ring, Loop loop, Path directory) {
        SocketOption<Integer> odd = MoreSocketOptions.numbered("SO_ODD", 1, 9999);
        SocketAddress address = Transport.TCP4.unused(directory);
        assertThat(loop.start(ring.net().prepareListen(address).option(odd, 1)).failure(ErrnoException.class))
                .hasMessageContaining("setsockopt");
        assertThat(loop.start(ring.net().prepareConnect(address).option(odd, 1)).failure(ErrnoException.class))
                .hasMessageContaining("setsockopt");
        assertThat(loop.start(ring.net().prepareSocket(StandardProtocolFamily.INET).option(odd, 1))
                .failure(ErrnoException.class)).hasMessageContaining("setsockopt");
    }

    // ---- what is refused

    @Test
    void anUnknownOptionIsRefusedBeforeAnyCall(Ring ring, Loop loop) {
        AsyncSocket socket = tcp(ring, loop);
        int calls = loop.sys().count();
        assertThatThrownBy(() -> socket.prepareOption(StandardSocketOptions.IP_MULTICAST_IF))
                .isInstanceOf(UnsupportedOperationException.class).hasMessageContaining("IP_MULTICAST_IF");
        assertThatThrownBy(() -> socket.prepareSetOption(MoreSocketOptions.SO_TYPE, SocketType.STREAM))
                .isInstanceOf(UnsupportedOperationException.class).hasMessageContaining("SO_TYPE");
        assertThatThrownBy(() -> socket.prepareSetOption(StandardSocketOptions.SO_RCVBUF, -1))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("SO_RCVBUF");
        assertThatThrownBy(() -> socket.prepareSetOption(StandardSocketOptions.SO_LINGER, 70_000))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("SO_LINGER");
        assertThat(loop.sys().count()).isEqualTo(calls);
    }

    /// What the kernel says of a bad argument is not taken for a kernel that is too old.
    @Test
    @Parity("defect/genuine_einval_is_einval")
    void aGenuineEinvalIsEinval(Ring ring, Loop loop) {
        AsyncSocket socket = tcp(ring, loop);
        ErrnoException refused = loop.start(socket.prepareSetOption(extended("TCP_KEEPCOUNT"), 0))
                .failure(ErrnoException.class);
        assertThat(refused.errnoName()).isEqualTo("EINVAL");
        assertThat(refused.getMessage()).doesNotContain("kernel");
    }

    @Test
    void anOptionOfAnotherProtocolFails(Ring ring, Loop loop) {
        AsyncSocket unix = loop.await(ring.net().prepareSocket(StandardProtocolFamily.UNIX));
        assertThat(loop.start(unix.prepareOption(StandardSocketOptions.TCP_NODELAY)).failure(IOException.class))
                .hasMessageContaining("TCP_NODELAY");
    }

    @Test
    void anyOtherOptionGoesByItsNumbers(Ring ring, Loop loop) {
        isSet(ring, loop, MoreSocketOptions.numbered("IP_TOS", 0, 1), 0, 16, 16);
    }

    @Test
    void ofAClosedSocketThereIsNone(Ring ring, Loop loop) {
        AsyncSocket socket = tcp(ring, loop);
        socket.close();
        loop.start(socket.prepareOption(StandardSocketOptions.TCP_NODELAY)).failure(ClosedChannelException.class);
    }
}
