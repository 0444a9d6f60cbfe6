package dev.ringway.internal.op.fs;

import dev.ringway.AsyncFile;
import dev.ringway.Buf;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import java.time.Duration;

/// read(2) at the file's position, or pread(2) at an offset; with several buffers readv(2) or preadv(2).
public final class Read extends FileTransfer implements AsyncFile.Read {
    public Read(Handle handle, Buf dst) {
        super(handle, dst, true);
    }

    public Read(Handle handle, Buf[] dsts) {
        super(handle, dsts, true);
    }

    @Override
    public Read from(long offset) {
        setOffset(offset);
        return this;
    }

    @Override
    public Read atMost(int bytes) {
        setMost(bytes);
        return this;
    }

    @Override
    public Read timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public Read reset(Buf dst) {
        renew(dst);
        return this;
    }

    @Override
    public Read reset(Buf[] dsts) {
        renew(dsts);
        return this;
    }

    @Override
    public String call() {
        return "read";
    }

    @Override
    public boolean reads() {
        return true;
    }

    @Override
    public void prepare(Sqe sqe) {
        prepareRead(sqe);
    }

    @Override
    public int attempt(Sys sys) {
        return readNow(sys);
    }

    @Override
    protected Step step(int res) {
        if (res < 0) {
            return failMoved(res);
        }
        if (res == 0 && left() > 0) {
            return done(-1);
        }
        advance(res);
        return doneMoved();
    }
}
