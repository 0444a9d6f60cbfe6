package dev.ringway.internal.op.io;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Waits;

/// read(2) and write(2) on what is no socket, in the way in which the fd waits.
final class PlainCalls {
    /// Native memory that a call may need.
    static final int SCRATCH_BYTES = Linux.IOVEC_BYTES();

    private static final int AT_POSITION = -1;

    private PlainCalls() {}

    /// What -EAGAIN waits for.
    ///
    /// @param ready what it is where the fd tells
    static Interest interest(Handle stream, Interest ready) {
        return stream.waits() == Waits.ELSEWHERE ? Interest.OFFLOAD : ready;
    }

    static int read(Sys sys, Handle source, long scratch, long address, int length) {
        if (source.waits() != Waits.WITH_NOWAIT) {
            return sys.read(source.fd, address, length);
        }
        range(scratch, address, length);
        return readv(sys, source, scratch, 1);
    }

    static int readv(Sys sys, Handle source, long iovecs, int count) {
        if (source.waits() != Waits.WITH_NOWAIT) {
            return sys.readv(source.fd, iovecs, count);
        }
        return orOtherwise(sys, source, sys.preadv2(source.fd, iovecs, count, AT_POSITION, Linux.RWF_NOWAIT()));
    }

    static int write(Sys sys, Handle sink, long scratch, long address, int length) {
        if (sink.waits() != Waits.WITH_NOWAIT) {
            return sys.write(sink.fd, address, length);
        }
        range(scratch, address, length);
        return writev(sys, sink, scratch, 1);
    }

    static int writev(Sys sys, Handle sink, long iovecs, int count) {
        if (sink.waits() != Waits.WITH_NOWAIT) {
            return sys.writev(sink.fd, iovecs, count);
        }
        return orOtherwise(sys, sink, sys.pwritev2(sink.fd, iovecs, count, AT_POSITION, Linux.RWF_NOWAIT()));
    }

    private static void range(long scratch, long address, int length) {
        Memory.putLong(scratch + Linux.IOVEC_BASE(), address);
        Memory.putLong(scratch + Linux.IOVEC_LEN(), length);
    }

    /// A kernel that cannot be asked not to wait is asked plainly if the file does not block, else on another thread.
    private static int orOtherwise(Sys sys, Handle stream, int res) {
        if (res != -Errno.EOPNOTSUPP && res != -Errno.ENOSYS) {
            return res;
        }
        int flags = sys.fcntl(stream.fd, Linux.F_GETFL(), 0);
        boolean nonBlocking = flags >= 0 && (flags & Linux.O_NONBLOCK()) != 0;
        stream.waits(nonBlocking ? Waits.NON_BLOCKING : Waits.ELSEWHERE);
        return -Errno.EAGAIN;
    }
}
