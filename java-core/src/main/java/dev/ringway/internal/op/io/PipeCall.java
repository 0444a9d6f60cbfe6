package dev.ringway.internal.op.io;

import dev.ringway.PipeEnds;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.OpenFlags;
import dev.ringway.internal.ffi.Pages;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Failures;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.Waits;
import java.io.IOException;

/// pipe2(2), and fcntl(2) for its size.
public final class PipeCall {
    static final int SCRATCH_BYTES = 2 * Integer.BYTES;

    private int flags;
    private int size;

    PipeCall() {}

    void packets() {
        flags = OpenFlags.O_DIRECT;
    }

    void size(int bytes) {
        size = bytes;
    }

    static String remedy(int errno) {
        return errno == Errno.EINVAL ? "; pipes of packets, and of another size, are Linux's"
                : errno == Errno.EPERM ? "; the sysctl fs.pipe-max-size is the most that a pipe may have"
                : "";
    }

    static int fd(long scratch, int end) {
        return Memory.getInt(scratch + (long) end * Integer.BYTES);
    }

    /// Writes both fds to the scratch memory.
    ///
    /// @return 0, or -errno, and then there are none
    int make(Sys sys, Driver driver, long scratch) {
        int res = open(sys, driver, scratch, flags);
        if (res < 0 || size == 0) {
            return res;
        }
        int sized = sys.fcntl(fd(scratch, 0), Linux.F_SETPIPE_SZ(), size);
        if (sized < 0) {
            sys.close(fd(scratch, 0));
            sys.close(fd(scratch, 1));
        }
        return Math.min(sized, 0);
    }

    /// The flags of sockets are those of pipes, by the same numbers.
    private static int open(Sys sys, Driver driver, long fds, int flags) {
        return sys.pipe2(fds, driver.socketFlags() | flags);
    }

    /// Owner: both ends as their user gets them.
    PipeEnds ends(Driver driver, int from, int to) {
        Handle source = end(driver, from, Kind.SOURCE);
        Handle sink = end(driver, to, Kind.SINK);
        if (flags != 0) {
            source.markDirect();
        }
        driver.born(source);
        driver.born(sink);
        return doors(source, sink);
    }

    /// Any thread: makes one at once.
    ///
    /// @throws IOException if the kernel refuses
    public static PipeEnds now(Driver driver) throws IOException {
        Handle source;
        Handle sink;
        try (Pages fds = Pages.map(driver.sys(), SCRATCH_BYTES)) {
            Failures.require("pipe2", driver.ringName(), open(driver.sys(), driver, fds.address(), 0));
            source = end(driver, fd(fds.address(), 0), Kind.SOURCE);
            sink = end(driver, fd(fds.address(), 1), Kind.SINK);
        }
        Handle.announce(source, sink);
        return doors(source, sink);
    }

    private static PipeEnds doors(Handle source, Handle sink) {
        return new PipeEnds(Access.api().source(source), Access.api().sink(sink));
    }

    private static Handle end(Driver driver, int fd, Kind kind) {
        boolean nonBlocking = (driver.socketFlags() & Linux.SOCK_NONBLOCK()) != 0;
        return new Handle(driver, fd, kind, "of a pipe", nonBlocking ? Waits.NON_BLOCKING : Waits.WITH_NOWAIT);
    }
}
