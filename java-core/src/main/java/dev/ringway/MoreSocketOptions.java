package dev.ringway;

import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.SocketOption;
import java.util.Objects;
import java.util.Optional;

/// The socket options beyond those of [java.net.StandardSocketOptions] and `jdk.net.ExtendedSocketOptions`, for
/// [AsyncSocket#option] and its kin. See `man 7 socket`, `man 7 tcp`.
public final class MoreSocketOptions {
    /// How many bytes have to be there before a socket counts as readable. Receives are attempted all the same.
    public static final SocketOption<Integer> SO_RCVLOWAT = new Named<>("SO_RCVLOWAT", Integer.class);
    /// How many bytes of room there have to be before a socket counts as writable. Linux does not let it be set.
    public static final SocketOption<Integer> SO_SNDLOWAT = new Named<>("SO_SNDLOWAT", Integer.class);
    /// The processor that handles the socket's packets, or -1 if none has yet. Linux only.
    public static final SocketOption<Integer> SO_INCOMING_CPU = new Named<>("SO_INCOMING_CPU", Integer.class);
    /// Whether partial frames are held back, for at most 200 ms. Linux only.
    public static final SocketOption<Boolean> TCP_CORK = new Named<>("TCP_CORK", Boolean.class);
    /// The error that the socket has met and nobody has been told of; asking clears it. Cannot be set.
    @SuppressWarnings({"unchecked", "rawtypes"}) // there is no class of Optional<IOException>
    public static final SocketOption<Optional<IOException>> SO_ERROR = new Named("SO_ERROR", Optional.class);
    /// The socket's type. Cannot be set.
    public static final SocketOption<SocketType> SO_TYPE = new Named<>("SO_TYPE", SocketType.class);
    /// The socket's family. Cannot be set. Linux and FreeBSD.
    public static final SocketOption<ProtocolFamily> SO_DOMAIN = new Named<>("SO_DOMAIN", ProtocolFamily.class);
    /// The socket's protocol. Cannot be set. Linux and FreeBSD.
    public static final SocketOption<SocketProtocol> SO_PROTOCOL = new Named<>("SO_PROTOCOL", SocketProtocol.class);
    /// Whether the socket is a listener. Cannot be set.
    public static final SocketOption<Boolean> SO_ACCEPTCONN = new Named<>("SO_ACCEPTCONN", Boolean.class);

    private MoreSocketOptions() {}

    /// Any other option whose value is an int, by the numbers that Linux has for it; elsewhere only those that are
    /// known there by these numbers.
    ///
    /// @param name   for messages
    /// @param level  such as 0 for `IPPROTO_IP`
    /// @param number such as 1 for `IP_TOS`
    public static SocketOption<Integer> numbered(String name, int level, int number) {
        return new Numbered(Objects.requireNonNull(name, "name"), level, number);
    }

    private record Named<T>(String name, Class<T> type) implements SocketOption<T> {
        @Override
        public String toString() {
            return name;
        }
    }

    /// An option by its numbers. Made by [#numbered].
    ///
    /// @param name   for messages
    /// @param level  as setsockopt(2) has it
    /// @param number as setsockopt(2) has it
    public record Numbered(String name, int level, int number) implements SocketOption<Integer> {
        @Override
        public Class<Integer> type() {
            return Integer.class;
        }
    }
}
