package dev.ringway.internal.op.fs;

import dev.ringway.AsyncFile;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.VoidOp;

/// posix_fadvise(2).
public final class Advise extends VoidOp {
    private final long offset;
    private final long length;
    private final int advice;

    public Advise(Handle file, long offset, long length, AsyncFile.Advice advice) {
        super(file.driver, file);
        Range.check(call(), file, offset, length, 0);
        this.offset = offset;
        this.length = length;
        this.advice = switch (required(advice, "advice")) {
            case NORMAL -> Linux.POSIX_FADV_NORMAL();
            case SEQUENTIAL -> Linux.POSIX_FADV_SEQUENTIAL();
            case RANDOM -> Linux.POSIX_FADV_RANDOM();
            case NO_REUSE -> Linux.POSIX_FADV_NOREUSE();
            case WILL_NEED -> Linux.POSIX_FADV_WILLNEED();
            case DONT_NEED -> Linux.POSIX_FADV_DONTNEED();
        };
    }

    @Override
    public String call() {
        return "posix_fadvise";
    }

    /// An entry has 32 bits for the length.
    @Override
    public void prepare(Sqe sqe) {
        if (length >>> 32 == 0) {
            sqe.fadvise(fd(), offset, (int) length, advice);
        } else {
            sqe.none();
        }
    }

    @Override
    public Interest interest() {
        return Interest.OFFLOAD;
    }

    @Override
    public int attempt(Sys sys) {
        return sys.fadvise(fd(), offset, length, advice);
    }

    @Override
    protected String remedy(int errno) {
        return errno == Errno.EOPNOTSUPP ? "; this system takes no advice on files: go on without" : "";
    }
}
