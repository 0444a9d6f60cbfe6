package dev.ringway.internal.op.fs;

import dev.ringway.AsyncFile;
import dev.ringway.Metadata;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.ValueOp;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/// statx(2) of an open file. Its scratch memory holds the structure, and after it the empty path.
public final class Stat extends ValueOp<Metadata> implements AsyncFile.Stat {
    private Set<Metadata.Field> wanted = EnumSet.allOf(Metadata.Field.class);

    public Stat(Handle file) {
        super(file.driver, file);
    }

    @Override
    public Stat only(Metadata.Field first, Metadata.Field... more) {
        checkNew();
        wanted = EnumSet.of(first, more);
        return this;
    }

    @Override
    public Stat timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public String call() {
        return "statx";
    }

    @Override
    public int scratchBytes() {
        return Linux.STATX_BYTES() + 1;
    }

    @Override
    protected void fillScratch(long address) {
        Memory.putByte(address + Linux.STATX_BYTES(), (byte) 0);
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.statx(fd(), scratch + Linux.STATX_BYTES(), Linux.AT_EMPTY_PATH(), StatFields.mask(wanted), scratch);
    }

    @Override
    public Interest interest() {
        return Interest.OFFLOAD;
    }

    @Override
    public int attempt(Sys sys) {
        return sys.statx(
                fd(), scratch + Linux.STATX_BYTES(), Linux.AT_EMPTY_PATH(), StatFields.mask(wanted), scratch);
    }

    @Override
    protected Step step(int res) {
        return res < 0 ? fail(res) : done(Access.api().metadata(StatFields.read(scratch, wanted)));
    }
}
