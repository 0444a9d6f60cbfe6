package dev.ringway.internal.ffi;

import static dev.ringway.internal.ffi.generated.Linux.MSGHDR_FLAGS;
import static dev.ringway.internal.ffi.generated.Linux.MSGHDR_IOV;
import static dev.ringway.internal.ffi.generated.Linux.MSGHDR_IOVLEN;
import static dev.ringway.internal.ffi.generated.Linux.MSGHDR_NAME;
import static dev.ringway.internal.ffi.generated.Linux.MSGHDR_NAMELEN;

/**
 * {@code struct msghdr} as macOS and FreeBSD lay it out, which have numbers of 32 bits where Linux has 64.
 *
 * <p>Control messages are not copied: nothing asks for any.
 */
final class Msghdr {

    static final int BYTES = 48;

    private static final int NAME = 0;
    private static final int NAMELEN = 8;
    private static final int IOV = 16;
    private static final int IOVLEN = 24;
    private static final int FLAGS = 44;

    private Msghdr() {}

    /** Writes theirs from Linux's, with another name. */
    static void copy(long linux, long name, long theirs) {
        Memory.fill(theirs, BYTES, (byte) 0);
        Memory.putLong(theirs + NAME, name);
        Memory.putInt(theirs + NAMELEN, Memory.getInt(linux + MSGHDR_NAMELEN()));
        Memory.putLong(theirs + IOV, Memory.getLong(linux + MSGHDR_IOV()));
        Memory.putInt(theirs + IOVLEN, (int) Memory.getLong(linux + MSGHDR_IOVLEN()));
    }

    /** Tells Linux's what theirs was told. */
    static void received(Dialect dialect, long theirs, long linux) {
        int length = Memory.getInt(theirs + NAMELEN);
        Memory.putInt(linux + MSGHDR_NAMELEN(), length);
        Memory.putInt(linux + MSGHDR_FLAGS(), dialect.linuxMessageFlags(Memory.getInt(theirs + FLAGS)));
        long name = Memory.getLong(linux + MSGHDR_NAME());
        if (name != 0 && length >= Short.BYTES) {
            BsdSys.linuxAddress(dialect, name);
        }
    }
}
