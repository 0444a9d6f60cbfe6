package dev.ringway.internal.op.fs;

import dev.ringway.AsyncFile;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.VoidOp;
import java.time.Duration;

/// fallocate(2).
public final class Allocate extends VoidOp implements AsyncFile.Allocate {
    private final long offset;
    private final long length;
    private int mode;

    public Allocate(Handle file, long offset, long length) {
        super(file.driver, file);
        Range.check(call(), file, offset, length, 1);
        this.offset = offset;
        this.length = length;
    }

    @Override
    public Allocate mode(AsyncFile.AllocateMode... modes) {
        checkNew();
        int bits = 0;
        for (AsyncFile.AllocateMode each : modes) {
            bits |= bit(each);
        }
        mode = bits;
        return this;
    }

    private static int bit(AsyncFile.AllocateMode mode) {
        return switch (required(mode, "mode")) {
            case KEEP_SIZE -> Linux.FALLOC_FL_KEEP_SIZE();
            case PUNCH_HOLE -> Linux.FALLOC_FL_PUNCH_HOLE() | Linux.FALLOC_FL_KEEP_SIZE(); // it needs the other
            case COLLAPSE_RANGE -> Linux.FALLOC_FL_COLLAPSE_RANGE();
            case ZERO_RANGE -> Linux.FALLOC_FL_ZERO_RANGE();
            case INSERT_RANGE -> Linux.FALLOC_FL_INSERT_RANGE();
            case UNSHARE_RANGE -> Linux.FALLOC_FL_UNSHARE_RANGE();
        };
    }

    @Override
    public Allocate timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public String call() {
        return "fallocate";
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.fallocate(fd(), mode, offset, length);
    }

    @Override
    public Interest interest() {
        return Interest.OFFLOAD;
    }

    @Override
    public int attempt(Sys sys) {
        return sys.fallocate(fd(), mode, offset, length);
    }

    @Override
    protected String remedy(int errno) {
        if (errno == Errno.EOPNOTSUPP) {
            return "; this system, or this file system, cannot do that: write zeros, or truncate";
        }
        return errno == Errno.EINVAL && mode != 0
                ? "; check which modes go together, and that the range begins and ends with a block of the file system"
                : "";
    }
}
