package dev.ringway.internal.op.io;

import dev.ringway.AsyncSink;
import dev.ringway.Buf;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Sqe;
import java.time.Duration;

/// write(2) of one buffer, or writev(2) of several, once or until everything is written.
public final class SinkWrite extends StreamWrite implements AsyncSink.Write {
    /// @param all whether to go on after a short write
    public SinkWrite(Handle sink, Buf src, boolean all) {
        super(sink, src, all);
    }

    /// @param all whether to go on after a short write
    public SinkWrite(Handle sink, Buf[] srcs, boolean all) {
        super(sink, srcs, all);
    }

    @Override
    public SinkWrite atMost(int bytes) {
        setMost(bytes);
        return this;
    }

    @Override
    public SinkWrite timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public SinkWrite reset(Buf src) {
        renew(src);
        return this;
    }

    @Override
    public SinkWrite reset(Buf[] srcs) {
        renew(srcs);
        return this;
    }

    @Override
    public String call() {
        return "write";
    }

    @Override
    public int scratchBytes() {
        return isVectored() ? super.scratchBytes() : PlainCalls.SCRATCH_BYTES;
    }

    @Override
    public void prepare(Sqe sqe) {
        if (isVectored()) {
            sqe.writev(fd(), scratch, iovecs(), -1);
        } else {
            sqe.write(fd(), at(), left(), -1);
        }
    }

    @Override
    public Interest interest() {
        return PlainCalls.interest(stream, Interest.WRITABLE);
    }

    @Override
    protected int call(Sys sys) {
        return isVectored()
                ? PlainCalls.writev(sys, stream, scratch, iovecs())
                : PlainCalls.write(sys, stream, scratch, at(), left());
    }
}
