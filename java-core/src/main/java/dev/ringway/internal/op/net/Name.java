package dev.ringway.internal.op.net;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.ValueOp;
import java.net.SocketAddress;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/// getsockname(2) or getpeername(2).
public final class Name extends ValueOp<SocketAddress> {
    private final boolean peer;

    /// @param peer whether the peer's address is asked for, rather than the socket's own
    public Name(Handle socket, boolean peer) {
        super(socket.driver, socket);
        this.peer = peer;
    }

    @Override
    public String call() {
        return peer ? "getpeername" : "getsockname";
    }

    @Override
    public int scratchBytes() {
        return Addresses.BYTES + Integer.BYTES;
    }

    @Override
    protected void fillScratch(long address) {
        Memory.putInt(address + Addresses.BYTES, Addresses.BYTES);
    }

    /// The name that a socket has itself.
    ///
    /// @param scratch room for the longest one and its length
    /// @return null if there is none that could be told
    static @Nullable SocketAddress of(Sys sys, int socket, long scratch) {
        long length = scratch + Addresses.BYTES;
        Memory.putInt(length, Addresses.BYTES);
        try {
            return sys.getsockname(socket, scratch, length) < 0
                    ? null
                    : Addresses.decode(scratch, Memory.getInt(length));
        } catch (SocketException undecodable) {
            return null;
        }
    }

    @Override
    public boolean isImmediate() {
        return known() != null;
    }

    @Override
    public int attempt(Sys sys) {
        if (isImmediate()) {
            return 0;
        }
        long length = scratch + Addresses.BYTES;
        return peer ? sys.getpeername(fd(), scratch, length) : sys.getsockname(fd(), scratch, length);
    }

    /// A listener keeps its own name, and others that of their peer.
    private @Nullable SocketAddress known() {
        return handle != null && peer == (handle.kind() != Kind.LISTENER) ? handle.address : null;
    }

    @Override
    protected Step step(int res) {
        if (res < 0) {
            return fail(res);
        }
        SocketAddress known = known();
        if (known != null) {
            return done(known);
        }
        try {
            return done(Addresses.decode(scratch, Memory.getInt(scratch + Addresses.BYTES)));
        } catch (SocketException undecodable) {
            return fail(-Errno.EAFNOSUPPORT);
        }
    }
}
