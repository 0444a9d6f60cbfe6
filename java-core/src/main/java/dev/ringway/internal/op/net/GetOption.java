package dev.ringway.internal.op.net;

import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.ValueOp;
import java.net.SocketOption;

/// getsockopt(2).
public final class GetOption<T> extends ValueOp<T> {
    private final KernelOption<T> option;

    public GetOption(Handle socket, SocketOption<T> option) {
        super(socket.driver, socket);
        this.option = KernelOption.of(option, "getsockopt on " + socket);
    }

    @Override
    public String call() {
        return "getsockopt";
    }

    @Override
    public String subject() {
        return super.subject() + " of " + option.name();
    }

    @Override
    public int scratchBytes() {
        return KernelOption.SCRATCH_BYTES;
    }

    @Override
    public int attempt(Sys sys) {
        return option.get(sys, fd(), scratch);
    }

    @Override
    protected Step step(int res) {
        T value = res < 0 ? null : option.value(scratch, super.subject());
        if (value == null) {
            return fail(res < 0 ? res : KernelOption.nameless());
        }
        return done(value);
    }
}
