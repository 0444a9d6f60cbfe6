package dev.ringway.internal.op;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;

/// poll(2) of one fd, without waiting.
public final class Look {
    private Look() {}

    /// @param events of which one is looked for
    /// @return those that are there, or -EAGAIN if none is, or -errno
    public static int at(Sys sys, int fd, int events) {
        int res = sys.poll(fd, events);
        return res == 0 ? -Errno.EAGAIN : res;
    }
}
