package dev.ringway.internal.op;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// An operation's outcome as a future; cancelling it cancels the operation.
final class OpFuture<T extends @Nullable Object> extends CompletableFuture<T> {
    private final Op op;

    OpFuture(Op op) {
        this.op = op;
    }

    /// @return false if the future had been completed before, so that nobody takes the result
    @SuppressWarnings("NullAway") // without a failure the result is a T
    boolean settle(@Nullable T result, @Nullable Throwable failure) {
        return failure == null ? super.complete(result) : super.completeExceptionally(failure);
    }

    /// Somebody else ends it, as orTimeout does: nobody waits for the operation any more.
    @Override
    public boolean completeExceptionally(Throwable failure) {
        boolean completed = super.completeExceptionally(failure);
        if (completed) {
            op.cancel();
        }
        return completed;
    }

    @Override
    public boolean complete(T value) {
        boolean completed = super.complete(value);
        if (completed) {
            op.cancel();
        }
        return completed;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            op.cancel();
        }
        return cancelled;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
