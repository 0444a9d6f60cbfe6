package dev.ringway.internal.op.net;

import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.VoidOp;
import java.net.SocketAddress;

/// bind(2).
public final class Bind extends VoidOp {
    private final SocketAddress address;
    private final int family;
    private int length;

    public Bind(Handle socket, SocketAddress address) {
        super(socket.driver, socket);
        this.address = required(address, "address");
        this.family = socket.family();
        Addresses.check(address, family, "bind");
    }

    @Override
    public String call() {
        return "bind";
    }

    @Override
    public String subject() {
        return super.subject() + " to " + address;
    }

    @Override
    public int scratchBytes() {
        return Addresses.BYTES;
    }

    @Override
    protected void fillScratch(long at) {
        length = Addresses.encode(address, family, at, "bind");
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.bind(fd(), scratch, length);
    }

    @Override
    public int attempt(Sys sys) {
        return sys.bind(fd(), scratch, length);
    }
}
