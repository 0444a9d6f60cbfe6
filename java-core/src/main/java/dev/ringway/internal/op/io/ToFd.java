package dev.ringway.internal.op.io;

import dev.ringway.AsyncFd;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Sqe;
import java.util.function.Function;

/// An fd for the open file of a direct descriptor, close-on-exec.
public final class ToFd<T extends AsyncFd> extends Twin<T> {
    public ToFd(Handle original, Function<Handle, T> door) {
        super(original, door);
        if (!original.isDirectDescriptor()) {
            throw new IllegalStateException("toFileDescriptor of " + original + ": it has one already; duplicate it");
        }
    }

    @Override
    public String call() {
        return "toFileDescriptor";
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.fixedFdInstall(fd());
    }

    @Override
    protected int number(int res) {
        return res;
    }
}
