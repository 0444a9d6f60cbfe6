package dev.ringway.internal.ffi;

import dev.ringway.internal.ffi.generated.Linux;

/** The {@code struct linger} of SO_LINGER, which is the same everywhere. */
final class Linger {

    private Linger() {}

    /**
     * Reads it with memory of the calling thread, so that a close works where there is none left.
     *
     * @param room for the structure, and its length behind it
     * @return as {@link Sys#linger} does
     */
    static int seconds(Sys sys, int fd, long room) {
        long length = room + Linux.LINGER_BYTES();
        Memory.putInt(length, Linux.LINGER_BYTES());
        int res = sys.getsockopt(fd, Linux.SOL_SOCKET(), Linux.SO_LINGER(), room, length);
        return res < 0 || Memory.getInt(room + Linux.LINGER_ONOFF()) == 0
                ? -1
                : Memory.getInt(room + Linux.LINGER_LINGER());
    }
}
