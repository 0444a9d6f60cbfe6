package dev.ringway.internal.op.net;

import dev.ringway.AsyncSocket;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.op.Handle;

/// Makes the socket for an fd that a listener gave.
final class Accepted {
    private Accepted() {}

    /// Errors that accept(2) reports although they belong to the connection that was to be accepted: the next one may
    /// be fine.
    static boolean isPeersFault(int errno) {
        return errno == Errno.ECONNABORTED || errno == Errno.EPROTO || errno == Errno.ENETDOWN
                || errno == Errno.ENOPROTOOPT || errno == Errno.EHOSTDOWN || errno == Errno.EHOSTUNREACH
                || errno == Errno.ENETUNREACH || errno == Errno.EPERM;
    }

    static AsyncSocket socket(Handle listener, int fd) {
        Handle handle = Handle.accepted(listener, fd);
        listener.driver.born(handle);
        return Access.api().socket(handle);
    }
}
