package dev.ringway.internal.op;

import org.jspecify.annotations.Nullable;

/// An operation that only succeeds or fails.
public abstract class VoidOp extends ValueOp<@Nullable Void> {
    protected VoidOp(Driver driver, @Nullable Handle handle) {
        super(driver, handle);
    }

    @Override
    @SuppressWarnings("NullAway") // null is the one value of this type
    protected Step step(int res) {
        return res < 0 ? fail(res) : done(null);
    }
}
