package dev.ringway.internal.op.fs;

import dev.ringway.Buf;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.Transfer;
import org.jspecify.annotations.Nullable;

/// A transfer from or to a file, at its position or at an offset.
///
/// Those at the position share it, so they take turns in one lane; those at an offset overlap freely.
abstract class FileTransfer extends Transfer {
    private static final long AT_POSITION = -1;

    private long start = AT_POSITION;

    FileTransfer(Handle handle, Buf buf, boolean fills) {
        super(handle, buf, fills);
    }

    final void setOffset(long offset) {
        checkNew();
        if (offset < 0) {
            throw new IllegalArgumentException(
                    call() + " on " + subject() + ": negative offset " + offset + "; leave it out to use the position");
        }
        start = offset;
    }

    /// Where the next byte goes or comes from; negative for the file's position.
    final long offset() {
        return start < 0 ? AT_POSITION : start + moved();
    }

    final int readNow(Sys sys) {
        return offset() < 0 ? sys.read(fd(), at(), left()) : sys.pread(fd(), at(), left(), offset());
    }

    @Override
    public final Interest interest() {
        return Interest.OFFLOAD;
    }

    @Override
    public final @Nullable Lane lane() {
        return start < 0 && handle != null ? handle.reads : null;
    }
}
