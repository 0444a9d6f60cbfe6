package dev.ringway.internal.op.fs;

import dev.ringway.AsyncFile;
import dev.ringway.RingFiles;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.NativePath;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.ValueOp;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Set;

/// openat(2), always close-on-exec.
public final class Open extends ValueOp<AsyncFile> implements RingFiles.Open {
    private final Path path;
    private final byte[] name;
    private final int flags;
    private int mode = 0600;

    public Open(Driver driver, Path path, OpenOption... options) {
        super(driver, null);
        this.path = required(path, "path");
        this.name = NativePath.bytes(path);
        this.flags = OpenMode.flags(options);
    }

    @Override
    public Open permissions(Set<PosixFilePermission> permissions) {
        checkNew();
        mode = permissions.stream().mapToInt(Open::bit).sum();
        return this;
    }

    private static int bit(PosixFilePermission permission) {
        return switch (permission) {
            case OWNER_READ -> 0400;
            case OWNER_WRITE -> 0200;
            case OWNER_EXECUTE -> 0100;
            case GROUP_READ -> 040;
            case GROUP_WRITE -> 020;
            case GROUP_EXECUTE -> 010;
            case OTHERS_READ -> 04;
            case OTHERS_WRITE -> 02;
            case OTHERS_EXECUTE -> 01;
        };
    }

    @Override
    public Open timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public String call() {
        return "open";
    }

    @Override
    public String subject() {
        return path.toString();
    }

    @Override
    public int scratchBytes() {
        return name.length;
    }

    @Override
    protected void fillScratch(long address) {
        Memory.copy(name, 0, address, name.length);
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.openat(Linux.AT_FDCWD(), scratch, flags, mode);
    }

    @Override
    public Interest interest() {
        return Interest.OFFLOAD;
    }

    @Override
    public int attempt(Sys sys) {
        return sys.openat(Linux.AT_FDCWD(), scratch, flags, mode);
    }

    @Override
    protected Step step(int res) {
        if (res < 0) {
            return fail(res);
        }
        Handle handle = new Handle(driver, res, Kind.FILE, path.toString());
        if (OpenMode.isDirect(flags)) {
            handle.markDirect();
        }
        driver.born(handle);
        return done(Access.api().file(handle));
    }

    @Override
    public void late(Sys sys, int res) {
        if (res >= 0) {
            sys.close(res);
        }
    }

    @Override
    protected void discard(AsyncFile unwanted) {
        unwanted.close();
    }
}
