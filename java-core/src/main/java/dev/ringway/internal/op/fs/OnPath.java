package dev.ringway.internal.op.fs;

import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.NativePath;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.ValueOp;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// An operation on a path, whose bytes lie in its scratch memory; they are those of the path's name, text or not.
abstract class OnPath<T extends @Nullable Object> extends ValueOp<T> {
    private final Path path;
    private final byte[] name;

    OnPath(Driver driver, Path path) {
        super(driver, null);
        this.path = required(path, "path");
        this.name = NativePath.bytes(path);
    }

    @Override
    public final String subject() {
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
    public final Interest interest() {
        return Interest.OFFLOAD;
    }
}
