package dev.ringway.internal.op.fs;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.NativePath;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// renameat(2).
public final class Rename extends OnPath<@Nullable Void> {
    private final Path to;
    private final byte[] toName;

    public Rename(Driver driver, Path from, Path to) {
        super(driver, from);
        this.to = required(to, "to");
        this.toName = NativePath.bytes(to);
    }

    @Override
    public String call() {
        return "rename";
    }

    @Override
    public @Nullable String other() {
        return to.toString();
    }

    @Override
    public int scratchBytes() {
        return super.scratchBytes() + toName.length;
    }

    @Override
    protected void fillScratch(long address) {
        super.fillScratch(address);
        Memory.copy(toName, 0, address + super.scratchBytes(), toName.length);
    }

    private long toAddress() {
        return scratch + super.scratchBytes();
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.renameat(Linux.AT_FDCWD(), scratch, Linux.AT_FDCWD(), toAddress());
    }

    @Override
    public int attempt(Sys sys) {
        return sys.renameat(Linux.AT_FDCWD(), scratch, Linux.AT_FDCWD(), toAddress());
    }

    @Override
    protected Step step(int res) {
        return nothingOr(res);
    }

    @Override
    protected String remedy(int errno) {
        return errno == Errno.EXDEV ? "; they are on different file systems: copy it and delete the original" : "";
    }
}
