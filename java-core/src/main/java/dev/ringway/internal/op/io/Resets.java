package dev.ringway.internal.op.io;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Kind;

/// A reset connection stays reset.
///
/// The kernel reports a reset once, to whichever call comes first, and afterwards a clean end of the stream: who asks
/// again would take a cut-off transfer for a whole one. So the handle remembers, and an end after a reset is a reset. A
/// socket of messages has no end.
public final class Resets {
    private Resets() {}

    /// @param room how many bytes were asked for; with none, 0 is no end
    /// @return the result, made sticky
    public static int see(Handle socket, int res, int room) {
        if (socket.kind() == Kind.DATAGRAM) {
            return res;
        }
        if (res == -Errno.ECONNRESET || res == -Errno.EPIPE) {
            socket.markReset();
            return -Errno.ECONNRESET;
        }
        return res == 0 && room > 0 && socket.wasReset() ? -Errno.ECONNRESET : res;
    }
}
