package dev.ringway;

/// How a socket moves data. See `man 2 socket`.
public enum SocketType {
    /// A connected stream of bytes: TCP, or a unix stream.
    STREAM,
    /// Messages of limited length, each for itself: UDP, or unix datagrams.
    DATAGRAM,
    /// A connected stream of messages: unix and VSOCK.
    SEQPACKET,
    /// The protocol's own packets, such as ICMP; needs the capability CAP_NET_RAW.
    RAW,
    /// Messages that arrive, though not in their order; few kernels have any.
    RDM
}
