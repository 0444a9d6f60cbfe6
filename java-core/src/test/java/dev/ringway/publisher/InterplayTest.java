package dev.ringway.publisher;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import io.reactivex.rxjava3.core.Flowable;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.reactivestreams.FlowAdapters;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/// Project Reactor and RxJava take what the publishers have, with their own demand, and run on a ring as an executor.
@EveryBackend
class InterplayTest {
    private static final int LIMIT_SECONDS = 20;

    private static Flux<Buf> flux(Loop loop, AsyncSocket socket) {
        return JdkFlowAdapter.flowPublisherToFlux(socket.receivePublisher(loop.pool(8, 2)));
    }

    private static Flowable<Buf> flowable(Loop loop, AsyncSocket socket) {
        return Flowable.fromPublisher(FlowAdapters.toPublisher(socket.receivePublisher(loop.pool(8, 2))));
    }

    private static String text(Buf lease) {
        try (lease) {
            return new String(lease.getAll(), US_ASCII);
        }
    }

    private static <T> T await(CompletionStage<T> stage) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("it should have succeeded in time", e);
        }
    }

    @Test
    void reactorCollectsAStreamToItsEnd(TestBed bed) throws InterruptedException {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        CompletableFuture<String> whole = flux(loop, pair.near())
                .map(InterplayTest::text)
                .limitRate(3)
                .collect(Collectors.joining())
                .toFuture();
        pair.farSends("what has been sent, in its order");
        pair.farEnds();
        assertThat(await(whole)).isEqualTo("what has been sent, in its order");
    }

    @Test
    void whatReactorDoesNotTakeStaysWithTheSocket(TestBed bed) throws InterruptedException {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        pair.farSends("abcdef");
        CompletableFuture<String> first = flux(loop, pair.near()).map(InterplayTest::text).next().toFuture();
        assertThat(await(first)).isEqualTo("ab");
        loop.until("the iteration has ended", () -> loop.ring().inFlight() == 0);
        Buf rest = loop.buffer(10);
        assertThat(await(pair.near().prepareReceiveN(rest, 4).future())).isEqualTo(4);
        assertThat(new String(rest.getAll(), US_ASCII)).isEqualTo("cdef");
    }

    /// What an operator has taken in advance is the operator's: it says what it drops, and leases go back to the pool.
    @Test
    void reactorRunsOnTheRingAndGivesBackWhatItDrops(TestBed bed) throws InterruptedException {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
        pair.farSends("abcdefgh");
        CompletableFuture<String> first = flux(loop, pair.near())
                .publishOn(Schedulers.fromExecutor(loop.ring()), 4)
                .doOnNext(lease -> threads.add(Thread.currentThread()))
                .doOnDiscard(Buf.class, Buf::release)
                .map(InterplayTest::text)
                .next()
                .toFuture();
        assertThat(await(first)).isEqualTo("ab");
        assertThat(threads).containsOnly(loop.insides().owner());
    }

    @Test
    void rxJavaCollectsAStreamToItsEnd(TestBed bed) throws InterruptedException {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        CompletionStage<String> whole = flowable(loop, pair.near())
                .observeOn(io.reactivex.rxjava3.schedulers.Schedulers.from(loop.ring()), false, 2)
                .map(InterplayTest::text)
                .collect(Collectors.joining())
                .toCompletionStage();
        pair.farSends("what has been sent, in its order");
        pair.farEnds();
        assertThat(await(whole)).isEqualTo("what has been sent, in its order");
    }

    @Test
    void rxJavaTakesConnections(TestBed bed) throws InterruptedException {
        Loop loop = bed.running();
        SocketAddress unused = Transport.TCP4.unused(bed.directory());
        AsyncListener listener = await(loop.ring().net().prepareListen(unused).future());
        SocketAddress address = await(listener.prepareLocalAddress().future());
        Sources.connect(bed, address, 3, 3);
        CompletionStage<Long> closed = Flowable.fromPublisher(FlowAdapters.toPublisher(listener.acceptPublisher()))
                .take(3)
                .doOnNext(AsyncSocket::close)
                .count()
                .toCompletionStage();
        assertThat(await(closed)).isEqualTo(3);
        listener.close();
    }
}
