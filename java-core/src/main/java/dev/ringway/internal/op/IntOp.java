package dev.ringway.internal.op;

import dev.ringway.IntCompletion;
import dev.ringway.IntOperation;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// An operation that moves bytes.
public abstract class IntOp extends Op implements IntOperation {
    private @Nullable IntCompletion done;
    private int count;

    protected IntOp(Driver driver, @Nullable Handle handle) {
        super(driver, handle);
    }

    /// Takes the result of one round: done, failed, or once more.
    protected abstract Step step(int res);

    @Override
    public Step complete(int res, int flags) {
        return step(res);
    }

    /// The outcome is a count.
    protected final Step done(int moved) {
        count = moved;
        return succeeded();
    }

    /// The outcome is a failure, after some bytes were moved.
    protected final Step fail(int res, int moved) {
        count = moved;
        return failed(res);
    }

    @Override
    protected final void dropCompletion() {
        done = null;
    }

    @Override
    protected final void conclude() {
        IntCompletion completion = done;
        int moved = count;
        if (completion == null) {
            markDone();
            wake();
            return;
        }
        Throwable failure = outcome();
        done = null;
        markDone();
        try {
            completion.complete(moved, failure);
        } catch (Throwable thrown) {
            driver.uncaught(thrown);
        }
    }

    /// Starts it as one of several, but for its way to the polling thread; see [Op#admit].
    final void enlist(IntCompletion completion) {
        admit(true);
        done = completion;
    }

    @Override
    public IntOperation start(IntCompletion completion) {
        IntCompletion given = required(completion, "done");
        checkNew();
        done = given;
        launch();
        return this;
    }

    @Override
    public final int result() throws IOException {
        Failures.rethrow(failure());
        return count;
    }

    @Override
    public IntOperation timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public final CompletableFuture<Integer> future() {
        OpFuture<Integer> future = new OpFuture<>(this);
        start((moved, failure) -> future.settle(moved, failure));
        return future;
    }

    @Override
    public final int join() throws IOException {
        Joiner joiner = new Joiner(this);
        start(joiner);
        joiner.await();
        return result();
    }
}
