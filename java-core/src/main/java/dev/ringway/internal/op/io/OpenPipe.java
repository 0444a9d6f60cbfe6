package dev.ringway.internal.op.io;

import dev.ringway.PipeEnds;
import dev.ringway.RingStreams;
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
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.ValueOp;
import dev.ringway.internal.op.Waits;
import java.io.IOException;
import java.time.Duration;

/// pipe2(2).
public final class OpenPipe extends ValueOp<PipeEnds> implements RingStreams.Pipe {
    private static final int BYTES = 2 * Integer.BYTES;

    private int flags;
    private int size;

    public OpenPipe(Driver driver) {
        super(driver, null);
    }

    @Override
    public OpenPipe packets() {
        checkNew();
        flags = OpenFlags.O_DIRECT;
        return this;
    }

    @Override
    public OpenPipe size(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("pipe2: a pipe of " + bytes + " bytes; it must have at least 1");
        }
        checkNew();
        size = bytes;
        return this;
    }

    @Override
    public OpenPipe timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public String call() {
        return "pipe2";
    }

    @Override
    protected String remedy(int errno) {
        return errno == Errno.EINVAL ? "; pipes of packets, and of another size, are Linux's"
                : errno == Errno.EPERM ? "; the sysctl fs.pipe-max-size is the most that a pipe may have"
                : "";
    }

    @Override
    public int scratchBytes() {
        return BYTES;
    }

    @Override
    public int attempt(Sys sys) {
        int res = open(sys, driver, scratch, flags);
        if (res < 0 || size == 0) {
            return res;
        }
        int sized = sys.fcntl(Memory.getInt(scratch), Linux.F_SETPIPE_SZ(), size);
        if (sized < 0) {
            sys.close(Memory.getInt(scratch));
            sys.close(Memory.getInt(scratch + Integer.BYTES));
        }
        return Math.min(sized, 0);
    }

    /// The flags of sockets are those of pipes, by the same numbers.
    private static int open(Sys sys, Driver driver, long fds, int flags) {
        return sys.pipe2(fds, driver.socketFlags() | flags);
    }

    @Override
    protected Step step(int res) {
        if (res < 0) {
            return fail(res);
        }
        Handle source = end(driver, Memory.getInt(scratch), Kind.SOURCE);
        Handle sink = end(driver, Memory.getInt(scratch + Integer.BYTES), Kind.SINK);
        if (flags != 0) {
            source.markDirect();
        }
        driver.born(source);
        driver.born(sink);
        return done(new PipeEnds(Access.api().source(source), Access.api().sink(sink)));
    }

    /// Any thread: makes one at once.
    ///
    /// @throws IOException if the kernel refuses
    public static PipeEnds now(Driver driver) throws IOException {
        Handle source;
        Handle sink;
        try (Pages fds = Pages.map(driver.sys(), BYTES)) {
            Failures.require("pipe2", driver.ringName(), open(driver.sys(), driver, fds.address(), 0));
            source = end(driver, Memory.getInt(fds.address()), Kind.SOURCE);
            sink = end(driver, Memory.getInt(fds.address() + Integer.BYTES), Kind.SINK);
        }
        Handle.announce(source, sink);
        return new PipeEnds(Access.api().source(source), Access.api().sink(sink));
    }

    private static Handle end(Driver driver, int fd, Kind kind) {
        boolean nonBlocking = (driver.socketFlags() & Linux.SOCK_NONBLOCK()) != 0;
        return new Handle(driver, fd, kind, "of a pipe", nonBlocking ? Waits.NON_BLOCKING : Waits.WITH_NOWAIT);
    }

    @Override
    protected void discard(PipeEnds unwanted) {
        unwanted.source().close();
        unwanted.sink().close();
    }
}
