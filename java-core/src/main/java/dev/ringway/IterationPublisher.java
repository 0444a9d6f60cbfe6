package dev.ringway;

import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Iterations as a Reactive Streams publisher: each subscriber gets one of its own, paused while it has no demand.
///
/// Signals come on the polling thread. Demand may be added, and the subscription cancelled, from any thread.
final class IterationPublisher<T> implements Flow.Publisher<T> {
    private final Supplier<Iteration<T>> iterations;

    IterationPublisher(Supplier<Iteration<T>> iterations) {
        this.iterations = iterations;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        new Subscribed<>(iterations.get(), subscriber).begin();
    }

    private static final class Subscribed<T> implements Flow.Subscription {
        private final Iteration<T> iteration;
        private final Flow.Subscriber<? super T> subscriber;
        private long demand;
        private boolean over;
        private @Nullable Throwable refusal;

        Subscribed(Iteration<T> iteration, Flow.Subscriber<? super T> subscriber) {
            this.iteration = iteration;
            this.subscriber = subscriber;
        }

        void begin() {
            iteration.pause();
            @Nullable Throwable unstartable = null;
            try {
                iteration.start(this::next, this::end);
            } catch (RuntimeException refused) {
                unstartable = refused;
            }
            subscriber.onSubscribe(this);
            if (unstartable != null) {
                finish(unstartable);
            }
        }

        private void next(T item) {
            synchronized (this) {
                if (over) {
                    iteration.putBack(item);
                    return;
                }
                if (demand != Long.MAX_VALUE && --demand == 0) {
                    iteration.pause();
                }
            }
            subscriber.onNext(item);
        }

        private void end(@Nullable Void nothing, @Nullable Throwable failure) {
            finish(failure);
        }

        private void finish(@Nullable Throwable failure) {
            synchronized (this) {
                if (over) {
                    return;
                }
                over = true;
            }
            Throwable reason = refusal != null ? refusal : failure;
            if (reason == null) {
                subscriber.onComplete();
            } else {
                subscriber.onError(reason);
            }
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                refusal = new IllegalArgumentException("request(" + n + "): demand must be positive (rule 3.9)");
                iteration.cancel();
                return;
            }
            synchronized (this) {
                if (over) {
                    return;
                }
                demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
            }
            iteration.resume();
        }

        @Override
        public void cancel() {
            synchronized (this) {
                over = true;
            }
            iteration.cancel();
        }
    }
}
