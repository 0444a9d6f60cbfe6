package dev.ringway.internal.op.fs;

import dev.ringway.RingFiles;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// mkdirat(2).
public final class CreateDirectory extends OnPath<@Nullable Void> implements RingFiles.CreateDirectory {
    private int mode = 0700;

    public CreateDirectory(Driver driver, Path path) {
        super(driver, path);
    }

    @Override
    public CreateDirectory permissions(Set<PosixFilePermission> permissions) {
        checkNew();
        mode = Mode.bits(permissions);
        return this;
    }

    @Override
    public CreateDirectory timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public String call() {
        return "mkdir";
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.mkdirat(Linux.AT_FDCWD(), scratch, mode);
    }

    @Override
    public int attempt(Sys sys) {
        return sys.mkdirat(Linux.AT_FDCWD(), scratch, mode);
    }

    @Override
    protected Step step(int res) {
        return nothingOr(res);
    }
}
