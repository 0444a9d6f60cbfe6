package dev.ringway.internal.op.io;

import dev.ringway.AsyncSink;
import dev.ringway.Buf;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Sqe;
import java.time.Duration;

/// write(2), once or until everything is written.
public final class SinkWrite extends StreamWrite implements AsyncSink.Write {
    /// @param all whether to go on after a short write
    public SinkWrite(Handle sink, Buf src, boolean all) {
        super(sink, src, all);
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
    public String call() {
        return "write";
    }

    @Override
    public int scratchBytes() {
        return PlainCalls.SCRATCH_BYTES;
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.write(fd(), at(), left(), -1);
    }

    @Override
    public Interest interest() {
        return PlainCalls.interest(stream, Interest.WRITABLE);
    }

    @Override
    protected int call(Sys sys) {
        return PlainCalls.write(sys, stream, scratch, at(), left());
    }
}
