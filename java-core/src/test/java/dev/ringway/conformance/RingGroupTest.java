package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Ring;
import dev.ringway.RingGroup;
import dev.ringway.TestRings;
import dev.ringway.testing.Census;
import dev.ringway.testing.CountingSys.Call;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@EveryBackend
class RingGroupTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static RingGroup group(TestBed bed, int size) {
        List<Ring> rings = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            rings.add(bed.running(options -> options.closeDeadlineNanos = TimeUnit.SECONDS.toNanos(2)).ring());
        }
        return TestRings.group("group", rings);
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(10, TimeUnit.SECONDS);
    }

    /// What is closed is closed by a polling thread, a moment later.
    private static void awaitFds(Census expected) {
        Awaitility.await().untilAsserted(() -> expected.requireSameFds("in the test"));
    }

    // ---- its rings

    @Test
    void goesRoundItsRings(TestBed bed) throws Exception {
        RingGroup group = group(bed, 3);
        assertThat(group.size()).isEqualTo(3);
        assertThat(group).containsExactly(group.ring(0), group.ring(1), group.ring(2));
        for (int i = 0; i < 7; i++) {
            assertThat(group.next()).isSameAs(group.ring(i % 3));
        }
        assertThat(group.current()).isNull();
        for (Ring ring : group) {
            CompletableFuture<Ring> current = new CompletableFuture<>();
            ring.execute(() -> current.complete(group.current()));
            assertThat(get(current)).isSameAs(ring);
        }
        assertThat(group).hasToString("group, 3 rings");
        assertThatThrownBy(() -> group.ring(3)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void closesAllAtOnce(TestBed bed) {
        RingGroup group = group(bed, 3);
        List<CompletableFuture<Void>> timers = new ArrayList<>();
        group.forEach(ring -> timers.add(ring.timers().prepareAfter(Duration.ofHours(1)).future()));
        group.close();
        group.close(); // has no effect
        assertThat(timers).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(group).noneMatch(Ring::isOpen);
    }

    @Test
    void waitsForRingsThatHangAtTheSameTime(TestBed bed) throws Exception {
        RingGroup group = group(bed, 3);
        CountDownLatch hanging = new CountDownLatch(3);
        CountDownLatch released = new CountDownLatch(1);
        for (Ring ring : group) {
            ring.execute(() -> {
                hanging.countDown();
                try {
                    released.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
        }
        hanging.await();
        long begun = System.nanoTime();
        group.close();
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        released.countDown();
        assertThat(millis).as("a deadline of 2 s and a second more, for all together").isBetween(2900L, 7000L);
        group.close();
        assertThat(group).noneMatch(Ring::isOpen);
    }

    @Test
    void isClosedFromACallbackWithoutWaiting(TestBed bed) throws Exception {
        RingGroup group = group(bed, 3);
        CompletableFuture<Long> took = new CompletableFuture<>();
        group.ring(1).execute(() -> {
            long begun = System.nanoTime();
            group.close();
            took.complete(System.nanoTime() - begun);
        });
        assertThat(get(took)).isLessThan(TimeUnit.SECONDS.toNanos(2));
        group.close(); // waits
        assertThat(group).noneMatch(Ring::isOpen);
    }

    // ---- listening

    @Test
    void spreadsConnectionsOverItsListeners(TestBed bed) throws Exception {
        RingGroup group = group(bed, 3);
        Census fds = Census.take(bed.directory());
        List<AsyncListener> listeners = get(group.listen(ANY_PORT));
        assertThat(listeners).hasSize(3);
        Set<SocketAddress> addresses = ConcurrentHashMap.newKeySet();
        Map<Ring, Integer> accepted = new ConcurrentHashMap<>();
        ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();
        for (AsyncListener listener : listeners) {
            addresses.add(get(listener.prepareLocalAddress().future()));
            listener.acceptEach(socket -> {
                Ring here = group.current();
                accepted.merge(here, 1, Integer::sum);
                Echo.serve(here, socket, wrong);
            }, (nothing, closed) -> {});
        }
        assertThat(addresses).hasSize(1);
        try (SocketChannels clients = new SocketChannels()) {
            for (int i = 0; i < 90; i++) {
                SocketChannel client = clients.connect(addresses.iterator().next());
                Echo.check(client, "connection " + i);
            }
        }
        listeners.forEach(AsyncListener::close);
        assertThat(accepted.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(90);
        assertThat(accepted).as("that one ring of three gets none of 90 is out of the question").hasSize(3);
        assertThat(wrong).isEmpty();
        awaitFds(fds);
    }

    @Test
    void listensOnAPortThatIsGiven(TestBed bed) throws Exception {
        RingGroup group = group(bed, 2);
        InetSocketAddress free;
        try (ServerSocketChannel reserved = ServerSocketChannel.open().bind(ANY_PORT)) {
            free = (InetSocketAddress) reserved.getLocalAddress();
        }
        List<AsyncListener> listeners = get(group.listen(free));
        for (AsyncListener listener : listeners) {
            assertThat(get(listener.prepareLocalAddress().future())).isEqualTo(free);
            listener.close();
        }
    }

    @Test
    void listensOnAllOrNone(TestBed bed) throws Exception {
        RingGroup group = group(bed, 3);
        Census fds = Census.take(bed.directory());
        try (ServerSocketChannel taken = ServerSocketChannel.open().bind(ANY_PORT)) {
            assertThat(catchThrowable(() -> get(group.listen(taken.getLocalAddress()))))
                    .hasRootCauseInstanceOf(BindException.class);
        }
        awaitFds(fds);
        group.ring(2).close();
        Census without = Census.take(bed.directory());
        assertThat(catchThrowable(() -> get(group.listen(ANY_PORT))))
                .hasRootCauseInstanceOf(RejectedExecutionException.class);
        awaitFds(without);
    }

    @Test
    void listensForNobodyWhenTheFutureWasCancelled(TestBed bed) {
        Loop second = bed.running();
        RingGroup group = TestRings.group("group", List.of(bed.running().ring(), second.ring()));
        Census fds = Census.take(bed.directory());
        CountDownLatch released = new CountDownLatch(1);
        group.ring(0).execute(() -> {
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        CompletableFuture<List<AsyncListener>> listeners = group.listen(ANY_PORT);
        listeners.cancel(false);
        released.countDown();
        second.awaitElsewhere("the second has listened", () -> second.sys().count(Call.LISTEN) == 1);
        awaitFds(fds);
    }

    @Test
    void refusesAUnixAddress(TestBed bed) {
        RingGroup group = group(bed, 2);
        assertThatThrownBy(() -> group.listen(Transport.UNIX.unused(bed.directory())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("moveTo");
    }

    @Test
    void reusePortWorksForSingleListenersToo(Ring ring, Loop loop) {
        AsyncListener one = loop.await(ring.net().prepareListen(ANY_PORT).reusePort());
        SocketAddress address = loop.await(one.prepareLocalAddress());
        AsyncListener other = loop.await(ring.net().prepareListen(address).reusePort().backlog(5));
        assertThat(loop.await(other.prepareLocalAddress())).isEqualTo(address);
        loop.start(ring.net().prepareListen(address)).failure(BindException.class);
    }

    // ---- one ring's fd on another ring's thread

    @Test
    void aSocketOfOneRingIsUsedFromAnothersThread(TestBed bed) throws Exception {
        Loop here = bed.running();
        Loop there = bed.running();
        AsyncListener listener = get(here.ring().net().prepareListen(ANY_PORT).future());
        SocketAddress address = get(listener.prepareLocalAddress().future());
        try (SocketChannel client = SocketChannel.open(address)) {
            AsyncSocket socket = here.keep(get(listener.prepareAccept().future()));
            AtomicReference<Boolean> onOwn = new AtomicReference<>();
            CompletableFuture<String> received = new CompletableFuture<>();
            CountDownLatch foreignTurn = new CountDownLatch(1);
            there.ring().execute(() -> {
                var buf = here.buffer(16);
                socket.receive(buf, (count, failure) -> {
                    onOwn.set(here.ring().isOwner() && !there.ring().isOwner());
                    received.complete(failure == null ? buf.getText(UTF_8) : failure.toString());
                });
                foreignTurn.countDown();
            });
            foreignTurn.await();
            assertThat(received).isNotDone();
            client.write(ByteBuffer.wrap("hello".getBytes(UTF_8)));
            assertThat(get(received)).isEqualTo("hello");
            assertThat(onOwn.get()).as("told on the ring that the socket belongs to").isTrue();
        }
        listener.close();
    }
}
