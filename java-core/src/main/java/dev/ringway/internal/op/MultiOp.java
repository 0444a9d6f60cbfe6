package dev.ringway.internal.op;

import dev.ringway.Completion;
import dev.ringway.Each;
import dev.ringway.Iteration;
import dev.ringway.internal.ffi.Errno;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// An operation that produces items until it ends.
///
/// Items go from the kernel through a queue to the consumer; while the consumer takes everything the queue stays empty
/// and does not exist. A consumer that has paused lets it grow to [#QUEUE_LIMIT]; then the kernel is told once to stop,
/// and is told to go on when the queue has shrunk to half of that. Cancelling and re-arming for every item would cost
/// more than the item.
///
/// What nobody takes goes to [#discard]: never into the void.
///
/// Beside [Op]'s state it keeps four facts:
///
/// - *paused*: the consumer wants no item now;
/// - *stopping*: the kernel was told to stop because the queue is full, and its last completion has not come;
/// - *exhausted*: the source has ended, the outcome is stored, only the queue is left;
/// - *drainDue*: the queue will be drained from the top of the loop.
///
/// It is [State#IDLE] for one of three reasons: it rests until the queue has shrunk, it waits for a buffer of the pool
/// ([#waitsForOther()]), or it is exhausted and its consumer has paused.
///
/// @param <T> the type of the items
public abstract class MultiOp<T> extends Op implements Iteration<T> {
    /// Undelivered items at which the kernel is told to stop.
    public static final int QUEUE_LIMIT = 16;

    private @Nullable Each<? super T> each;
    private @Nullable Completion<@Nullable Void> done;
    private @Nullable ArrayDeque<T> queue;
    private @Nullable Task drain;
    private boolean paused;
    private boolean stopping;
    private boolean drainDue;
    private boolean exhausted;
    private long idleNanos;

    protected MultiOp(Driver driver, @Nullable Handle handle) {
        super(driver, handle);
    }

    /// Takes one result of the kernel: delivers items, and says how it goes on.
    protected abstract Step items(int res, int flags);

    /// Disposes of an item that was not delivered.
    ///
    /// @param first whether it came before everything that was disposed of already
    protected abstract void discard(T item, boolean first);

    // ---- from the kernel

    @Override
    public final Step complete(int res, int flags) {
        Step step = items(res, flags);
        return switch (step) {
            case MORE -> Step.MORE;
            case DONE -> {
                exhausted = true;
                // A consumer that has paused gets what is queued first
                yield hasQueued() && !ending() ? Step.IDLE : Step.DONE;
            }
            default -> {
                stopping = false;
                if (ending()) {
                    yield failed(-Errno.ECANCELED);
                }
                yield step == Step.AGAIN && mustRest() ? Step.IDLE : step;
            }
        };
    }

    private ArrayDeque<T> queue() {
        ArrayDeque<T> items = queue;
        if (items == null) {
            items = new ArrayDeque<>();
            queue = items;
        }
        return items;
    }

    private boolean hasQueued() {
        return queue != null && !queue.isEmpty();
    }

    /// Whether an item waits for its consumer.
    protected final boolean hasUndelivered() {
        return hasQueued();
    }

    private boolean mustRest() {
        return queue != null && queue.size() > QUEUE_LIMIT / 2;
    }

    /// Whether the kernel has been told to stop because the consumer has paused.
    protected final boolean stopping() {
        return stopping;
    }

    /// Hands an item to the consumer, or to the queue.
    protected final void deliver(T item) {
        if (ending()) {
            dispose(item, false);
        } else if (paused || hasQueued()) {
            ArrayDeque<T> items = queue();
            items.addLast(item);
            if (items.size() >= QUEUE_LIMIT && !stopping) {
                stopping = true;
                driver.stop(this);
            }
        } else {
            if (idleNanos > 0) {
                restartIdleLimit();
            }
            give(item);
        }
    }

    private void give(T item) {
        try {
            required(each, "each").next(item);
        } catch (Throwable thrown) {
            driver.uncaught(thrown);
        }
    }

    /// Whether another attempt would only add to a queue that is long enough.
    public final boolean saturated() {
        return queue != null && queue.size() >= QUEUE_LIMIT;
    }

    // ---- to the consumer

    private void drainLater() {
        if (!drainDue) {
            drainDue = true;
            Task task = drain;
            if (task == null) {
                task = new Drain();
                drain = task;
            }
            driver.later(task);
        }
    }

    private final class Drain extends Task {
        @Override
        public void run() {
            drainDue = false;
            drain();
        }
    }

    /// Stops at an item that was put back: it comes again in the loop's next turn, so that a consumer that refuses it
    /// does not hold up everybody else.
    private void drain() {
        if (state() == State.DONE) {
            return;
        }
        while (hasQueued() && !paused && !drainDue && !ending()) {
            give(queue().removeFirst());
        }
        if (state() == State.IDLE && !ending()) {
            if (exhausted) {
                if (!hasQueued()) {
                    driver.finished(this);
                }
            } else if (!mustRest() && !waitsForOther()) {
                stopping = false;
                driver.resume(this);
            }
        }
    }

    /// Whether, when idle, it waits for something other than the consumer.
    protected boolean waitsForOther() {
        return false;
    }

    @Override
    public final boolean mustStop() {
        return super.mustStop() || stopping;
    }

    @Override
    protected final void dropCompletion() {
        each = null;
        done = null;
    }

    /// What nobody got came before everything that was disposed of since it was asked to end.
    @Override
    protected void returnInputs() {
        while (hasQueued()) {
            dispose(queue().removeLast(), true);
        }
        queue = null;
    }

    /// An item that its consumer has spoiled must not keep the operation from ending.
    private void dispose(T item, boolean first) {
        try {
            discard(item, first);
        } catch (RuntimeException spoiled) {
            driver.uncaught(spoiled);
        }
    }

    @Override
    protected final void conclude() {
        Completion<@Nullable Void> completion = done;
        Throwable failure = outcome();
        done = null;
        each = null;
        markDone();
        try {
            required(completion, "done").complete(null, failure);
        } catch (Throwable thrown) {
            driver.uncaught(thrown);
        }
    }

    /// While its consumer has paused, the time between items does not count.
    @Override
    public void armTimeLimit() {
        if (!paused) {
            super.armTimeLimit();
        }
    }

    // ---- the user's handle

    @Override
    public Iteration<T> start(Each<? super T> consumer, Completion<@Nullable Void> completion) {
        required(consumer, "each");
        required(completion, "done");
        checkNew();
        each = consumer;
        done = completion;
        launch();
        return this;
    }

    @Override
    public final void pause() {
        if (driver.onOwner()) {
            pauseNow(); // a consumer may do so for every item
        } else {
            post(this::pauseNow);
        }
    }

    private void pauseNow() {
        paused = true;
        disarmTimeLimit();
    }

    @Override
    public final void resume() {
        if (driver.onOwner()) {
            resumeNow();
        } else {
            post(this::resumeNow);
        }
    }

    private void resumeNow() {
        if (paused) {
            paused = false;
            if (idleNanos > 0) {
                restartIdleLimit();
            }
            if (hasQueued() || state() == State.IDLE) {
                drainLater();
            }
        }
    }

    @Override
    public final void putBack(T item) {
        required(item, "item");
        if (driver.onOwner()) {
            putBackNow(item);
        } else {
            post(() -> putBackNow(item));
        }
    }

    private void putBackNow(T item) {
        if (state() == State.DONE) {
            dispose(item, true);
            return;
        }
        queue().addFirst(item);
        if (!paused) {
            drainLater();
        }
    }

    @Override
    public Iteration<T> idleTimeout(Duration limit) {
        setTimeout(limit);
        idleNanos = Durations.nanos(limit);
        return this;
    }

    private void restartIdleLimit() {
        disarmTimeLimit();
        if (state() != State.DONE && state() != State.NEW) {
            armTimeLimit();
        }
    }

    private void post(Runnable change) {
        driver.post(new Task() {
            @Override
            public void run() {
                change.run();
            }
        });
    }
}
