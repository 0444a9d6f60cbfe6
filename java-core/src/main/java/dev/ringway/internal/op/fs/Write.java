package dev.ringway.internal.op.fs;

import dev.ringway.AsyncFile;
import dev.ringway.Buf;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import java.time.Duration;

/// write(2) at the file's position, or pwrite(2) at an offset, with several buffers writev(2) or pwritev(2); once, or
/// until everything is written.
public final class Write extends FileTransfer implements AsyncFile.Write {
    private final boolean all;

    /// @param all whether to go on after a short write
    public Write(Handle handle, Buf src, boolean all) {
        super(handle, src, false);
        this.all = all;
    }

    /// @param all whether to go on after a short write
    public Write(Handle handle, Buf[] srcs, boolean all) {
        super(handle, srcs, false);
        this.all = all;
    }

    @Override
    public Write at(long offset) {
        setOffset(offset);
        return this;
    }

    @Override
    public Write atMost(int bytes) {
        setMost(bytes);
        return this;
    }

    @Override
    public Write timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public Write reset(Buf src) {
        renew(src);
        return this;
    }

    @Override
    public Write reset(Buf[] srcs) {
        renew(srcs);
        return this;
    }

    @Override
    public String call() {
        return "write";
    }

    @Override
    public void prepare(Sqe sqe) {
        prepareWrite(sqe);
    }

    @Override
    public int attempt(Sys sys) {
        return writeNow(sys);
    }

    @Override
    protected Step step(int res) {
        if (res < 0) {
            return failMoved(res);
        }
        if (res == 0 && left() > 0 && all) {
            return failMoved(-Errno.EIO); // to go on would be to spin
        }
        advance(res);
        return !all || left() == 0 ? doneMoved() : againUnlessEnding();
    }
}
