package dev.ringway.internal.op.net;

import dev.ringway.AsyncSocket;
import dev.ringway.RingNet;
import dev.ringway.SocketProtocol;
import dev.ringway.SocketType;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.ValueOp;
import java.net.ProtocolFamily;
import java.net.SocketOption;
import java.time.Duration;

/// socket(2): a socket, not connected.
public final class OpenSocket extends ValueOp<AsyncSocket> implements RingNet.Socket {
    private final Presets presets = new Presets();
    private final ProtocolFamily family;
    private final int number;
    private final SocketType type;
    private SocketProtocol protocol = SocketProtocol.DEFAULT;
    private String failing = "socket";

    public OpenSocket(Driver driver, ProtocolFamily family, SocketType type) {
        super(driver, null);
        this.family = required(family, "family");
        this.number = SocketNumbers.family(family);
        this.type = required(type, "type");
    }

    @Override
    public OpenSocket protocol(SocketProtocol spoken) {
        checkNew();
        protocol = required(spoken, "protocol");
        return this;
    }

    @Override
    public <T> OpenSocket option(SocketOption<T> option, T value) {
        checkNew();
        presets.add(option, value, "socket of " + family);
        return this;
    }

    @Override
    public OpenSocket timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public String call() {
        return failing;
    }

    @Override
    public String subject() {
        return family.name() + " " + type + (protocol.number() == 0 ? "" : " " + protocol.number());
    }

    @Override
    protected String remedy(int errno) {
        boolean privileged = errno == Errno.EPERM || errno == Errno.EACCES;
        return privileged ? "; " + type + " of " + family.name() + " needs the capability CAP_NET_RAW" : "";
    }

    @Override
    public int scratchBytes() {
        return Presets.SCRATCH_BYTES;
    }

    @Override
    public int attempt(Sys sys) {
        int fd = sys.socket(number, SocketNumbers.type(type) | driver.socketFlags(), protocol.number());
        if (fd < 0) {
            return fd;
        }
        failing = "setsockopt";
        int res = presets.apply(sys, fd, scratch);
        if (res < 0) {
            sys.close(fd);
            return res;
        }
        return fd;
    }

    @Override
    protected Step step(int res) {
        if (res < 0) {
            return fail(res);
        }
        Handle handle = new Handle(driver, res, SocketNumbers.kind(type), number, family.name());
        driver.born(handle);
        return done(Access.api().socket(handle));
    }

    @Override
    protected void discard(AsyncSocket unwanted) {
        unwanted.close();
    }
}
