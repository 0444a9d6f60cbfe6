package dev.ringway.internal.op.io;

import dev.ringway.PipeEnds;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.ValueOp;
import dev.ringway.internal.op.Waits;

/// pipe2(2).
public final class OpenPipe extends ValueOp<PipeEnds> {
    public OpenPipe(Driver driver) {
        super(driver, null);
    }

    @Override
    public String call() {
        return "pipe2";
    }

    @Override
    public int scratchBytes() {
        return 2 * Integer.BYTES;
    }

    /// The flags of sockets are those of pipes, by the same numbers.
    @Override
    public int attempt(Sys sys) {
        return sys.pipe2(scratch, driver.socketFlags());
    }

    @Override
    protected Step step(int res) {
        if (res < 0) {
            return fail(res);
        }
        Handle source = end(Memory.getInt(scratch), Kind.SOURCE);
        Handle sink = end(Memory.getInt(scratch + Integer.BYTES), Kind.SINK);
        return done(new PipeEnds(Access.api().source(source), Access.api().sink(sink)));
    }

    private Handle end(int fd, Kind kind) {
        boolean nonBlocking = (driver.socketFlags() & Linux.SOCK_NONBLOCK()) != 0;
        Handle handle = new Handle(
                driver, fd, kind, "of a pipe", nonBlocking ? Waits.NON_BLOCKING : Waits.WITH_NOWAIT);
        driver.born(handle);
        return handle;
    }

    @Override
    protected void discard(PipeEnds unwanted) {
        unwanted.source().close();
        unwanted.sink().close();
    }
}
