package dev.ringway.internal.op.io;

import dev.ringway.AsyncSource;
import dev.ringway.Buf;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Sqe;
import java.time.Duration;

/// read(2) into a buffer of the caller, or readv(2) into several, once or until a number of bytes has come.
public final class SourceRead extends StreamRead implements AsyncSource.Read, AsyncSource.ReadN {
    public SourceRead(Handle source, Buf dst) {
        super(source, dst, false, 0);
    }

    public SourceRead(Handle source, Buf dst, int wanted) {
        super(source, dst, true, wanted);
    }

    public SourceRead(Handle source, Buf[] dsts) {
        super(source, dsts, false, 0);
    }

    public SourceRead(Handle source, Buf[] dsts, int wanted) {
        super(source, dsts, true, wanted);
    }

    @Override
    public SourceRead atMost(int bytes) {
        setMost(bytes);
        return this;
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
    public SourceRead reset(Buf[] dsts) {
        renew(dsts);
        return this;
    }

    @Override
    public SourceRead reset(Buf dst, int n) {
        renew(dst, n);
        return this;
    }

    @Override
    public SourceRead reset(Buf[] dsts, int n) {
        renew(dsts, n);
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
        return isVectored() ? super.scratchBytes() : PlainCalls.SCRATCH_BYTES;
    }

    @Override
    public void prepare(Sqe sqe) {
        if (isVectored()) {
            sqe.readv(fd(), scratch, iovecs(), -1);
        } else {
            sqe.read(fd(), at(), left(), -1);
        }
    }

    @Override
    public Interest interest() {
        return PlainCalls.interest(stream, Interest.READABLE);
    }

    @Override
    protected int call(Sys sys) {
        return isVectored()
                ? PlainCalls.readv(sys, stream, scratch, iovecs())
                : PlainCalls.read(sys, stream, scratch, at(), left());
    }
}
