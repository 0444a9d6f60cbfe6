package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncListener;
import dev.ringway.FileWatcher;
import dev.ringway.PipeEnds;
import dev.ringway.Readiness;
import dev.ringway.Ring;
import dev.ringway.Signal;
import dev.ringway.TestRings;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/// What all iterations have in common, whatever they produce and whatever has ended them.
@EveryBackend
class IterationTest {
    /// Nothing that is asked of it does anything any more, and nothing is told.
    private static <T> void requireEnded(Items<T> items, Loop loop) {
        int size = items.size();
        items.iteration().cancel();
        items.iteration().pause();
        items.iteration().resume();
        loop.settle();
        assertThat(items.iteration().isDone()).isTrue();
        assertThat(items.size()).isEqualTo(size);
        assertThatThrownBy(() -> loop.start(items.iteration())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> items.iteration().idleTimeout(Duration.ofSeconds(1)))
                .isInstanceOf(IllegalStateException.class);
        assertThat(loop.inFlight()).isZero();
    }

    @Test
    @Parity("defect/iterators_end_alike")
    void ofEveryKindTheEndIsOneAndTheLast(TestBed bed, Ring ring, Loop loop, Caps caps) throws Exception {
        AsyncListener listener = loop.await(ring.net().prepareListen(Transport.TCP4.unused(bed.directory())));
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Pair other = Pair.open(bed, loop, Transport.UNIX);
        PipeEnds pipe = loop.await(ring.streams().preparePipe());
        loop.keep(pipe.source());
        loop.keep(pipe.sink());
        List<Items<?>> all = new ArrayList<>(List.of(
                loop.start(listener.prepareAcceptEach()),
                loop.start(pair.near().prepareReceiveEach(loop.pool(2, 16))),
                loop.start(other.near().preparePollEach(Readiness.READABLE)),
                loop.start(pipe.source().prepareReadEach(loop.pool(2, 16)))));
        if (caps.has(Cap.RINGS_CAN_BE_WATCHED)) {
            all.add(loop.start(ring.prepareWatchEach(bed.loop(options -> {}).ring())));
        }
        FileWatcher watcher = loop.await(ring.files().prepareWatcher());
        loop.await(watcher.prepareWatch(bed.directory(), FileWatcher.Interest.CREATE));
        all.add(loop.start(watcher.prepareEventEach()));
        all.add(loop.start(loop.keep(TestRings.signals(ring, Signal.realTime(1))).prepareReceiveEach()));
        loop.settle();
        for (Items<?> items : all) {
            assertThat(items.isDone()).as(items.toString()).isFalse();
            assertThatThrownBy(() -> loop.start(items.iteration())).isInstanceOf(IllegalStateException.class);
            items.iteration().cancel();
        }
        for (Items<?> items : all) {
            items.failure(CancellationException.class);
        }
        for (Items<?> items : all) {
            requireEnded(items, loop);
        }
    }

    @Test
    @Parity("defect/iterators_end_alike")
    void theEndOfASourceIsNoDifferentFromACancel(TestBed bed, Ring ring, Loop loop) throws Exception {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        PipeEnds pipe = loop.await(ring.streams().preparePipe());
        loop.keep(pipe.source());
        Items<?> received = loop.start(pair.near().prepareReceiveEach(loop.pool(2, 16)));
        Items<?> read = loop.start(pipe.source().prepareReadEach(loop.pool(2, 16)));
        pair.far().shutdownOutput();
        pipe.sink().close();
        for (Items<?> items : List.of(received, read)) {
            items.awaitEnd();
        }
        requireEnded(received, loop);
        requireEnded(read, loop);
    }
}
