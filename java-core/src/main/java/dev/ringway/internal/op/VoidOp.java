package dev.ringway.internal.op;

import org.jspecify.annotations.Nullable;

/// An operation that only succeeds or fails.
public abstract class VoidOp extends ValueOp<@Nullable Void> {
    protected VoidOp(Driver driver, @Nullable Handle handle) {
        super(driver, handle);
    }

    @Override
    protected Step step(int res) {
        return nothingOr(res);
    }
}
