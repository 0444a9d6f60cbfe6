package dev.ringway.internal.op.fs;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.VoidOp;

/// ftruncate(2).
public final class Truncate extends VoidOp {
    private final long size;

    public Truncate(Handle file, long size) {
        super(file.driver, file);
        this.size = size;
        if (size < 0) {
            throw new IllegalArgumentException("truncate of " + file + ": negative size " + size);
        }
    }

    @Override
    public String call() {
        return "ftruncate";
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.ftruncate(fd(), size);
    }

    @Override
    public Interest interest() {
        return Interest.OFFLOAD;
    }

    @Override
    public int attempt(Sys sys) {
        return sys.ftruncate(fd(), size);
    }

    @Override
    protected String remedy(int errno) {
        return errno == Errno.EINVAL ? "; it has to be a regular file that is open for writing" : "";
    }
}
