package dev.ringway.internal.op.fs;

import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.VoidOp;

/// fsync(2).
public final class Sync extends VoidOp {
    public Sync(Handle file) {
        super(file.driver, file);
    }

    @Override
    public String call() {
        return "fsync";
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.fsync(fd());
    }

    @Override
    public Interest interest() {
        return Interest.OFFLOAD;
    }

    @Override
    public int attempt(Sys sys) {
        return sys.fsync(fd());
    }
}
