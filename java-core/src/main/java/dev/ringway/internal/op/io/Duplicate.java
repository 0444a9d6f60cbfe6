package dev.ringway.internal.op.io;

import dev.ringway.AsyncFd;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.ValueOp;
import java.util.function.Function;

/// fcntl(2) with F_DUPFD_CLOEXEC: another fd for the same open file description.
public final class Duplicate<T extends AsyncFd> extends ValueOp<T> {
    private final Handle original;
    private final Function<Handle, T> door;

    /// @param door wraps the new handle for the user
    public Duplicate(Handle original, Function<Handle, T> door) {
        super(original.driver, original);
        this.original = original;
        this.door = door;
    }

    @Override
    public String call() {
        return "dup";
    }

    @Override
    public int attempt(Sys sys) {
        return sys.dup(fd());
    }

    @Override
    protected Step step(int res) {
        if (res < 0) {
            return fail(res);
        }
        Handle twin = original.duplicate(res);
        driver.born(twin);
        return done(door.apply(twin));
    }

    @Override
    protected void discard(T unwanted) {
        unwanted.close();
    }
}
