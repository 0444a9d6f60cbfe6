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
import java.net.ProtocolFamily;
import java.net.SocketOption;
import java.time.Duration;

/// socket(2): a socket, not connected.
public final class OpenSocket extends IdleSocket<AsyncSocket> implements RingNet.Socket {
    private final ProtocolFamily family;
    private final int number;
    private final SocketType type;
    private SocketProtocol protocol = SocketProtocol.DEFAULT;

    public OpenSocket(Driver driver, ProtocolFamily family, SocketType type) {
        super(driver, "socket");
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
        preset(option, value, "socket of " + family);
        return this;
    }

    @Override
    public OpenSocket asDirectDescriptor() {
        becomeDirect();
        return this;
    }

    @Override
    public OpenSocket timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public String subject() {
        return family.name() + " " + type + (protocol.number() == 0 ? "" : " " + protocol.number());
    }

    @Override
    String remedyOfMaking(int errno) {
        boolean privileged = errno == Errno.EPERM || errno == Errno.EACCES;
        return privileged ? "; " + type + " of " + family.name() + " needs the capability CAP_NET_RAW" : "";
    }

    @Override
    public int scratchBytes() {
        return Presets.SCRATCH_BYTES;
    }

    @Override
    int make(Sys sys) {
        return make(sys, number, SocketNumbers.type(type), protocol.number(), scratch);
    }

    @Override
    int setOptions(Presets wanted, Sys sys, int fd, int family, long room) {
        return wanted.apply(sys, fd, room);
    }

    @Override
    AsyncSocket door(int fd) {
        Handle handle = new Handle(driver, fd, SocketNumbers.kind(type), number, family.name());
        driver.born(handle);
        return Access.api().socket(handle);
    }
}
