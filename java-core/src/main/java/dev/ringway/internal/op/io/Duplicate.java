package dev.ringway.internal.op.io;

import dev.ringway.AsyncFd;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import java.util.function.Function;

/// fcntl(2) with F_DUPFD_CLOEXEC: another fd for the same open file description.
public final class Duplicate<T extends AsyncFd> extends Twin<T> {
    public Duplicate(Handle original, Function<Handle, T> door) {
        super(original, door);
    }

    @Override
    public String call() {
        return "dup";
    }

    @Override
    public int attempt(Sys sys) {
        return sys.dup(fd());
    }

    @Override
    protected int number(int res) {
        return res;
    }
}
