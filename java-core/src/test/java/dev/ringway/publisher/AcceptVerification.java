package dev.ringway.publisher;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;

/// The connections of a listener to which so many clients connect. It never completes: there is always another client
/// to wait for.
final class AcceptVerification extends Verification<AsyncSocket> {
    private static final int BACKLOG = 64;
    private static final String COMPETE =
            "subscribers compete: a connection goes to one of them, and the others wait (rule 1.11 leaves that open)";

    /// The TCK's methods that are skipped, and why.
    static final Map<String, String> SKIPS = skips();

    private AsyncListener last;

    AcceptVerification(TestBed bed) {
        super(bed);
    }

    private static Map<String, String> skips() {
        Map<String, String> skips = new HashMap<>();
        for (String completes : List.of(
                "required_createPublisher1MustProduceAStreamOfExactly1Element",
                "required_createPublisher3MustProduceAStreamOfExactly3Elements",
                "required_spec102_maySignalLessThanRequestedAndTerminateSubscription",
                "stochastic_spec103_mustSignalOnMethodsSequentially",
                "required_spec105_mustSignalOnCompleteWhenFiniteStreamTerminates",
                "optional_spec105_emptyStreamMustTerminateBySignallingOnComplete",
                "required_spec107_mustNotEmitFurtherSignalsOnceOnCompleteHasBeenSignalled",
                "required_spec317_mustSupportAPendingElementCountUpToLongMaxValue",
                "required_spec317_mustSupportACumulativePendingElementCountUpToLongMaxValue")) {
            skips.put(completes, "waits for onComplete, and a listener has no end but its close, which is an error");
        }
        for (String multicast : List.of(
                "WhenRequestingOneByOne",
                "WhenRequestingManyUpfront",
                "WhenRequestingManyUpfrontAndCompleteAsExpected")) {
            skips.put(
                    "optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfItsSubscribers"
                            + multicast,
                    COMPETE);
        }
        skips.put("optional_spec111_registeredSubscribersMustReceiveOnNextOrOnCompleteSignals", COMPETE);
        skips.put(
                "untested_spec110_rejectASubscriptionRequestIfTheSameSubscriberSubscribesTwice",
                "the rule binds who subscribes; a publisher that remembered its subscribers would keep them alive");
        return skips;
    }

    @Override
    public long maxElementsFromPublisher() {
        return publisherUnableToSignalOnComplete();
    }

    @Override
    public Flow.Publisher<AsyncSocket> createFlowPublisher(long elements) {
        last = loop.await(ring.net().prepareListen(Transport.TCP4.unused(bed.directory())).backlog(BACKLOG));
        Sources.connect(bed, loop.await(last.prepareLocalAddress()), elements, BACKLOG);
        return last.acceptPublisher();
    }

    /// Refuses, since the listener is closed.
    @Override
    public Flow.Publisher<AsyncSocket> createFailedFlowPublisher() {
        Flow.Publisher<AsyncSocket> publisher = createFlowPublisher(0);
        last.close();
        return publisher;
    }

    @Override
    void failSource() {
        last.close();
    }
}
