package dev.ringway.internal.op.net;

import dev.ringway.AsyncSocket;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.ValueOp;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;

/// socket(2): a stream socket, not connected.
public final class OpenSocket extends ValueOp<AsyncSocket> {
    private final ProtocolFamily family;
    private final int number;

    public OpenSocket(Driver driver, ProtocolFamily family) {
        super(driver, null);
        this.family = required(family, "family");
        this.number = number(family);
    }

    private static int number(ProtocolFamily family) {
        return switch (family) {
            case StandardProtocolFamily.INET -> Linux.AF_INET();
            case StandardProtocolFamily.INET6 -> Linux.AF_INET6();
            case StandardProtocolFamily.UNIX -> Linux.AF_UNIX();
            default -> throw new UnsupportedOperationException("socket: no protocol family " + family.name()
                    + "; use one of java.net.StandardProtocolFamily");
        };
    }

    @Override
    public String call() {
        return "socket";
    }

    @Override
    public String subject() {
        return family.name();
    }

    @Override
    public int attempt(Sys sys) {
        return sys.socket(number, Linux.SOCK_STREAM() | driver.socketFlags(), 0);
    }

    @Override
    protected Step step(int res) {
        if (res < 0) {
            return fail(res);
        }
        Handle handle = new Handle(driver, res, Kind.STREAM, number, family.name());
        driver.born(handle);
        return done(Access.api().socket(handle));
    }

    @Override
    protected void discard(AsyncSocket unwanted) {
        unwanted.close();
    }
}
