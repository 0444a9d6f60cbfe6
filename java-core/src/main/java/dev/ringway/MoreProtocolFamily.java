package dev.ringway;

import java.net.ProtocolFamily;

/// The address families beyond those of [java.net.StandardProtocolFamily]; Linux has them.
public enum MoreProtocolFamily implements ProtocolFamily {
    /// Between a virtual machine and its host; addresses are [VsockAddress]. See `man 7 vsock`.
    VSOCK,
    /// Packets of a network device; needs the capability CAP_NET_RAW. See `man 7 packet`.
    PACKET
}
