package dev.ringway.internal.ffi;

import static dev.ringway.internal.ffi.generated.Linux.AF_INET;
import static dev.ringway.internal.ffi.generated.Linux.AF_INET6;
import static dev.ringway.internal.ffi.generated.Linux.AF_UNIX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SockaddrTest {

    private final Arena arena = Arena.ofConfined();
    private final long memory = arena.allocate(Sockaddr.BYTES + 8L, 8).address();

    @AfterEach
    void free() {
        arena.close();
    }

    @Test
    void ipv4HasTheKernelsBytes() throws IOException {
        InetSocketAddress address = inet("192.0.2.1", 0x1f90);
        assertThat(encoded(address, AF_INET())).isEqualTo(nativeFamily(2) + "1f90" + "c0000201" + "0".repeat(16));
        assertThat(Sockaddr.decode(memory, 16)).isEqualTo(address);
    }

    @Test
    void ipv6HasTheKernelsBytes() throws IOException {
        InetSocketAddress address = inet("2001:db8::5", 65_535);
        assertThat(encoded(address, AF_INET6()))
                .isEqualTo(nativeFamily(10) + "ffff" + "00000000" + "20010db8000000000000000000000005" + "00000000");
        assertThat(Sockaddr.decode(memory, 28)).isEqualTo(address);
    }

    @Test
    void theScopeOfAnIpv6AddressSurvives() throws IOException {
        byte[] linkLocal = InetAddress.getByName("fe80::1").getAddress();
        InetSocketAddress address = new InetSocketAddress(Inet6Address.getByAddress(null, linkLocal, 7), 80);
        int length = Sockaddr.encode(address, AF_INET6(), memory, "connect(2)");
        InetSocketAddress decoded = (InetSocketAddress) Sockaddr.decode(memory, length);
        assertThat(((Inet6Address) decoded.getAddress()).getScopeId()).isEqualTo(7);
        assertThat(decoded).isEqualTo(address);
    }

    @Test
    void ipv4OnAnIpv6SocketIsMapped() throws IOException {
        InetSocketAddress address = inet("127.0.0.1", 80);
        assertThat(encoded(address, AF_INET6()))
                .isEqualTo(nativeFamily(10) + "0050" + "00000000" + "00000000000000000000ffff7f000001" + "00000000");
        assertThat(Sockaddr.decode(memory, 28)).isEqualTo(address);
    }

    @Test
    void theIpv4WildcardOnAnIpv6SocketIsTheIpv6Wildcard() throws IOException {
        assertThat(encoded(inet("0.0.0.0", 80), AF_INET6()))
                .isEqualTo(nativeFamily(10) + "0050" + "0".repeat(48));
        assertThat(Sockaddr.decode(memory, 28)).isEqualTo(inet("::", 80));
    }

    @Test
    void unixPathsHaveTheirExactLength() throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of("/run/ünix.sock");
        byte[] path = "/run/ünix.sock".getBytes(StandardCharsets.UTF_8);
        int length = Sockaddr.encode(address, AF_UNIX(), memory, "bind(2)");
        assertThat(length).isEqualTo(2 + path.length + 1);
        assertThat(Sockaddr.decode(memory, length)).isEqualTo(address);
        assertThat(Sockaddr.decode(memory, length - 1)).as("without the NUL").isEqualTo(address);
    }

    @Test
    void unixPathsOf107BytesFitAndOf108DoNot() throws IOException {
        UnixDomainSocketAddress longest = UnixDomainSocketAddress.of("/" + "a".repeat(106));
        int length = Sockaddr.encode(longest, AF_UNIX(), memory, "bind(2)");
        assertThat(length).isEqualTo(110);
        assertThat(Sockaddr.decode(memory, length)).isEqualTo(longest);
        // The kernel may fill the field to its end and then leave out the NUL
        Memory.putByte(memory + 109, (byte) 'b');
        assertThat(Sockaddr.decode(memory, length)).hasToString("/" + "a".repeat(106) + "b");

        UnixDomainSocketAddress tooLong = UnixDomainSocketAddress.of("/" + "a".repeat(107));
        assertThatThrownBy(() -> Sockaddr.encode(tooLong, AF_UNIX(), memory, "bind(2)"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bind(2) to /aaa")
                .hasMessageContaining("108 bytes")
                .hasMessageContaining("107 at most")
                .hasMessageContaining("use a shorter one");
    }

    @Test
    void theUnnamedUnixAddressHasNoPath() throws IOException {
        UnixDomainSocketAddress unnamed = UnixDomainSocketAddress.of("");
        assertThat(Sockaddr.encode(unnamed, AF_UNIX(), memory, "bind(2)")).isEqualTo(2);
        assertThat(Sockaddr.decode(memory, 2)).isEqualTo(unnamed);
    }

    @Test
    void anAbstractNameReadsAsUnnamed() throws IOException {
        Memory.putShort(memory, (short) AF_UNIX());
        Memory.copy(new byte[] {0, 'a', 'b'}, 0, memory + 2, 3);
        assertThat(Sockaddr.decode(memory, 5)).isEqualTo(UnixDomainSocketAddress.of(""));
    }

    @Test
    void encodingLeavesNothingOfAnEarlierAddress() throws IOException {
        Memory.fill(memory, Sockaddr.BYTES + 8L, (byte) 0xff);
        Sockaddr.encode(inet("192.0.2.1", 1), AF_INET(), memory, "connect(2)");
        for (int i = 8; i < Sockaddr.BYTES; i++) {
            assertThat(Memory.getByte(memory + i)).isZero();
        }
        assertThat(Memory.getLong(memory + Sockaddr.BYTES)).as("behind the room").isEqualTo(-1);
    }

    @Test
    void anUnresolvedNameIsRefused() {
        InetSocketAddress address = InetSocketAddress.createUnresolved("nowhere.example", 80);
        assertThatThrownBy(() -> Sockaddr.family(address, "connect(2)"))
                .isInstanceOf(UnresolvedAddressException.class)
                .hasMessageContaining("connect(2)")
                .hasMessageContaining("nowhere.example")
                .hasMessageContaining("resolve it first");
        assertThatThrownBy(() -> Sockaddr.encode(address, AF_INET(), memory, "connect(2)"))
                .isInstanceOf(UnresolvedAddressException.class);
    }

    @Test
    void anAddressOfAnotherFamilyThanTheSocketIsRefused() throws UnknownHostException {
        refused(inet("::1", 80), AF_INET(), "IPv6 and the socket is IPv4");
        refused(inet("::", 80), AF_INET(), "IPv6 and the socket is IPv4");
        refused(inet("127.0.0.1", 80), AF_UNIX(), "IPv4 and the socket is unix");
        refused(UnixDomainSocketAddress.of("/a"), AF_INET(), "unix and the socket is IPv4");
        refused(UnixDomainSocketAddress.of("/a"), AF_INET6(), "unix and the socket is IPv6");
    }

    @Test
    void anAddressOfAnUnknownKindIsRefused() {
        SocketAddress own = new SocketAddress() {
            private static final long serialVersionUID = 1;

            @Override
            public String toString() {
                return "carrier pigeon";
            }
        };
        refused(own, AF_INET(), "carrier pigeon");
    }

    private void refused(SocketAddress address, int family, String text) {
        assertThatThrownBy(() -> Sockaddr.encode(address, family, memory, "connect(2)"))
                .isInstanceOf(UnsupportedAddressTypeException.class)
                .hasMessageContaining("connect(2)")
                .hasMessageContaining(text);
        assertThatThrownBy(() -> Sockaddr.check(address, family, "connect(2)"))
                .isInstanceOf(UnsupportedAddressTypeException.class);
    }

    @Test
    void familiesFollowTheAddress() throws UnknownHostException {
        assertThat(Sockaddr.family(inet("127.0.0.1", 1), "socket(2)")).isEqualTo(AF_INET());
        assertThat(Sockaddr.family(inet("::1", 1), "socket(2)")).isEqualTo(AF_INET6());
        assertThat(Sockaddr.family(UnixDomainSocketAddress.of("a"), "socket(2)")).isEqualTo(AF_UNIX());
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1, 129, Integer.MAX_VALUE})
    void aLengthThatIsNoAddressIsAnError(int length) {
        Memory.putShort(memory, (short) AF_UNIX());
        assertThatThrownBy(() -> Sockaddr.decode(memory, length))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining(length + " bytes");
    }

    @Test
    void aTruncatedAddressIsAnError() {
        Memory.putShort(memory, (short) AF_INET());
        assertThatThrownBy(() -> Sockaddr.decode(memory, 15))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("15 bytes")
                .hasMessageContaining("IPv4");
        Memory.putShort(memory, (short) AF_INET6());
        assertThatThrownBy(() -> Sockaddr.decode(memory, 27))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("27 bytes")
                .hasMessageContaining("IPv6");
    }

    @Test
    void anUnknownFamilyIsAnError() {
        Memory.putShort(memory, (short) 0xfff0);
        assertThatThrownBy(() -> Sockaddr.decode(memory, 16))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("family 65520");
    }

    private String encoded(SocketAddress address, int family) {
        byte[] bytes = new byte[Sockaddr.encode(address, family, memory, "bind(2)")];
        Memory.copy(memory, bytes, 0, bytes.length);
        return HexFormat.of().formatHex(bytes);
    }

    private static InetSocketAddress inet(String host, int port) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }

    /** The family is the one field in native order; both known architectures are little-endian. */
    private static String nativeFamily(int family) {
        return HexFormat.of().toHexDigits((byte) family) + "00";
    }
}
