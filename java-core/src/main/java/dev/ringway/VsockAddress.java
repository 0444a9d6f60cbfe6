package dev.ringway;

import java.io.Serial;
import java.net.SocketAddress;

/// The address of a VSOCK socket: a machine and a port. See `man 7 vsock`.
public final class VsockAddress extends SocketAddress {
    /// Any machine: for binding.
    public static final int ANY_CID = -1;
    /// This machine, talking to itself.
    public static final int LOCAL_CID = 1;
    /// The machine that hosts this one.
    public static final int HOST_CID = 2;
    /// Any port that is free: for binding.
    public static final int ANY_PORT = -1;

    @Serial
    private static final long serialVersionUID = 1;

    private final int cid;
    private final int port;

    /// The address of a port of a machine.
    ///
    /// @param cid  the machine's number, 0 to 4,294,967,295 as 32 bits without a sign
    /// @param port the port's number, 0 to 4,294,967,295 as 32 bits without a sign
    public VsockAddress(int cid, int port) {
        this.cid = cid;
        this.port = port;
    }

    /// The machine's number, of 32 bits without a sign.
    public int cid() {
        return cid;
    }

    /// The port's number, of 32 bits without a sign.
    public int port() {
        return port;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VsockAddress address && address.cid == cid && address.port == port;
    }

    @Override
    public int hashCode() {
        return 31 * cid + port;
    }

    @Override
    public String toString() {
        return "vsock:" + Integer.toUnsignedString(cid) + ":" + Integer.toUnsignedString(port);
    }
}
