package dev.ringway.internal.op;

import dev.ringway.Completion;
import dev.ringway.Operation;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// An operation that produces one value.
///
/// @param <T> the type of the value
public abstract class ValueOp<T extends @Nullable Object> extends Op implements Operation<T> {
    private @Nullable Completion<? super T> done;
    private @Nullable T value;

    protected ValueOp(Driver driver, @Nullable Handle handle) {
        super(driver, handle);
    }

    /// Takes the result of one round: done, failed, or once more.
    protected abstract Step step(int res);

    /// Disposes of a value that nobody can take any more.
    protected void discard(T unwanted) {}

    @Override
    public Step complete(int res, int flags) {
        return step(res);
    }

    /// The outcome is a value.
    protected final Step done(T result) {
        value = result;
        return succeeded();
    }

    /// The outcome is a failure.
    protected final Step fail(int res) {
        value = null;
        return failed(res);
    }

    /// The outcome of an operation without a value: null is the one value of its type.
    @SuppressWarnings("NullAway") // only where T is Void
    protected final Step nothingOr(int res) {
        return res < 0 ? fail(res) : done(null);
    }

    @Override
    protected final void dropCompletion() {
        done = null;
    }

    @Override
    protected final void conclude() {
        Completion<? super T> completion = done;
        T result = value;
        if (completion == null) {
            markDone();
            wake();
            return;
        }
        Throwable failure = outcome();
        done = null;
        markDone();
        try {
            completion.complete(result, failure);
        } catch (Throwable thrown) {
            driver.uncaught(thrown);
        }
    }

    @Override
    public Operation<T> start(Completion<? super T> completion) {
        Completion<? super T> given = required(completion, "done");
        checkNew();
        done = given;
        launch();
        return this;
    }

    @Override
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // a finished operation without failure has its T
    public final T result() throws IOException {
        Failures.rethrow(failure());
        return value;
    }

    @Override
    public Operation<T> timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public final CompletableFuture<T> future() {
        OpFuture<T> future = new OpFuture<>(this);
        start((result, failure) -> {
            if (!future.settle(result, failure) && failure == null) {
                putBackTaken(result);
            }
        });
        return future;
    }

    @Override
    public final T join() throws IOException {
        Joiner joiner = new Joiner(this);
        start(joiner);
        try {
            joiner.await();
        } catch (java.io.InterruptedIOException interrupted) {
            if (outcome() == null) {
                putBackTaken(value);
            }
            throw interrupted;
        }
        return result();
    }

    @Override
    public final void putBack(T unwanted) {
        if (unwanted != value) {
            throw new IllegalArgumentException(
                    call() + " on " + subject() + ": putBack of " + unwanted + ", which it has not produced");
        }
        if (unwanted != null) {
            value = null;
            discard(unwanted);
        }
    }

    @SuppressWarnings("NullAway") // called with the value of a success, which is a T
    private void putBackTaken(@Nullable T unwanted) {
        putBack(unwanted);
    }
}
