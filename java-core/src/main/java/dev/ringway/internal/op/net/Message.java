package dev.ringway.internal.op.net;

import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.generated.Linux;
import java.net.SocketAddress;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/// A `struct msghdr` in scratch memory, and behind it room for the address it names. Control messages it has none.
final class Message {
    static final int BYTES = Linux.MSGHDR_BYTES() + Addresses.BYTES;

    private Message() {}

    /// Where the address lies.
    static long name(long message) {
        return message + Linux.MSGHDR_BYTES();
    }

    /// Before each round.
    ///
    /// @param nameLength of the address, or the room for one; with 0 it has none
    static void write(long message, int nameLength, long iovecs, int count) {
        Memory.fill(message, Linux.MSGHDR_BYTES(), (byte) 0);
        Memory.putLong(message + Linux.MSGHDR_NAME(), nameLength == 0 ? 0 : name(message));
        Memory.putInt(message + Linux.MSGHDR_NAMELEN(), nameLength);
        Memory.putLong(message + Linux.MSGHDR_IOV(), iovecs);
        Memory.putLong(message + Linux.MSGHDR_IOVLEN(), count);
    }

    /// Whether what was received was longer than the room for it.
    static boolean isTruncated(long message) {
        return (Memory.getInt(message + Linux.MSGHDR_FLAGS()) & Linux.MSG_TRUNC()) != 0;
    }

    /// Who sent what was received, if the kernel says so.
    static @Nullable SocketAddress sender(long message) {
        int length = Memory.getInt(message + Linux.MSGHDR_NAMELEN());
        if (length <= Linux.SOCKADDR_FAMILY() + Short.BYTES) {
            return null; // nobody, or one without a name
        }
        try {
            return Addresses.decode(name(message), length);
        } catch (SocketException unknown) {
            return null;
        }
    }
}
