package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.ErrnoException;
import dev.ringway.Ring;
import dev.ringway.testing.Cap;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.TestBed;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/// Whether a ring can be watched at all.
@EveryBackend
class WatchableTest {
    @Test
    void aRingThatHasNoFdToWatchSaysSo(TestBed bed, Loop loop) {
        Loop other = bed.loop(options -> {});
        Items<Ring> watch = loop.start(loop.ring().prepareWatchEach(other.ring()), ring -> other.poll(Duration.ZERO));
        loop.settle();
        if (bed.caps().has(Cap.RINGS_CAN_BE_WATCHED)) {
            assertThat(watch.isDone()).isFalse();
            watch.iteration().cancel();
            watch.failure(CancellationException.class);
        } else {
            assertThat(watch.failure(ErrnoException.class)).hasMessageContaining("EOPNOTSUPP");
        }
    }
}
