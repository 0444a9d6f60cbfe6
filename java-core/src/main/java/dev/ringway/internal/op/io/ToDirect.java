package dev.ringway.internal.op.io;

import dev.ringway.AsyncFd;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.DirectFd;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import java.util.function.Function;

/// A direct descriptor for the open file of an fd.
public final class ToDirect<T extends AsyncFd> extends Twin<T> {
    public ToDirect(Handle original, Function<Handle, T> door) {
        super(original, door);
        if (original.isDirectDescriptor()) {
            throw new IllegalStateException("toDirectDescriptor of " + original + ": it is one already");
        }
    }

    @Override
    public String call() {
        return "toDirectDescriptor";
    }

    @Override
    public int scratchBytes() {
        return Integer.BYTES;
    }

    @Override
    protected void fillScratch(long address) {
        Memory.putInt(address, fd());
    }

    @Override
    public void prepare(Sqe sqe) {
        if (driver.refusesDirect() == 0) {
            sqe.filesUpdate(scratch, 1);
        }
    }

    @Override
    public int attempt(Sys sys) {
        return driver.refusesDirect();
    }

    @Override
    public boolean isDirect() {
        return false;
    }

    @Override
    protected String remedy(int errno) {
        return DirectFd.remedy(errno);
    }

    /// It counts what it has made: without one the scratch memory still has the number of the fd.
    @Override
    protected Step step(int res) {
        return super.step(res < 0 || res == 1 ? res : -Errno.EPROTO);
    }

    @Override
    protected int number(int res) {
        return DirectFd.of(Memory.getInt(scratch));
    }
}
