package dev.ringway.internal.op.io;

import dev.ringway.AsyncSource;
import dev.ringway.Buf;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Sqe;
import java.time.Duration;

/// read(2) into a buffer of the caller, once or until a number of bytes has come.
public final class SourceRead extends StreamRead implements AsyncSource.Read, AsyncSource.ReadN {
    public SourceRead(Handle source, Buf dst) {
        super(source, dst, false, 0);
    }

    public SourceRead(Handle source, Buf dst, int wanted) {
        super(source, dst, true, wanted);
    }

    @Override
    public SourceRead timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public SourceRead reset(Buf dst) {
        renew(dst);
        return this;
    }

    @Override
    public SourceRead reset(Buf dst, int n) {
        renew(dst, n);
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
    public int scratchBytes() {
        return PlainCalls.SCRATCH_BYTES;
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.read(fd(), at(), left(), -1);
    }

    @Override
    public Interest interest() {
        return PlainCalls.interest(stream, Interest.READABLE);
    }

    @Override
    protected int call(Sys sys) {
        return PlainCalls.read(sys, stream, scratch, at(), left());
    }
}
