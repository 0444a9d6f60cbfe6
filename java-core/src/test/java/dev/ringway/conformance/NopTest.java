package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.Ring;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Steps;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@EveryBackend
class NopTest {
    @Test
    void completesWithZero(Ring ring, Loop loop) {
        assertThat(loop.await(ring.prepareNop())).isZero();
    }

    @Test
    void isNotCalledBackOnTheStackThatStartsIt(Ring ring, Loop loop, Steps steps) {
        steps.expect(1);
        ring.nop((count, failure) -> steps.expect(3));
        steps.expect(2);
        loop.until("the nop has ended", () -> steps.count() == 3);
        steps.finish(4);
    }

    @Test
    void completesInTheOrderStarted(Ring ring, Loop loop) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int nth = i;
            ring.nop((count, failure) -> order.add(nth));
        }
        loop.until("all have ended", () -> order.size() == 100);
        assertThat(order).containsExactlyElementsOf(IntStream.range(0, 100).boxed().toList());
    }

    @Test
    void manyMoreThanTheQueueHoldsAllComplete(Ring ring, Loop loop) {
        List<Count> nops = IntStream.range(0, 10_000).mapToObj(i -> loop.start(ring.prepareNop())).toList();
        assertThat(ring.inFlight()).isEqualTo(10_000);
        loop.until("all have ended", () -> nops.stream().allMatch(Count::isDone));
        assertThat(ring.inFlight()).isZero();
    }

    @Test
    void startsTheNextFromItsCallback(Ring ring, Loop loop) {
        int[] left = {1000};
        Runnable[] next = new Runnable[1];
        next[0] = () -> ring.nop((count, failure) -> {
            if (--left[0] > 0) {
                next[0].run();
            }
        });
        next[0].run();
        loop.until("the last has ended", () -> left[0] == 0);
    }
}
