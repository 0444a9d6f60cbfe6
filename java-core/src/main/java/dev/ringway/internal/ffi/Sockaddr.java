package dev.ringway.internal.ffi;

import static dev.ringway.internal.ffi.generated.Linux.AF_INET;
import static dev.ringway.internal.ffi.generated.Linux.AF_INET6;
import static dev.ringway.internal.ffi.generated.Linux.AF_UNIX;
import static dev.ringway.internal.ffi.generated.Linux.SOCKADDR_FAMILY;
import static dev.ringway.internal.ffi.generated.Linux.SOCKADDR_IN6_ADDR;
import static dev.ringway.internal.ffi.generated.Linux.SOCKADDR_IN6_BYTES;
import static dev.ringway.internal.ffi.generated.Linux.SOCKADDR_IN6_PORT;
import static dev.ringway.internal.ffi.generated.Linux.SOCKADDR_IN6_SCOPE_ID;
import static dev.ringway.internal.ffi.generated.Linux.SOCKADDR_IN_ADDR;
import static dev.ringway.internal.ffi.generated.Linux.SOCKADDR_IN_BYTES;
import static dev.ringway.internal.ffi.generated.Linux.SOCKADDR_IN_PORT;
import static dev.ringway.internal.ffi.generated.Linux.SOCKADDR_UN_BYTES;
import static dev.ringway.internal.ffi.generated.Linux.SOCKADDR_UN_PATH;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Socket addresses as the kernel takes and gives them: {@code sockaddr_in}, {@code sockaddr_in6}, {@code sockaddr_un}.
 *
 * <p>Encoding follows the socket's family, not the address's: an IPv4 address on an IPv6 socket is written in its
 * mapped form ({@code ::ffff:192.0.2.1}), and the IPv4 wildcard becomes the IPv6 one, so that a listener made from a
 * port alone takes both. Everything that has no encoding is refused before any system call.
 */
public final class Sockaddr {

    /** Room for any address, as {@code sockaddr_storage} has. */
    public static final int BYTES = 128;

    /** The longest path of a unix socket in bytes; the kernel's field holds one more, for the NUL. */
    public static final int MAX_UNIX_PATH_BYTES = SOCKADDR_UN_BYTES() - SOCKADDR_UN_PATH() - 1;

    private static final int MAPPED_PREFIX_BYTES = 12;

    private Sockaddr() {}

    /**
     * Returns the family that a socket for this address has: {@code AF_INET}, {@code AF_INET6} or {@code AF_UNIX}.
     *
     * @param call what the address is for, such as "connect(2)", for the message
     * @throws UnresolvedAddressException if the host name was not resolved
     * @throws UnsupportedAddressTypeException if it is of another kind
     */
    public static int family(SocketAddress address, String call) {
        return switch (address) {
            case InetSocketAddress inet -> resolved(inet, call) instanceof Inet6Address ? AF_INET6() : AF_INET();
            case UnixDomainSocketAddress _ -> AF_UNIX();
            default -> throw new Unsupported(call + " to " + address + ": " + address.getClass().getName()
                    + " is neither an InetSocketAddress nor a UnixDomainSocketAddress");
        };
    }

    /** Returns the exception for an address that a socket cannot use. */
    public static UnsupportedAddressTypeException unsupported(String message) {
        return new Unsupported(message);
    }

    /**
     * Throws what {@link #encode} would throw, so that misuse shows before a socket is touched.
     *
     * @param family the family of the socket
     * @param call what the address is for, such as "connect(2)", for the message
     */
    public static void check(SocketAddress address, int family, String call) {
        int own = family(address, call);
        if (own != family && !(own == AF_INET() && family == AF_INET6())) {
            throw new Unsupported(call + " to " + address + ": the address is " + familyName(own)
                    + " and the socket is " + familyName(family) + "; make the socket for the family of its address");
        }
        if (address instanceof UnixDomainSocketAddress unix) {
            unixPath(unix, call);
        }
    }

    /**
     * Writes an address for a socket of {@code family} to at most {@link #BYTES} at {@code memory}; returns its length.
     *
     * @param call what the address is for, such as "connect(2)", for the message
     * @throws UnresolvedAddressException if the host name was not resolved
     * @throws UnsupportedAddressTypeException if a socket of this family cannot use it
     * @throws IllegalArgumentException if the path of a unix socket is too long or not valid as a path
     */
    public static int encode(SocketAddress address, int family, long memory, String call) {
        check(address, family, call);
        Memory.fill(memory, BYTES, (byte) 0);
        Memory.putShort(memory + SOCKADDR_FAMILY(), (short) family);
        if (address instanceof InetSocketAddress inet) {
            InetAddress host = resolved(inet, call);
            return family == AF_INET6()
                    ? encodeInet6(host, inet.getPort(), memory)
                    : encodeInet4(host, inet.getPort(), memory);
        }
        byte[] path = unixPath((UnixDomainSocketAddress) address, call);
        Memory.copy(path, 0, memory + SOCKADDR_UN_PATH(), path.length);
        return SOCKADDR_UN_PATH() + path.length;
    }

    private static int encodeInet4(InetAddress host, int port, long memory) {
        putPort(memory + SOCKADDR_IN_PORT(), port);
        Memory.copy(host.getAddress(), 0, memory + SOCKADDR_IN_ADDR(), Integer.BYTES);
        return SOCKADDR_IN_BYTES();
    }

    private static int encodeInet6(InetAddress host, int port, long memory) {
        putPort(memory + SOCKADDR_IN6_PORT(), port);
        long to = memory + SOCKADDR_IN6_ADDR();
        byte[] bytes = host.getAddress();
        if (host instanceof Inet6Address inet6) {
            Memory.copy(bytes, 0, to, bytes.length);
            Memory.putInt(memory + SOCKADDR_IN6_SCOPE_ID(), inet6.getScopeId());
        } else if (!host.isAnyLocalAddress()) {
            Memory.putShort(to + MAPPED_PREFIX_BYTES - Short.BYTES, (short) 0xffff);
            Memory.copy(bytes, 0, to + MAPPED_PREFIX_BYTES, bytes.length);
        }
        return SOCKADDR_IN6_BYTES();
    }

    /**
     * Reads an address that the kernel wrote. A mapped IPv4 address reads as IPv4. An unnamed unix address, and an
     * abstract one, whose name no path can hold, read as the empty path.
     *
     * @param length what the kernel said; beyond {@link #BYTES} it means that the address was cut off
     * @throws SocketException if the length does not fit the family, or the family is unknown
     */
    public static SocketAddress decode(long memory, int length) throws SocketException {
        if (length < SOCKADDR_FAMILY() + Short.BYTES || length > BYTES) {
            throw new SocketException("the kernel gave a socket address of " + length + " bytes, which is none");
        }
        int family = Short.toUnsignedInt(Memory.getShort(memory + SOCKADDR_FAMILY()));
        if (family == AF_INET()) {
            requireLength(length, SOCKADDR_IN_BYTES(), family);
            return new InetSocketAddress(
                    inetAddress(memory + SOCKADDR_IN_ADDR(), Integer.BYTES, 0), port(memory + SOCKADDR_IN_PORT()));
        }
        if (family == AF_INET6()) {
            requireLength(length, SOCKADDR_IN6_BYTES(), family);
            int scope = Memory.getInt(memory + SOCKADDR_IN6_SCOPE_ID());
            return new InetSocketAddress(
                    inetAddress(memory + SOCKADDR_IN6_ADDR(), 16, scope), port(memory + SOCKADDR_IN6_PORT()));
        }
        if (family == AF_UNIX()) {
            return unixAddress(memory + SOCKADDR_UN_PATH(), length - SOCKADDR_UN_PATH());
        }
        throw new SocketException("the kernel gave a socket address of family " + family
                + ", which is neither IPv4 nor IPv6 nor unix");
    }

    private static void requireLength(int length, int wanted, int family) throws SocketException {
        if (length < wanted) {
            throw new SocketException("the kernel gave " + length + " bytes of an address that is "
                    + familyName(family) + " and takes " + wanted);
        }
    }

    private static InetAddress inetAddress(long memory, int bytes, int scope) throws SocketException {
        byte[] raw = new byte[bytes];
        Memory.copy(memory, raw, 0, bytes);
        try {
            InetAddress plain = InetAddress.getByAddress(raw);
            return scope != 0 && plain instanceof Inet6Address ? Inet6Address.getByAddress(null, raw, scope) : plain;
        } catch (UnknownHostException e) {
            throw new SocketException("an address of " + bytes + " bytes", e);
        }
    }

    private static UnixDomainSocketAddress unixAddress(long memory, int room) {
        int length = 0;
        while (length < room && Memory.getByte(memory + length) != 0) {
            length++;
        }
        byte[] path = new byte[length];
        Memory.copy(memory, path, 0, length);
        return UnixDomainSocketAddress.of(NativePath.path(path));
    }

    /** Returns the path with its NUL, or nothing for the unnamed address. */
    private static byte[] unixPath(UnixDomainSocketAddress address, String call) {
        Path path = address.getPath();
        if (path.toString().isEmpty()) {
            return new byte[0];
        }
        byte[] bytes;
        try {
            bytes = NativePath.bytes(path);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(call + " to " + address + ": " + e.getMessage(), e);
        }
        if (bytes.length - 1 > MAX_UNIX_PATH_BYTES) {
            throw new IllegalArgumentException(call + " to " + address + ": the path takes " + (bytes.length - 1)
                    + " bytes and a unix socket's path " + MAX_UNIX_PATH_BYTES
                    + " at most; use a shorter one, or one relative to the working directory");
        }
        return bytes;
    }

    private static InetAddress resolved(InetSocketAddress address, String call) {
        InetAddress host = address.getAddress();
        if (host == null) {
            throw new Unresolved(call + " to " + address + ": the host name is not resolved; resolve it first, with"
                    + " new InetSocketAddress(host, port) or InetAddress.getAllByName(host)");
        }
        return host;
    }

    private static int port(long memory) {
        return Byte.toUnsignedInt(Memory.getByte(memory)) << 8 | Byte.toUnsignedInt(Memory.getByte(memory + 1));
    }

    private static void putPort(long memory, int port) {
        Memory.putByte(memory, (byte) (port >> 8));
        Memory.putByte(memory + 1, (byte) port);
    }

    private static String familyName(int family) {
        if (family == AF_INET()) {
            return "IPv4";
        }
        if (family == AF_INET6()) {
            return "IPv6";
        }
        return family == AF_UNIX() ? "unix" : "family " + family;
    }

    /** The JDK's exception, which takes no message, with one. */
    private static final class Unsupported extends UnsupportedAddressTypeException {

        private static final long serialVersionUID = 1;

        private final String message;

        Unsupported(String message) {
            this.message = message;
        }

        @Override
        public String getMessage() {
            return message;
        }
    }

    /** The JDK's exception, which takes no message, with one. */
    private static final class Unresolved extends UnresolvedAddressException {

        private static final long serialVersionUID = 1;

        private final String message;

        Unresolved(String message) {
            this.message = message;
        }

        @Override
        public String getMessage() {
            return message;
        }
    }
}
