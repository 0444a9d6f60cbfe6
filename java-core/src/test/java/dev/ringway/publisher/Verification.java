package dev.ringway.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.Ring;
import dev.ringway.testing.Loop;
import dev.ringway.testing.TestBed;
import java.nio.channels.AsynchronousCloseException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.Test;

/// The TCK for a publisher of a ring that has a thread of its own, and what the TCK leaves untested because it knows
/// too little about the publisher. We know ours.
///
/// The TCK keeps the items that it gets; so the ring is closed before the test looks for what has been left.
abstract class Verification<T> extends FlowPublisherVerification<T> implements AutoCloseable {
    private static final long TIMEOUT_MILLIS = 2_000;
    private static final long NO_SIGNALS_MILLIS = 50;
    private static final long POLL_MILLIS = 10;
    private static final long COLLECTED_MILLIS = 300;

    final TestBed bed;
    final Loop loop;
    final Ring ring;

    Verification(TestBed bed) {
        super(new TestEnvironment(TIMEOUT_MILLIS, NO_SIGNALS_MILLIS, POLL_MILLIS), COLLECTED_MILLIS);
        this.bed = bed;
        this.loop = bed.running();
        this.ring = loop.ring();
    }

    @Override
    public final void close() {
        ring.close();
    }

    /// Makes the source of the publisher that was made last fail under its subscriber.
    abstract void failSource();

    @Override
    @Test
    public void untested_spec106_mustConsiderSubscriptionCancelledAfterOnErrorOrOnCompleteHasBeenCalled() {
        Signals<T> signals = failedAfterOne();
        signals.subscription().request(5);
        signals.subscription().request(-1);
        signals.subscription().cancel();
        signals.expectNoneFor(NO_SIGNALS_MILLIS);
    }

    @Override
    @Test
    public void untested_spec107_mustNotEmitFurtherSignalsOnceOnErrorHasBeenSignalled() {
        failedAfterOne().expectNoneFor(NO_SIGNALS_MILLIS);
    }

    private Signals<T> failedAfterOne() {
        Signals<T> signals = Signals.of(createFlowPublisher(Integer.MAX_VALUE));
        signals.subscription().request(1);
        signals.awaitItems(1);
        failSource();
        assertThat(signals.awaitError()).isInstanceOf(AsynchronousCloseException.class);
        return signals;
    }

    @Override
    @Test
    public void untested_spec108_possiblyCanceledSubscriptionShouldNotReceiveOnErrorOrOnCompleteSignals() {
        Signals<T> signals = Signals.of(createFlowPublisher(Integer.MAX_VALUE));
        signals.subscription().request(1);
        signals.awaitItems(1);
        signals.subscription().cancel();
        failSource();
        signals.expectNoneFor(NO_SIGNALS_MILLIS);
    }

    @Override
    @Test
    public void untested_spec109_subscribeShouldNotThrowNonFatalThrowable() {
        Flow.Publisher<T> publisher = createFlowPublisher(Integer.MAX_VALUE);
        ring.close();
        Signals<T> signals = Signals.of(publisher);
        assertThat(signals.awaitError()).isInstanceOf(RejectedExecutionException.class);
        assertThat(signals.log()).startsWith("onSubscribe").hasSize(2);
    }

    @Override
    @Test
    public void untested_spec304_requestShouldNotPerformHeavyComputations() {
        whileThePollingThreadIsBusy(subscription -> subscription.request(1));
    }

    @Override
    @Test
    public void untested_spec305_cancelMustNotSynchronouslyPerformHeavyComputation() {
        whileThePollingThreadIsBusy(Flow.Subscription::cancel);
    }

    /// What depends on the polling thread never returns here, and the test's limit ends it.
    private void whileThePollingThreadIsBusy(Consumer<Flow.Subscription> call) {
        CountDownLatch returned = new CountDownLatch(1);
        Signals<T> signals = new Signals<>() {
            @Override
            public void onNext(T item) {
                super.onNext(item);
                await(returned);
            }
        };
        createFlowPublisher(Integer.MAX_VALUE).subscribe(signals);
        signals.subscription().request(1);
        signals.awaitItems(1);
        call.accept(signals.subscription());
        returned.countDown();
        assertThat(signals.log()).startsWith("onSubscribe", "onNext").doesNotContain("onError");
    }
}
