package dev.ringway.internal.op.fs;

import dev.ringway.AsyncFile;
import dev.ringway.Buf;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Failures;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import java.time.Duration;

/// read(2) or pread(2), with several buffers readv(2) or preadv(2), until a number of bytes has come.
public final class ReadN extends FileTransfer implements AsyncFile.ReadN {
    private int wanted;

    public ReadN(Handle handle, Buf dst, int wanted) {
        super(handle, dst, true);
        this.wanted = wanted;
    }

    public ReadN(Handle handle, Buf[] dsts, int wanted) {
        super(handle, dsts, true);
        this.wanted = wanted;
    }

    @Override
    public ReadN from(long offset) {
        setOffset(offset);
        return this;
    }

    @Override
    public ReadN timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public ReadN reset(Buf dst, int n) {
        renew(dst);
        wanted = n;
        return this;
    }

    @Override
    public ReadN reset(Buf[] dsts, int n) {
        renew(dsts);
        wanted = n;
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
    protected int limit(int room) {
        return exactly(wanted, room);
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
            return failMoved(Failures.END_OF_STREAM);
        }
        advance(res);
        return left() == 0 ? doneMoved() : againUnlessEnding();
    }
}
