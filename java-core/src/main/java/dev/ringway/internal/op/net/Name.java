package dev.ringway.internal.op.net;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
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

    @Override
    public int attempt(Sys sys) {
        if (knownPeer() != null) {
            return 0;
        }
        long length = scratch + Addresses.BYTES;
        return peer ? sys.getpeername(fd(), scratch, length) : sys.getsockname(fd(), scratch, length);
    }

    private @Nullable SocketAddress knownPeer() {
        return peer && handle != null ? handle.peer : null;
    }

    @Override
    protected Step step(int res) {
        if (res < 0) {
            return fail(res);
        }
        SocketAddress known = knownPeer();
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
