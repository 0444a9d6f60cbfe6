package dev.ringway.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.Ring;
import dev.ringway.TestRings;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadPendingException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// The rules of Reactive Streams where the TCK does not look: on which thread, in which order, and what becomes of what
/// was taken and not delivered.
@EveryBackend
class PublisherTest {
    /// A subscriber of bytes, which come one by one.
    private static class Bytes extends Signals<Buf> {
        private final StringBuilder text = new StringBuilder();

        @Override
        public void onNext(Buf lease) {
            synchronized (this) {
                text.append((char) lease.get());
            }
            lease.release();
            super.onNext(lease);
        }

        final synchronized String text() {
            return text.toString();
        }
    }

    private static Flow.Publisher<Buf> publisher(Loop loop, Pair pair) {
        return pair.near().receivePublisher(loop.pool(64, 1));
    }

    private static void await(Loop loop, Signals<?> signals, String signal) {
        loop.until(signal + " has come", () -> signals.log().contains(signal));
    }

    private static void awaitText(Loop loop, Bytes bytes, int length) {
        loop.until(length + " bytes have come", () -> bytes.text().length() >= length);
    }

    private static String receive(Loop loop, Pair pair, int count) {
        StringBuilder text = new StringBuilder();
        while (text.length() < count) {
            Buf buf = loop.buffer(count);
            assertThat(loop.await(pair.near().prepareReceive(buf))).isPositive();
            text.append(new String(buf.getAll(), StandardCharsets.US_ASCII));
        }
        return text.toString();
    }

    // ---- on which thread

    @Test
    void everySignalComesOnThePollingThread(TestBed bed) {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Bytes bytes = new Bytes();
        publisher(loop, pair).subscribe(bytes);
        bytes.subscription().request(Long.MAX_VALUE);
        pair.farSends("abc");
        pair.farEnds();
        bytes.awaitCompletion();
        assertThat(bytes.log()).containsExactly("onSubscribe", "onNext", "onNext", "onNext", "onComplete");
        assertThat(bytes.threads()).containsOnly(loop.insides().owner()).doesNotContain(Thread.currentThread());
    }

    @Test
    void beforeAnybodyPollsNothingComes(TestBed bed, Loop loop) {
        AsyncListener listener = loop.await(
                loop.ring().net().prepareListen(Transport.TCP4.unused(bed.directory())));
        List<Signals<AsyncSocket>> subscribers = new ArrayList<>();
        onAnotherThread(() -> subscribers.add(Signals.of(listener.acceptPublisher())));
        Signals<AsyncSocket> signals = subscribers.getFirst();
        assertThat(signals.log()).isEmpty();
        loop.settle();
        assertThat(signals.log()).containsExactly("onSubscribe");
        assertThat(signals.threads()).containsOnly(Thread.currentThread());
    }

    @Test
    void aFullInboxRefusesNoSubscriber(TestBed bed) {
        Loop loop = bed.loop(options -> options.inboxLimit = 1);
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Flow.Publisher<Buf> publisher = publisher(loop, pair);
        loop.settle();
        Bytes bytes = new Bytes();
        onAnotherThread(() -> {
            loop.ring().execute(() -> {});
            assertThatThrownBy(() -> loop.ring().execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
            publisher.subscribe(bytes);
        });
        loop.settle();
        bytes.subscription().request(3);
        pair.farSends("abc");
        awaitText(loop, bytes, 3);
    }

    private static void onAnotherThread(Runnable work) {
        List<Throwable> thrown = new ArrayList<>();
        Thread other = Thread.ofPlatform()
                .uncaughtExceptionHandler((thread, failure) -> thrown.add(failure))
                .start(work);
        try {
            other.join();
        } catch (InterruptedException e) {
            throw new AssertionError("the test was interrupted", e);
        }
        assertThat(thrown).isEmpty();
    }

    @Test
    void demandFromManyThreadsIsAddedUpAndSignalsNeverOverlap(TestBed bed) throws Exception {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        bed.closing(Sources.bytes(pair.far(), Integer.MAX_VALUE));
        Bytes bytes = new Bytes() {
            @Override
            public void onNext(Buf lease) {
                alone(() -> super.onNext(lease));
            }
        };
        publisher(loop, pair).subscribe(bytes);
        Flow.Subscription subscription = bytes.subscription();
        int each = 5_000;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int n = 0; n < each; n++) {
                    subscription.request(1);
                    if (n % 16 == 0) {
                        Thread.yield();
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        bytes.awaitItems(4 * each);
        bytes.expectNoneFor(50);
        assertThat(bytes.items()).hasSize(4 * each);
    }

    /// The thread that adds the demand is heard only when the polling thread has served it: that is no demand for more.
    @Test
    void demandThatHasBeenServedWhenItIsHeardOfIsNotServedTwice(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Bytes bytes = new Bytes() {
            @Override
            public void onNext(Buf lease) {
                super.onNext(lease);
                if (text().length() == 1) {
                    onAnotherThread(() -> subscription().request(1));
                }
            }
        };
        publisher(loop, pair).subscribe(bytes);
        pair.farSends("abcdef");
        loop.settle();
        bytes.subscription().request(1);
        awaitText(loop, bytes, 2);
        loop.settle();
        assertThat(bytes.text()).isEqualTo("ab");
        bytes.subscription().request(4);
        awaitText(loop, bytes, 6);
    }

    @Test
    void demandFromInsideOnNextNeverNests(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        int many = 20_000;
        bed.closing(Sources.bytes(pair.far(), many));
        int[] depth = new int[2];
        Bytes bytes = new Bytes() {
            @Override
            public void onNext(Buf lease) {
                depth[1] = Math.max(depth[1], ++depth[0]);
                super.onNext(lease);
                subscription().request(1);
                depth[0]--;
            }
        };
        publisher(loop, pair).subscribe(bytes);
        loop.settle();
        bytes.subscription().request(1);
        await(loop, bytes, "onComplete");
        assertThat(bytes.items()).hasSize(many);
        assertThat(depth[1]).isEqualTo(1);
    }

    // ---- demand

    @Test
    void withoutDemandNothingIsDeliveredButTheEndOfAnEmptyStream(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Bytes bytes = new Bytes();
        publisher(loop, pair).subscribe(bytes);
        pair.farEnds();
        await(loop, bytes, "onComplete");
        assertThat(bytes.log()).containsExactly("onSubscribe", "onComplete");
    }

    @Test
    void demandBeyondCountingIsUnbounded(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Bytes bytes = new Bytes();
        publisher(loop, pair).subscribe(bytes);
        loop.settle();
        bytes.subscription().request(Long.MAX_VALUE);
        bytes.subscription().request(Long.MAX_VALUE);
        bytes.subscription().request(3); // one item's worth, if the sum were taken for what 64 bits make of it
        pair.farSends("abcdef");
        awaitText(loop, bytes, 6);
    }

    @Test
    void theEndComesBehindWhatHasNotBeenDemanded(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Bytes bytes = new Bytes();
        publisher(loop, pair).subscribe(bytes);
        pair.farSends("abcdef");
        pair.farEnds();
        loop.settle();
        assertThat(bytes.log()).containsExactly("onSubscribe");
        bytes.subscription().request(5);
        awaitText(loop, bytes, 5);
        loop.settle();
        assertThat(bytes.log()).hasSize(6).doesNotContain("onComplete");
        bytes.subscription().request(1);
        await(loop, bytes, "onComplete");
        assertThat(bytes.text()).isEqualTo("abcdef");
    }

    @Test
    void demandThatIsNotPositiveEndsItAfterTheSignalItCameFrom(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        List<String> order = new ArrayList<>();
        Bytes bytes = new Bytes() {
            @Override
            public void onNext(Buf lease) {
                super.onNext(lease);
                subscription().request(5);
                subscription().request(0);
                subscription().request(-1);
                order.add("onNext has returned");
            }

            @Override
            public void onError(Throwable failure) {
                order.add("onError");
                super.onError(failure);
            }
        };
        publisher(loop, pair).subscribe(bytes);
        loop.settle();
        bytes.subscription().request(1);
        pair.farSends("abc");
        await(loop, bytes, "onError");
        loop.settle();
        assertThat(order).containsExactly("onNext has returned", "onError");
        assertThat(bytes.awaitError()).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("3.9");
        assertThat(receive(loop, pair, 2)).isEqualTo("bc");
    }

    @Test
    void demandThatIsNotPositiveFromOnSubscribeStartsNothing(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Flow.Publisher<Buf> publisher = publisher(loop, pair);
        Bytes bytes = new Bytes() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                super.onSubscribe(subscription);
                subscription.request(-7);
            }
        };
        publisher.subscribe(bytes);
        assertThat(loop.ring().inFlight()).isZero();
        assertThat(bytes.log()).containsExactly("onSubscribe", "onError");
        assertThat(bytes.awaitError()).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("-7");
    }

    @Test
    void demandThatIsNotPositiveFromAnotherThreadIsToldOnThePollingThread(TestBed bed) {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Bytes bytes = new Bytes();
        publisher(loop, pair).subscribe(bytes);
        bytes.subscription().request(Long.MIN_VALUE);
        assertThat(bytes.awaitError()).isInstanceOf(IllegalArgumentException.class);
        assertThat(bytes.threads()).hasSize(2).containsOnly(loop.insides().owner());
    }

    // ---- cancel

    @Test
    void cancelledInOnSubscribeItStartsNothing(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Flow.Publisher<Buf> publisher = publisher(loop, pair);
        Bytes bytes = new Bytes() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                super.onSubscribe(subscription);
                subscription.request(10);
                subscription.cancel();
            }
        };
        publisher.subscribe(bytes);
        assertThat(loop.ring().inFlight()).isZero();
        pair.farSends("abc");
        assertThat(receive(loop, pair, 3)).isEqualTo("abc");
        assertThat(bytes.log()).containsExactly("onSubscribe");
    }

    @Test
    void cancelledInOnNextItGivesBackTheRest(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        BufPool pool = loop.pool(64, 1);
        Bytes bytes = new Bytes() {
            @Override
            public void onNext(Buf lease) {
                super.onNext(lease);
                if (text().length() == 2) {
                    subscription().cancel();
                }
            }
        };
        pair.near().receivePublisher(pool).subscribe(bytes);
        pair.farSends("abcdefghij");
        loop.settle();
        bytes.subscription().request(Long.MAX_VALUE);
        awaitText(loop, bytes, 2);
        loop.settle();
        assertThat(bytes.log()).containsExactly("onSubscribe", "onNext", "onNext");
        assertThat(TestRings.leases(pool)).isZero();
        assertThat(receive(loop, pair, 8)).isEqualTo("cdefghij");
    }

    @Test
    void cancelledFromAnotherThreadAtAnyMomentNoByteIsLost(TestBed bed) {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Flow.Publisher<Buf> publisher = publisher(loop, pair);
        StringBuilder sent = new StringBuilder();
        StringBuilder got = new StringBuilder();
        for (int round = 0; round < 100; round++) {
            String piece = "abcdefghijklmnopqrstuvwxyz".substring(0, 1 + round % 26);
            Bytes bytes = new Bytes();
            publisher.subscribe(bytes);
            bytes.subscription().request(Long.MAX_VALUE);
            pair.farSends(piece);
            sent.append(piece);
            for (int spins = round * 37; spins > 0; spins--) {
                Thread.onSpinWait();
            }
            bytes.subscription().cancel();
            loop.until("it has ended", () -> loop.ring().inFlight() == 0);
            got.append(bytes.text());
        }
        int delivered = got.length();
        got.append(receive(loop, pair, sent.length() - delivered));
        assertThat(got).asString().isEqualTo(sent.toString());
        assertThat(delivered).isPositive();
    }

    @Test
    void socketsThatWereNotDeliveredAreClosedAndTheDeliveredOneIsNot(TestBed bed, Loop loop) throws IOException {
        AsyncListener listener = loop.await(
                loop.ring().net().prepareListen(Transport.TCP4.unused(bed.directory())));
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        Signals<AsyncSocket> signals = Signals.of(listener.acceptPublisher());
        loop.settle();
        signals.subscription().request(1);
        List<SocketChannel> clients = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            clients.add(bed.closing(SocketChannel.open(address)));
            clients.getLast().configureBlocking(false);
            loop.settle();
        }
        loop.until("one has been delivered", () -> signals.items().size() == 1);
        signals.subscription().cancel();
        loop.until("it has ended", () -> loop.ring().inFlight() == 0);
        for (SocketChannel client : clients.subList(1, 5)) {
            loop.until("the client has heard the end", () -> read(client) < 0);
        }
        assertThat(read(clients.getFirst())).isZero();
        signals.items().getFirst().close();
        loop.until("the client has heard the end", () -> read(clients.getFirst()) < 0);
    }

    private static int read(SocketChannel client) {
        try {
            return client.read(ByteBuffer.allocate(1));
        } catch (IOException reset) {
            return -1;
        }
    }

    // ---- subscribers that throw

    @Test
    void whoThrowsInOnSubscribeHasCancelled(TestBed bed, Loop loop) {
        whoThrows(bed, loop, "onSubscribe");
    }

    @Test
    void whoThrowsInOnNextHasCancelled(TestBed bed, Loop loop) {
        whoThrows(bed, loop, "onNext");
    }

    private static void whoThrows(TestBed bed, Loop loop, String signal) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Bytes bytes = throwing(signal);
        publisher(loop, pair).subscribe(bytes);
        loop.settle();
        bytes.subscription().request(3);
        pair.farSends("abc");
        await(loop, bytes, signal);
        loop.until("it has ended", () -> loop.ring().inFlight() == 0);
        assertThat(loop.takeUncaught()).singleElement().satisfies(thrown -> assertThat(thrown).hasMessage(signal));
        assertThat(bytes.log()).last().isEqualTo(signal);
        assertThat(receive(loop, pair, 3 - bytes.text().length())).isEqualTo("abc".substring(bytes.text().length()));
    }

    @Test
    void whatIsThrownInTheLastSignalGoesToTheUncaughtHandlerToo(TestBed bed, Loop loop) {
        for (String signal : List.of("onComplete", "onError")) {
            Pair pair = Pair.open(bed, loop, Transport.TCP4);
            Bytes bytes = throwing(signal);
            publisher(loop, pair).subscribe(bytes);
            loop.settle();
            if (signal.equals("onComplete")) {
                pair.farEnds();
            } else {
                pair.near().close();
            }
            await(loop, bytes, signal);
            loop.settle();
            assertThat(loop.takeUncaught()).singleElement().satisfies(thrown -> assertThat(thrown).hasMessage(signal));
            assertThat(bytes.log()).containsExactly("onSubscribe", signal);
        }
    }

    private static Bytes throwing(String signal) {
        return new Bytes() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                super.onSubscribe(subscription);
                check("onSubscribe");
            }

            @Override
            public void onNext(Buf lease) {
                super.onNext(lease);
                check("onNext");
            }

            @Override
            public void onComplete() {
                super.onComplete();
                check("onComplete");
            }

            @Override
            public void onError(Throwable failure) {
                super.onError(failure);
                check("onError");
            }

            private void check(String now) {
                if (now.equals(signal)) {
                    throw new IllegalStateException(signal);
                }
            }
        };
    }

    // ---- refusals

    @Test
    void aSecondSubscriberIsRefusedAndTheFirstGoesOn(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Flow.Publisher<Buf> publisher = publisher(loop, pair);
        Bytes first = new Bytes();
        publisher.subscribe(first);
        loop.settle();
        Bytes second = new Bytes();
        publisher.subscribe(second);
        await(loop, second, "onError");
        assertThat(second.log()).containsExactly("onSubscribe", "onError");
        assertThat(second.awaitError()).isInstanceOf(ReadPendingException.class).hasMessageContaining("iteration");
        first.subscription().request(3);
        pair.farSends("abc");
        awaitText(loop, first, 3);
        first.subscription().cancel();
        loop.until("it has ended", () -> loop.ring().inFlight() == 0);

        Bytes third = new Bytes();
        publisher.subscribe(third);
        loop.settle();
        third.subscription().request(3);
        pair.farSends("def");
        awaitText(loop, third, 3);
        assertThat(first.text() + third.text()).isEqualTo("abcdef");
    }

    @Test
    void aClosedSocketRefuses(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Flow.Publisher<Buf> publisher = publisher(loop, pair);
        pair.near().close();
        Bytes bytes = new Bytes();
        publisher.subscribe(bytes);
        await(loop, bytes, "onError");
        assertThat(bytes.log()).containsExactly("onSubscribe", "onError");
        assertThat(bytes.awaitError())
                .isInstanceOf(ClosedChannelException.class)
                .isNotInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void aSocketThatIsClosedUnderItFailsIt(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Bytes bytes = new Bytes();
        publisher(loop, pair).subscribe(bytes);
        loop.settle();
        pair.near().close();
        await(loop, bytes, "onError");
        assertThat(bytes.awaitError()).isInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void aRingThatEndsFailsItsSubscribersAndRefusesOthers(TestBed bed, Loop loop) {
        AsyncListener listener = loop.await(
                loop.ring().net().prepareListen(Transport.TCP4.unused(bed.directory())));
        Signals<AsyncSocket> before = Signals.of(listener.acceptPublisher());
        loop.settle();
        loop.closeRing();
        assertThat(before.log()).containsExactly("onSubscribe", "onError");
        assertThat(before.awaitError()).isInstanceOf(AsynchronousCloseException.class);

        Signals<AsyncSocket> byOwner = Signals.of(listener.acceptPublisher());
        assertThat(byOwner.log()).containsExactly("onSubscribe", "onError");
        assertThat(byOwner.awaitError()).isInstanceOf(RejectedExecutionException.class).hasMessageContaining("closed");

        Signals<AsyncSocket> elsewhere = new Signals<>();
        onAnotherThread(() -> listener.acceptPublisher().subscribe(elsewhere));
        assertThat(elsewhere.log()).containsExactly("onSubscribe", "onError");
        assertThat(elsewhere.awaitError()).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void aPoolOfAnotherRingIsRefusedBeforeThereIsAPublisher(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Ring other = bed.loop(options -> {}).ring();
        BufPool stranger = other.pool(1, 1);
        assertThatThrownBy(() -> pair.near().receivePublisher(stranger))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("another ring");
    }

    // ---- references

    @Test
    void whoseStreamHasEndedIsForgotten(TestBed bed, Loop loop) throws InterruptedException {
        Consumer<Pair> ends = Pair::farEnds;
        Consumer<Pair> fails = pair -> pair.near().close();
        for (Consumer<Pair> end : List.of(ends, fails)) {
            Pair pair = Pair.open(bed, loop, Transport.TCP4);
            Flow.Publisher<Buf> publisher = publisher(loop, pair);
            List<Flow.Subscription> kept = new ArrayList<>();
            WeakReference<Bytes> subscriber = subscribeUntil(loop, pair, publisher, end, kept);
            for (int tries = 0; subscriber.get() != null && tries < 100; tries++) {
                System.gc();
                Thread.sleep(10);
            }
            assertThat(subscriber.get()).isNull();
            assertThat(kept).hasSize(1);
        }
    }

    private static WeakReference<Bytes> subscribeUntil(
            Loop loop, Pair pair, Flow.Publisher<Buf> publisher, Consumer<Pair> end, List<Flow.Subscription> kept) {
        Bytes bytes = new Bytes();
        publisher.subscribe(bytes);
        loop.settle();
        kept.add(bytes.subscription());
        end.accept(pair);
        loop.until("it has ended", () -> bytes.log().size() == 2);
        loop.settle();
        return new WeakReference<>(bytes);
    }
}
