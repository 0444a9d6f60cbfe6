package dev.ringway.internal.op.fs;

import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.VoidOp;

/// fdatasync(2).
public final class SyncData extends VoidOp {
    public SyncData(Handle file) {
        super(file.driver, file);
    }

    @Override
    public String call() {
        return "fdatasync";
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.fdatasync(fd());
    }

    @Override
    public Interest interest() {
        return Interest.OFFLOAD;
    }

    @Override
    public int attempt(Sys sys) {
        return sys.fdatasync(fd());
    }
}
