package dev.ringway;

/// What a socket speaks, by the number that IANA has given it. Making a socket for one that the system does not have
/// fails with [ErrnoException]. See `man 7 ip`, `man 5 protocols`.
///
/// @param number 0 is the usual one of the family and type
public record SocketProtocol(int number) {
    /// The usual one of the family and type.
    public static final SocketProtocol DEFAULT = new SocketProtocol(0);
    /// ICMP over IPv4: with [SocketType#RAW], or with [SocketType#DATAGRAM] where the system lets users ping.
    public static final SocketProtocol ICMP = new SocketProtocol(1);
    /// TCP.
    public static final SocketProtocol TCP = new SocketProtocol(6);
    /// UDP.
    public static final SocketProtocol UDP = new SocketProtocol(17);
    /// ICMP over IPv6.
    public static final SocketProtocol ICMPV6 = new SocketProtocol(58);
    /// SCTP, where the kernel has it.
    public static final SocketProtocol SCTP = new SocketProtocol(132);
    /// UDP-Lite.
    public static final SocketProtocol UDPLITE = new SocketProtocol(136);
    /// Raw IP packets, with [SocketType#RAW].
    public static final SocketProtocol RAW = new SocketProtocol(255);
    /// Multipath TCP, on Linux, where the kernel has it.
    public static final SocketProtocol MPTCP = new SocketProtocol(262);
}
