package dev.ringway.internal.op.io;

import dev.ringway.AsyncFd;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.ValueOp;
import java.util.function.Function;

/// Makes another handle on the same open file.
abstract class Twin<T extends AsyncFd> extends ValueOp<T> {
    private final Handle original;
    private final Function<Handle, T> door;

    /// @param door wraps the new handle for the user
    Twin(Handle original, Function<Handle, T> door) {
        super(original.driver, original);
        this.original = original;
        this.door = door;
    }

    /// The number of the new one.
    ///
    /// @param res what the call gave
    protected abstract int number(int res);

    @Override
    protected Step step(int res) {
        if (res < 0) {
            return fail(res);
        }
        Handle twin = original.duplicate(number(res));
        driver.born(twin);
        return done(door.apply(twin));
    }

    @Override
    protected final void discard(T unwanted) {
        unwanted.close();
    }
}
