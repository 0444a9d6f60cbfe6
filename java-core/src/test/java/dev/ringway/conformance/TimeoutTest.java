package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Ring;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.net.SocketTimeoutException;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

@EveryBackend
class TimeoutTest {
    @Test
    void oneThatIsNotReachedHasNoEffect(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Count receive = loop.start(pair.near().prepareReceive(loop.buffer(1)).timeout(Duration.ofMillis(30)));
        pair.farSends("x");
        assertThat(receive.value()).isEqualTo(1);
        loop.pass(Duration.ofMillis(50));
        assertThat(loop.await(pair.near().prepareSendAll(loop.bufferOf("y")))).isEqualTo(1);
    }

    @Test
    void zeroIsNoLimit(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Count receive = loop.start(pair.near().prepareReceive(loop.buffer(1)).timeout(Duration.ZERO));
        loop.pass(Duration.ofMillis(20));
        assertThat(receive.isDone()).isFalse();
        pair.farSends("x");
        assertThat(receive.value()).isEqualTo(1);
    }

    @Test
    void theLongestIsNoLimitEither(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Count receive = loop.start(
                pair.near().prepareReceive(loop.buffer(1)).timeout(Duration.ofSeconds(Long.MAX_VALUE)));
        loop.pass(Duration.ofMillis(20));
        assertThat(receive.isDone()).isFalse();
        pair.farSends("x");
        assertThat(receive.value()).isEqualTo(1);
    }

    @Test
    void itRunsFromTheStartAndNotFromTheTurn(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Count first = loop.start(pair.near().prepareReceive(loop.buffer(1)));
        Count second = loop.start(pair.near().prepareReceive(loop.buffer(1)).timeout(Duration.ofMillis(20)));
        Count third = loop.start(pair.near().prepareReceive(loop.buffer(1)));
        loop.pass(Duration.ofMillis(40));
        assertThat(first.isDone()).isFalse();
        second.failure(SocketTimeoutException.class);
        pair.farSends("ab");
        assertThat(first.value() + third.value()).isEqualTo(2);
    }

    @Test
    void thoseOfManyOperationsPassTogether(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.UNIX);
        Count[] receives = new Count[50];
        for (int i = 0; i < 50; i++) {
            Duration limit = Duration.ofMillis(10 + i % 7);
            receives[i] = loop.start(pair.near().prepareReceive(loop.buffer(1)).timeout(limit));
        }
        loop.pass(Duration.ofMillis(30));
        for (Count receive : receives) {
            receive.failure(SocketTimeoutException.class);
        }
        pair.farSends("kept");
        assertThat(pair.nearReceives(4)).isEqualTo("kept");
    }

    @Test
    void whereThereIsNoSocketItIsAnInterruption(Ring ring, Loop loop) {
        Outcome<Void> timer = loop.start(
                ring.timers().prepareAfter(Duration.ofMillis(500)).timeout(Duration.ofMillis(10)));
        loop.pass(Duration.ofMillis(30));
        assertThat(timer.failure(InterruptedByTimeoutException.class)).hasMessageContaining("timed out");
    }

    @Test
    void itIsKeptForTheNextStartUnlessItIsSetAnew(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        AsyncSocket.Receive receive = pair.near().prepareReceive(loop.buffer(1)).timeout(Duration.ofMillis(20));
        Count first = loop.start(receive);
        loop.pass(Duration.ofMillis(30));
        first.failure(SocketTimeoutException.class);
        Count second = loop.start(receive.reset(loop.buffer(1)));
        loop.pass(Duration.ofMillis(30));
        second.failure(SocketTimeoutException.class);
        Count third = loop.start(receive.reset(loop.buffer(1)).timeout(Duration.ZERO));
        loop.pass(Duration.ofMillis(30));
        assertThat(third.isDone()).isFalse();
        third.cancel();
        third.failure(CancellationException.class);
    }

    @Test
    void theOneThatWasAskedFirstNamesTheEnd(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Count receive = loop.start(pair.near().prepareReceive(loop.buffer(1)).timeout(Duration.ofMillis(20)));
        loop.settle();
        receive.cancel();
        loop.pass(Duration.ofMillis(30));
        receive.failure(CancellationException.class);
    }

    @Test
    void atTheVeryMomentOfTheResultEitherIsTrue(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        int received = 0;
        for (int i = 0; i < 30; i++) {
            Count receive = loop.start(
                    pair.near().prepareReceive(loop.buffer(100)).timeout(Duration.ofNanos(1 + 20_000L * i)));
            loop.pass(Duration.ofNanos(10_000L * i));
            pair.farSends("x");
            loop.pass(Duration.ofMillis(1));
            if (receive.failure() != null) {
                receive.failure(SocketTimeoutException.class);
                assertThat(receive.moved()).isZero();
            }
            received += receive.moved();
        }
        assertThat(pair.nearReceives(30 - received)).isEqualTo("x".repeat(30 - received));
    }

    @Test
    void aListenerThatTimesOutIsNotALeak(Ring ring, Loop loop, Path directory) {
        Outcome<AsyncListener> listen = loop.start(
                ring.net().prepareListen(Transport.TCP4.unused(directory)).timeout(Duration.ofNanos(1)));
        loop.pass(Duration.ofMillis(5));
        assertThat(listen.value().isOpen()).isTrue(); // the call never waits, so its value was there first
    }
}
