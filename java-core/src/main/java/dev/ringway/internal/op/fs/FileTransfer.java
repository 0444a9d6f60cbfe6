package dev.ringway.internal.op.fs;

import dev.ringway.Buf;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Transfer;
import org.jspecify.annotations.Nullable;

/// A transfer from or to a file, at its position or at an offset.
///
/// Those at the position share it, so they take turns in one lane; those at an offset overlap freely. One with nothing
/// to move makes no call.
abstract class FileTransfer extends Transfer {
    private static final long AT_POSITION = -1;

    private long start = AT_POSITION;

    FileTransfer(Handle handle, Buf buf, boolean fills) {
        super(handle, buf, fills);
    }

    FileTransfer(Handle handle, Buf[] bufs, boolean fills) {
        super(handle, bufs, fills);
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
    private long offset() {
        return start < 0 ? AT_POSITION : start + moved();
    }

    final void prepareRead(Sqe sqe) {
        if (isVectored()) {
            sqe.readv(fd(), scratch, iovecs(), offset());
        } else {
            int index = registeredIndex();
            if (index < 0) {
                sqe.read(fd(), at(), left(), offset());
            } else {
                sqe.readFixed(fd(), at(), left(), offset(), index);
            }
        }
        nameFile(sqe);
    }

    final void prepareWrite(Sqe sqe) {
        if (isVectored()) {
            sqe.writev(fd(), scratch, iovecs(), offset());
        } else {
            int index = registeredIndex();
            if (index < 0) {
                sqe.write(fd(), at(), left(), offset());
            } else {
                sqe.writeFixed(fd(), at(), left(), offset(), index);
            }
        }
        nameFile(sqe);
    }

    private void nameFile(Sqe sqe) {
        int index = driver.registeredFile(required(handle, "handle"));
        if (index >= 0) {
            sqe.fixedFile(index);
        }
    }

    final int readNow(Sys sys) {
        if (left() == 0) {
            return 0;
        }
        long offset = offset();
        if (isVectored()) {
            int count = iovecs();
            return offset < 0 ? sys.readv(fd(), scratch, count) : sys.preadv(fd(), scratch, count, offset);
        }
        return offset < 0 ? sys.read(fd(), at(), left()) : sys.pread(fd(), at(), left(), offset);
    }

    final int writeNow(Sys sys) {
        if (left() == 0) {
            return 0;
        }
        long offset = offset();
        if (isVectored()) {
            int count = iovecs();
            return offset < 0 ? sys.writev(fd(), scratch, count) : sys.pwritev(fd(), scratch, count, offset);
        }
        return offset < 0 ? sys.write(fd(), at(), left()) : sys.pwrite(fd(), at(), left(), offset);
    }

    @Override
    protected final String remedy(int errno) {
        if (errno != Errno.EINVAL || handle == null || !handle.isDirect()) {
            return "";
        }
        return "; the file is open with DIRECT, so the address of the buffer's "
                + "bytes, their number, " + left() + (start < 0 ? "" : ", and the offset, " + offset() + ",")
                + " have to be multiples of its block size, often 512 or 4096 (Ring.registeredBuffers)";
    }

    @Override
    public final boolean isImmediate() {
        return left() == 0;
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
