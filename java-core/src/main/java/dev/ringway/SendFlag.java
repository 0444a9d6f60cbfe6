package dev.ringway;

/// How a send deviates from the usual one. What the system does not have fails with EINVAL. See `man 2 send`.
public enum SendFlag {
    /// Tells the link layer that the peer has answered (MSG_CONFIRM); datagrams on Linux.
    CONFIRM,
    /// Only to hosts of networks that this machine is in (MSG_DONTROUTE).
    DONT_ROUTE,
    /// Ends a record, where the protocol has such (MSG_EOR).
    EOR,
    /// More follows (MSG_MORE): a stream holds it back for a moment, a datagram grows until a send without it. Linux.
    MORE,
    /// Sends the last byte out of band (MSG_OOB).
    OOB,
    /// Connects and sends at once, over TCP with a destination (MSG_FASTOPEN); with a peer that does not know it yet
    /// it connects first. Linux.
    FAST_OPEN
}
