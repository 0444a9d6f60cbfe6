package dev.ringway.publisher;

import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.util.Map;
import java.util.concurrent.Flow;

/// What a socket receives, in buffers of one byte: a peer that sends n bytes and ends makes a stream of n items.
final class ReceiveVerification extends Verification<Buf> {
    private static final String ONE_SUBSCRIBER =
            "a stream's bytes go to one subscriber; another is refused (rule 1.11 leaves that open)";

    /// The TCK's methods that are skipped, and why.
    static final Map<String, String> SKIPS = Map.of(
            "untested_spec110_rejectASubscriptionRequestIfTheSameSubscriberSubscribesTwice",
            "the rule binds who subscribes; a publisher that remembered its subscribers would keep them alive",
            "optional_spec111_maySupportMultiSubscribe",
            ONE_SUBSCRIBER,
            "optional_spec111_registeredSubscribersMustReceiveOnNextOrOnCompleteSignals",
            ONE_SUBSCRIBER,
            "optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfItsSubscribers"
                    + "WhenRequestingOneByOne",
            ONE_SUBSCRIBER,
            "optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfItsSubscribers"
                    + "WhenRequestingManyUpfront",
            ONE_SUBSCRIBER,
            "optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfItsSubscribers"
                    + "WhenRequestingManyUpfrontAndCompleteAsExpected",
            ONE_SUBSCRIBER);

    private AsyncSocket last;

    ReceiveVerification(TestBed bed) {
        super(bed);
    }

    @Override
    public Flow.Publisher<Buf> createFlowPublisher(long elements) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        last = pair.near();
        bed.closing(Sources.bytes(pair.far(), elements));
        return pair.near().receivePublisher(ring.pool(64, 1));
    }

    /// Refuses, since the read side has a subscriber already.
    @Override
    public Flow.Publisher<Buf> createFailedFlowPublisher() {
        Flow.Publisher<Buf> publisher = createFlowPublisher(1);
        Signals.of(publisher).subscription();
        return publisher;
    }

    @Override
    void failSource() {
        last.close();
    }
}
