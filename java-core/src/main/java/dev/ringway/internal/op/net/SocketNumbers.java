package dev.ringway.internal.op.net;

import dev.ringway.MoreProtocolFamily;
import dev.ringway.SocketType;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Kind;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import org.jspecify.annotations.Nullable;

/// The kernel's numbers for what makes a socket.
final class SocketNumbers {
    private SocketNumbers() {}

    static int family(ProtocolFamily family) {
        return switch (family) {
            case StandardProtocolFamily.INET -> Linux.AF_INET();
            case StandardProtocolFamily.INET6 -> Linux.AF_INET6();
            case StandardProtocolFamily.UNIX -> Linux.AF_UNIX();
            case MoreProtocolFamily.VSOCK -> Linux.AF_VSOCK();
            case MoreProtocolFamily.PACKET -> Linux.AF_PACKET();
            default -> throw new UnsupportedOperationException("socket: no protocol family " + family.name()
                    + "; use one of java.net.StandardProtocolFamily or dev.ringway.MoreProtocolFamily");
        };
    }

    static @Nullable ProtocolFamily family(int number) {
        for (ProtocolFamily family : StandardProtocolFamily.values()) {
            if (family(family) == number) {
                return family;
            }
        }
        for (ProtocolFamily family : MoreProtocolFamily.values()) {
            if (family(family) == number) {
                return family;
            }
        }
        return null;
    }

    static int type(SocketType type) {
        return switch (type) {
            case STREAM -> Linux.SOCK_STREAM();
            case DATAGRAM -> Linux.SOCK_DGRAM();
            case SEQPACKET -> Linux.SOCK_SEQPACKET();
            case RAW -> Linux.SOCK_RAW();
            case RDM -> Linux.SOCK_RDM();
        };
    }

    static @Nullable SocketType type(int number) {
        for (SocketType type : SocketType.values()) {
            if (type(type) == number) {
                return type;
            }
        }
        return null;
    }

    /// Whether a receive of 0 bytes is the end, or an empty message.
    static Kind kind(SocketType type) {
        return type == SocketType.STREAM || type == SocketType.SEQPACKET ? Kind.STREAM : Kind.DATAGRAM;
    }
}
