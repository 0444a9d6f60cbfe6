package dev.ringway.internal.op.net;

import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.VoidOp;
import java.net.SocketOption;

/// setsockopt(2).
public final class SetOption<T> extends VoidOp {
    private final KernelOption<T> option;
    private final T value;

    public SetOption(Handle socket, SocketOption<T> option, T value) {
        super(socket.driver, socket);
        this.option = KernelOption.of(option, "setsockopt on " + socket);
        this.value = this.option.checked(value, "setsockopt on " + socket);
    }

    @Override
    public String call() {
        return "setsockopt";
    }

    @Override
    public String subject() {
        return super.subject() + " of " + option.name() + " to " + value;
    }

    @Override
    public int scratchBytes() {
        return KernelOption.SCRATCH_BYTES;
    }

    @Override
    public int attempt(Sys sys) {
        return option.set(sys, fd(), scratch, value);
    }
}
