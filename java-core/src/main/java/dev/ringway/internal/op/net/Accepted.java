package dev.ringway.internal.op.net;

import dev.ringway.AsyncSocket;
import dev.ringway.internal.Access;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Kind;

/// Makes the socket for an fd that a listener gave.
final class Accepted {
    private Accepted() {}

    static AsyncSocket socket(Handle listener, int fd) {
        String description = "accepted " + listener.description();
        Handle handle = new Handle(listener.driver, fd, Kind.STREAM, listener.family(), description);
        listener.driver.born(handle);
        return Access.api().socket(handle);
    }
}
