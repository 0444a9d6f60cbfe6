package dev.ringway.internal.op.net;

import dev.ringway.AsyncSocket;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.op.DirectFd;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Sqe;

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

    /// The kernel refuses close-on-exec for a direct descriptor, which no other process will ever have.
    static int flags(Handle listener) {
        return listener.isDirectDescriptor() ? 0 : listener.driver.socketFlags();
    }

    /// What a direct descriptor accepts becomes one too.
    static void alike(Sqe sqe, Handle listener) {
        if (listener.isDirectDescriptor()) {
            sqe.direct();
        }
    }

    static AsyncSocket socket(Handle listener, int res) {
        return socket(handle(listener, res));
    }

    static Handle handle(Handle listener, int res) {
        Handle handle = Handle.accepted(listener, listener.isDirectDescriptor() ? DirectFd.of(res) : res);
        listener.driver.born(handle);
        return handle;
    }

    static AsyncSocket socket(Handle connection) {
        return Access.api().socket(connection);
    }
}
