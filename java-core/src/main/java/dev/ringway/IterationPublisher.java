package dev.ringway;

import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Task;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Iterations as a Reactive Streams publisher: each subscriber gets one of its own.
///
/// The life of a subscription. All of it but [Flow.Subscription#request] and [Flow.Subscription#cancel] happens on the
/// polling thread, so that signals never overlap (rule 1.3) and need no lock:
///
/// 1. *Subscribe*, on any thread, takes it to the polling thread: at once if it is there already, else through the
///    inbox. After the end of the ring nobody polls, and the caller does what follows.
/// 2. *onSubscribe*. What is demanded and cancelled there counts, and nothing has been started yet.
/// 3. *Start* of the iteration, paused if nothing is demanded. A refusal is told with onError.
/// 4. *onNext* for each item, which takes one of the demand. When there is none left the iteration pauses. Demand that
///    comes to none resumes it, on the polling thread and if it is still there then: the thread that asked may be late,
///    and its demand served. Neither calls back on the stack of who asks (rule 3.3).
/// 5. *The end*, once. The iteration has ended: onComplete or onError. Or demand was not positive: onError (rule 3.9).
///    Or it was cancelled: no signal any more. A subscriber that throws has cancelled (rule 2.13), and what it threw
///    goes to the ring's uncaught handler. The subscriber is forgotten (rule 3.13), and what was taken for it and not
///    delivered goes back.
final class IterationPublisher<T> implements Flow.Publisher<T> {
    private final Driver driver;
    private final Supplier<Iteration<T>> iterations;

    IterationPublisher(Driver driver, Supplier<Iteration<T>> iterations) {
        this.driver = driver;
        this.iterations = iterations;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        Subscribed<T> subscribed = new Subscribed<>(driver, iterations.get(), subscriber);
        if (!driver.post(subscribed)) {
            subscribed.run();
        }
    }

    private static final class Subscribed<T> extends Task implements Flow.Subscription {
        private static final long UNBOUNDED = Long.MAX_VALUE;
        private static final VarHandle DEMAND;

        static {
            try {
                DEMAND = MethodHandles.lookup().findVarHandle(Subscribed.class, "demand", long.class);
            } catch (ReflectiveOperationException impossible) {
                throw new ExceptionInInitializerError(impossible);
            }
        }

        private final Driver driver;
        private final Iteration<T> iteration;
        /// Null once it is over. Confined to the polling thread.
        private Flow.@Nullable Subscriber<? super T> subscriber;
        private volatile long demand;
        private volatile boolean cancelled;
        private volatile @Nullable Throwable badDemand;

        Subscribed(Driver driver, Iteration<T> iteration, Flow.Subscriber<? super T> subscriber) {
            this.driver = driver;
            this.iteration = iteration;
            this.subscriber = subscriber;
        }

        // ---- the polling thread

        /// Steps 2 and 3.
        @Override
        public void run() {
            Flow.Subscriber<? super T> told = Objects.requireNonNull(subscriber);
            try {
                told.onSubscribe(this);
            } catch (Throwable thrown) {
                threw(thrown);
            }
            if (isOver()) {
                ended(null);
                return;
            }
            if (demand == 0) {
                iteration.pause();
            }
            try {
                iteration.start(this::next, (nothing, failure) -> ended(failure));
            } catch (RuntimeException refused) {
                ended(refused);
            }
        }

        private boolean isOver() {
            return cancelled || badDemand != null;
        }

        /// Step 4.
        private void next(T item) {
            if (isOver()) {
                iteration.putBack(item); // the request to end it is under way from another thread
                iteration.cancel();
                return;
            }
            if (demand != UNBOUNDED) {
                DEMAND.getAndAdd(this, -1L);
            }
            try {
                Objects.requireNonNull(subscriber).onNext(item);
            } catch (Throwable thrown) {
                threw(thrown);
            }
            if (demand == 0) {
                iteration.pause();
            }
        }

        private void threw(Throwable thrown) {
            cancelled = true;
            iteration.cancel();
            driver.uncaught(thrown);
        }

        /// Step 5.
        private void ended(@Nullable Throwable failure) {
            Flow.Subscriber<? super T> told = subscriber;
            subscriber = null;
            if (cancelled || told == null) {
                return;
            }
            Throwable reason = badDemand != null ? badDemand : failure;
            try {
                if (reason == null) {
                    told.onComplete();
                } else {
                    told.onError(reason);
                }
            } catch (Throwable thrown) {
                driver.uncaught(thrown);
            }
        }

        // ---- any thread

        @Override
        public void request(long n) {
            if (isOver()) {
                return;
            }
            if (n <= 0) {
                badDemand = new IllegalArgumentException("request(" + n + "): demand must be positive (rule 3.9)");
                attend();
            } else if (addDemand(n) == 0) {
                attend();
            }
        }

        /// @return what it was before
        private long addDemand(long n) {
            while (true) {
                long before = demand;
                long after = before + n < 0 ? UNBOUNDED : before + n;
                if (DEMAND.compareAndSet(this, before, after)) {
                    return before;
                }
            }
        }

        @Override
        public void cancel() {
            if (!cancelled) {
                cancelled = true;
                attend();
            }
        }

        /// Has the polling thread look at what is asked; behind the start, which may be in the inbox.
        private void attend() {
            driver.post(new Task() {
                @Override
                public void run() {
                    if (isOver()) {
                        iteration.cancel();
                    } else if (demand > 0) {
                        iteration.resume();
                    }
                }
            });
        }
    }
}
