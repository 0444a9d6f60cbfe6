package dev.ringway.internal.op.io;

import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.VoidOp;
import org.jspecify.annotations.Nullable;

/// close(2), when the handle's own operations have ended.
public final class Close extends VoidOp {
    private final Handle closing;
    /// The user's fd, which is not lost for as long as this may be started.
    @SuppressWarnings("unused") // held, not read
    private final @Nullable Object user;

    public Close(Handle closing) {
        super(closing.driver, null); // it must not count among the operations that it waits for
        this.closing = closing;
        this.user = closing.user();
    }

    @Override
    public String call() {
        return "close";
    }

    @Override
    public String subject() {
        return closing.toString();
    }

    @Override
    public boolean cancellable() {
        return false;
    }

    /// From the moment of its start on, operations that start find the handle closed.
    @Override
    protected void takeInputs() {
        closing.markClosed();
    }

    @Override
    public int attempt(Sys sys) {
        closing.closeOnOwner(() -> driver.completeLater(this, closing.closeResult(), 0));
        return PENDING;
    }
}
