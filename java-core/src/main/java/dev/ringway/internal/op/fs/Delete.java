package dev.ringway.internal.op.fs;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// unlinkat(2), of a file or of a directory.
public final class Delete extends OnPath<@Nullable Void> {
    private final int flags;

    /// @param directory whether the path names a directory, rather than anything else
    public Delete(Driver driver, Path path, boolean directory) {
        super(driver, path);
        this.flags = directory ? Linux.AT_REMOVEDIR() : 0;
    }

    @Override
    public String call() {
        return flags == 0 ? "unlink" : "rmdir";
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.unlinkat(Linux.AT_FDCWD(), scratch, flags);
    }

    @Override
    public int attempt(Sys sys) {
        return sys.unlinkat(Linux.AT_FDCWD(), scratch, flags);
    }

    @Override
    protected Step step(int res) {
        return nothingOr(res);
    }

    @Override
    protected String remedy(int errno) {
        if (flags == 0) {
            return errno == Errno.EISDIR ? "; deleteDirectory deletes a directory" : "";
        }
        return errno == Errno.ENOTDIR ? "; delete deletes what is no directory" : "";
    }
}
