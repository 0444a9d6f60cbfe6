package dev.ringway.internal.op.net;

import dev.ringway.UnixAbstractAddress;
import dev.ringway.VsockAddress;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Platform;
import dev.ringway.internal.ffi.Sockaddr;
import dev.ringway.internal.ffi.generated.Linux;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.UnsupportedAddressTypeException;

/// Every address that a socket may have: those of [Sockaddr], and ours.
final class Addresses {
    static final int BYTES = Sockaddr.BYTES;

    private Addresses() {}

    /// The family of a socket for this address; throws what no socket can use.
    static int family(SocketAddress address, String call) {
        return switch (address) {
            case UnixAbstractAddress _ -> Linux.AF_UNIX();
            case VsockAddress _ -> Linux.AF_VSOCK();
            default -> Sockaddr.family(address, call);
        };
    }

    /// Throws what [#encode] would throw.
    static void check(SocketAddress address, int family, String call) {
        if (!(address instanceof UnixAbstractAddress) && !(address instanceof VsockAddress)) {
            if (family == Linux.AF_VSOCK() || family == Linux.AF_PACKET()) {
                throw unsupported(address, call);
            }
            Sockaddr.check(address, family, call);
        } else if (family(address, call) != family) {
            throw unsupported(address, call);
        }
    }

    private static UnsupportedAddressTypeException unsupported(SocketAddress address, String call) {
        return Sockaddr.unsupported(call + " to " + address
                + ": the address is of another family than the socket; make the socket for the family of its address");
    }

    /// Writes an address for a socket of the family to at most [#BYTES].
    ///
    /// @return its length, exactly
    static int encode(SocketAddress address, int family, long memory, String call) {
        check(address, family, call);
        if (address instanceof UnixAbstractAddress unix) {
            byte[] name = unix.name();
            Memory.fill(memory, BYTES, (byte) 0);
            Memory.putShort(memory + Linux.SOCKADDR_FAMILY(), (short) family);
            long path = memory + Linux.SOCKADDR_UN_PATH();
            Memory.copy(name, 0, path + 1, name.length);
            return Linux.SOCKADDR_UN_PATH() + 1 + name.length;
        }
        if (address instanceof VsockAddress vsock) {
            Memory.fill(memory, BYTES, (byte) 0);
            Memory.putShort(memory + Linux.SOCKADDR_FAMILY(), (short) family);
            Memory.putInt(memory + Linux.SOCKADDR_VM_PORT(), vsock.port());
            Memory.putInt(memory + Linux.SOCKADDR_VM_CID(), vsock.cid());
            return Linux.SOCKADDR_VM_BYTES();
        }
        return Sockaddr.encode(address, family, memory, call);
    }

    /// Reads an address that the kernel wrote.
    ///
    /// @param length what the kernel said
    static SocketAddress decode(long memory, int length) throws SocketException {
        int name = Linux.SOCKADDR_UN_PATH();
        int family = length < Short.BYTES || length > BYTES
                ? Linux.AF_UNSPEC()
                : Short.toUnsignedInt(Memory.getShort(memory + Linux.SOCKADDR_FAMILY()));
        if (family == Linux.AF_UNIX() && Platform.isLinux() && length > name && Memory.getByte(memory + name) == 0
                && length - name - 1 <= UnixAbstractAddress.MAX_BYTES) {
            byte[] bytes = new byte[length - name - 1];
            Memory.copy(memory + name + 1, bytes, 0, bytes.length);
            return UnixAbstractAddress.of(bytes);
        }
        if (family == Linux.AF_VSOCK() && length >= Linux.SOCKADDR_VM_BYTES()) {
            return new VsockAddress(
                    Memory.getInt(memory + Linux.SOCKADDR_VM_CID()), Memory.getInt(memory + Linux.SOCKADDR_VM_PORT()));
        }
        return Sockaddr.decode(memory, length);
    }
}
