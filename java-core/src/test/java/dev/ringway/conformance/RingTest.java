package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ringway.AsyncFd;
import dev.ringway.AsyncFile;
import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.PipeEnds;
import dev.ringway.Ring;
import dev.ringway.TestRings;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.Census;
import dev.ringway.testing.Count;
import dev.ringway.testing.CountingSys.Call;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Items;
import dev.ringway.testing.Libc;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Parity;
import dev.ringway.testing.Recorded;
import dev.ringway.testing.Row;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@EveryBackend
class RingTest {
    // ---- who owns it

    @Test
    void belongsToTheFirstThreadThatPolls(Ring ring, Loop loop) {
        assertThat(ring.isOwner()).isTrue();
        try (Workers workers = new Workers()) {
            workers.start(() -> {
                assertThat(ring.isOwner()).isFalse();
                assertThatThrownBy(() -> ring.poll(Duration.ZERO))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("belongs to the thread test");
                assertThatThrownBy(ring::run).isInstanceOf(IllegalStateException.class);
            });
        }
        assertThat(loop.await(ring.prepareNop())).isZero();
    }

    @Test
    void isNotPolledByAVirtualThread(TestBed bed) {
        Loop loop = bed.loop(options -> {});
        try (Workers workers = new Workers()) {
            workers.startVirtual(() -> assertThatThrownBy(() -> loop.ring().poll(Duration.ZERO))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("virtual thread virtual-worker-0"));
        }
        assertThat(loop.await(loop.ring().prepareNop())).isZero(); // and it is still to be had
    }

    @Test
    @Tag("J6")
    void isNotPolledFromItsOwnCallback(Ring ring, Loop loop) {
        List<Throwable> failures = new ArrayList<>();
        ring.nop((count, failure) -> {
            failures.add(catchThrowable(() -> ring.poll(Duration.ZERO)));
            failures.add(catchThrowable(ring::run));
        });
        loop.until("it was called", () -> failures.size() == 2);
        assertThat(failures).allSatisfy(failure -> assertThat(failure)
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("callback"));
        assertThat(loop.await(ring.prepareNop())).isZero();
    }

    @Test
    void whatWasStartedBeforeTheFirstPollWaitsForIt(TestBed bed) {
        Loop loop = bed.loop(options -> {});
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            int nth = i;
            loop.ring().nop((count, failure) -> order.add(nth));
        }
        assertThat(order).isEmpty();
        loop.until("all have ended", () -> order.size() == 10);
        assertThat(order).isSorted();
    }

    @Test
    @Parity("ring/submission_queue_full_is_handled_internally")
    void startsFromManyThreadsAllEnd(Ring ring, Loop loop) {
        AtomicInteger ended = new AtomicInteger();
        try (Workers workers = new Workers()) {
            for (int i = 0; i < 4; i++) {
                workers.start(() -> {
                    for (int n = 0; n < 1000; n++) {
                        ring.nop((count, failure) -> ended.incrementAndGet());
                    }
                });
            }
            loop.until("all have ended", () -> ended.get() == 4000);
        }
        assertThat(ring.inFlight()).isZero();
    }

    /// The first eight go to the kernel because the queue is full, and have ended when the turn comes to wait.
    @Test
    @Parity("defect/queued_entries_flushed_with_completions_waiting")
    void entriesThatAreQueuedBehindCompletionsGoToTheKernelInTheSameTurn(TestBed bed) {
        Loop loop = bed.loop(options -> options.entries = 8);
        loop.settle();
        List<Count> nops = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            nops.add(loop.start(loop.ring().prepareNop()));
        }
        loop.turn();
        assertThat(nops).allMatch(Count::isDone);
    }

    // ---- what it says

    @Test
    void saysWhatItIs(Ring ring, Row row) {
        assertThat(ring.backend().kind()).isEqualTo(row.backend());
        assertThat(ring.backend().reason()).isNotBlank();
        assertThat(ring.toString()).contains("test0").contains(row.backend().toString());
    }

    @Test
    @Parity("ring/polling_with_timeout")
    void aLimitPassesWhenNothingHappens(Ring ring, Loop loop, Caps caps) {
        loop.settle();
        long begun = System.nanoTime();
        ring.poll(Duration.ofMillis(50));
        long waited = System.nanoTime() - begun;
        if (caps.has(Cap.REAL_CLOCK)) {
            assertThat(waited).isGreaterThanOrEqualTo(50_000_000L);
        } else {
            assertThat(waited).isLessThan(10_000_000_000L); // a clock that stands is no reason to hang
        }
    }

    // ---- what callbacks may do

    @Test
    @Tag("J6")
    void whateverACallbackThrowsTheLoopGoesOn(TestBed bed) {
        List<Throwable> thrown = new ArrayList<>();
        Loop loop = bed.loop(options -> options.uncaught = thrown::add);
        loop.turn();
        RuntimeException unchecked = new IllegalStateException("thrown by a callback");
        Error error = new StackOverflowError("thrown by a callback");
        loop.ring().nop((count, failure) -> {
            throw unchecked;
        });
        loop.ring().nop((count, failure) -> {
            throw error;
        });
        loop.ring().timers().after(Duration.ZERO, (nothing, failure) -> {
            throw unchecked;
        });
        assertThat(loop.await(loop.ring().prepareNop())).isZero();
        loop.settle();
        assertThat(thrown).containsExactlyInAnyOrder(unchecked, error, unchecked);
    }

    @Test
    @Tag("J6")
    void evenIfTheHandlerThrowsTheLoopGoesOn(TestBed bed) {
        Loop loop = bed.loop(options -> options.uncaught = thrown -> {
            throw new IllegalStateException("thrown by the handler");
        });
        loop.turn();
        loop.ring().nop((count, failure) -> {
            throw new IllegalStateException("thrown by a callback");
        });
        assertThat(loop.await(loop.ring().prepareNop())).isZero();
    }

    @Test
    void aCallbackThatRecursesDoesNotDeepenTheStack(Ring ring, Loop loop) {
        int[] left = {50_000};
        int[] deepest = new int[1];
        Runnable[] next = new Runnable[1];
        next[0] = () -> ring.nop((count, failure) -> {
            if (left[0] % 1000 == 0) {
                deepest[0] = Math.max(deepest[0], Thread.currentThread().getStackTrace().length);
            }
            if (--left[0] > 0) {
                next[0].run();
            }
        });
        next[0].run();
        loop.until("the last has ended", () -> left[0] == 0);
        assertThat(deepest[0]).isBetween(1, 100);
    }

    // ---- its end

    /// Starts one of each kind that waits.
    private static List<Recorded> everything(TestBed bed, Loop loop) throws Exception {
        Ring ring = loop.ring();
        Pair pair = Pair.open(bed, loop, Transport.TCP4, 4096);
        pair.nearSendsThroughASmallBuffer();
        Pair other = Pair.open(bed, loop, Transport.UNIX);
        AsyncListener listener = loop.await(ring.net().prepareListen(Transport.TCP6.unused(bed.directory())));
        AsyncListener full =
                loop.await(ring.net().prepareListen(Transport.UNIX.unused(bed.directory())).backlog(1));
        SocketAddress address = loop.await(full.prepareLocalAddress());
        for (int i = 0; i < 2; i++) {
            bed.closing(SocketChannel.open(address));
        }
        List<Recorded> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(loop.start(pair.near().prepareReceive(loop.buffer(10))));
            all.add(loop.start(pair.near().prepareSendAll(loop.bufferOf(new byte[1 << 20]))));
            all.add(loop.start(listener.prepareAccept()));
            all.add(loop.start(ring.timers().prepareAfter(Duration.ofHours(1))));
            all.add(loop.start(ring.net().prepareConnect(address)));
        }
        all.add(loop.start(other.near().prepareReceiveEach(ring.pool(2, 64))));
        all.add(loop.start(listener.prepareAcceptEach()));
        Items<AsyncSocket> paused = loop.start(listener.prepareAcceptEach());
        paused.iteration().pause();
        all.add(paused);
        return all;
    }

    @Test
    void closedOnItsThreadItEndsEverything(TestBed bed) throws Exception {
        Loop loop = bed.loop(options -> {});
        loop.turn();
        List<Recorded> all = everything(bed, loop);
        loop.turn();
        loop.closeRing();
        all.forEach(each -> each.failure(AsynchronousCloseException.class));
        assertThat(loop.insides().inFlight()).isZero();
    }

    @Test
    void closedFromAnotherThreadItEndsEverything(TestBed bed) throws Exception {
        Loop loop = bed.loop(options -> {});
        loop.turn();
        List<Recorded> all = everything(bed, loop);
        try (Workers workers = new Workers()) {
            workers.start(loop.ring()::close);
            loop.runRing();
        }
        all.forEach(each -> each.failure(AsynchronousCloseException.class));
    }

    @Test
    void closedFromACallbackItEndsEverythingAfterTheTurn(TestBed bed) throws Exception {
        Loop loop = bed.loop(options -> {});
        loop.turn();
        List<Recorded> all = everything(bed, loop);
        List<Throwable> afterwards = new ArrayList<>();
        loop.ring().execute(() -> {
            loop.ring().close();
            all.add(loop.start(loop.ring().prepareNop()));
        });
        loop.runRing();
        int last = all.size() - 1;
        all.subList(0, last).forEach(each -> each.failure(AsynchronousCloseException.class));
        assertThat(all.get(last).isDone()).isTrue(); // still in the turn: started, and so it ends
        afterwards.add(catchThrowable(() -> loop.ring().poll(Duration.ZERO)));
        assertThat(afterwards.getFirst())
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
    }

    @Test
    void closedWhileItRunsOnItsOwnThread(TestBed bed) {
        Loop loop = bed.running();
        Outcome<Void> timer = loop.start(loop.ring().timers().prepareAfter(Duration.ofHours(1)));
        loop.ring().close();
        timer.failure(AsynchronousCloseException.class);
        loop.ring().close();
    }

    @Test
    @Parity("ring/dropping_ring_unmaps_queues")
    void closedItHasNoMemoryMappedAnyMore(TestBed bed) throws Exception {
        long before = mappedQueues();
        for (int i = 0; i < 5; i++) {
            Loop loop = bed.loop(options -> {});
            loop.turn();
            loop.ring().pool(4, 64);
            assertThat(loop.await(loop.ring().prepareNop())).isZero();
            loop.closeRing();
            assertThat(loop.sys().count(Call.MUNMAP)).isEqualTo(loop.sys().count(Call.MMAP)).isPositive();
        }
        assertThat(mappedQueues()).isEqualTo(before);
    }

    private static long mappedQueues() throws IOException {
        try (Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"))) {
            return mappings.filter(mapping -> mapping.contains("[io_uring]")).count();
        }
    }

    @Test
    void closedBeforeAnybodyPolledItEndsWhatWasStarted(TestBed bed) {
        Loop loop = bed.loop(options -> {});
        Count nop = loop.start(loop.ring().prepareNop());
        Outcome<Void> timer = loop.start(loop.ring().timers().prepareAfter(Duration.ofHours(1)));
        loop.closeRing();
        nop.failure(AsynchronousCloseException.class);
        timer.failure(AsynchronousCloseException.class);
    }

    @Test
    void afterTheCloseNothingStarts(TestBed bed) {
        Loop loop = bed.loop(options -> {});
        loop.turn();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Buf buf = loop.buffer(10);
        loop.closeRing();
        assertThatThrownBy(() -> loop.ring().nop((count, failure) -> {}))
                .isInstanceOf(RejectedExecutionException.class).hasMessageContaining("closed");
        assertThatThrownBy(() -> pair.near().receive(buf, (count, failure) -> {}))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(buf.isLent()).isFalse();
        assertThatThrownBy(() -> loop.ring().execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> loop.ring().poll(Duration.ZERO)).isInstanceOf(IllegalStateException.class);
        try (Workers workers = new Workers()) {
            workers.start(() -> {
                assertThatThrownBy(() -> loop.ring().nop((count, failure) -> {}))
                        .isInstanceOf(RejectedExecutionException.class);
                loop.ring().close();
            });
        }
        assertThat(pair.near().isOpen()).isFalse();
        loop.ring().wake();
        pair.near().close();
        buf.release();
        loop.ring().close();
    }

    @Test
    @Parity("defect/close_after_ring_close")
    void whatItHadOpenIsClosedWithItAndMayBeClosedAgain(TestBed bed) throws Exception {
        Loop loop = bed.loop(options -> {});
        loop.turn();
        Ring ring = loop.ring();
        Census before = Census.take(bed.directory());
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        PipeEnds pipe = loop.await(ring.streams().preparePipe());
        List<AsyncFd> handles = List.of(
                pair.near(), pipe.source(), pipe.sink(),
                loop.await(ring.net().prepareListen(Transport.UNIX.unused(bed.directory()))),
                loop.await(ring.files().prepareOpen(Files.writeString(bed.directory().resolve("file"), "x"))));
        Buf buf = loop.buffer(8);
        loop.start(pair.near().prepareReceive(buf));
        List<Integer> ours = handles.stream().map(TestRings::fd).toList();
        assertThat(Census.take(bed.directory()).fdsSince(before)).containsKeys(ours.toArray(Integer[]::new));
        int closes = loop.sys().count(Call.CLOSE);
        loop.closeRing();
        assertThat(loop.sys().count(Call.CLOSE) - closes).isGreaterThanOrEqualTo(handles.size());
        assertThat(Census.take(bed.directory()).fdsSince(before)).doesNotContainKeys(ours.toArray(Integer[]::new));
        assertThat(handles).noneMatch(AsyncFd::isOpen);
        int calls = loop.sys().count();
        handles.forEach(AsyncFd::close);
        try (Workers workers = new Workers()) {
            workers.start(() -> handles.forEach(AsyncFd::close));
        }
        assertThat(loop.sys().count() - calls).as("calls, which would hit somebody else's fds").isZero();
        buf.release();
    }

    @Test
    void startsThatRaceWithItsCloseEndOnceOrAreRefused(TestBed bed) {
        for (int round = 0; round < 10; round++) {
            Loop loop = bed.loop(options -> {});
            loop.turn();
            Ring ring = loop.ring();
            AtomicInteger started = new AtomicInteger();
            AtomicInteger ended = new AtomicInteger();
            ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();
            CountDownLatch ready = new CountDownLatch(3);
            try (Workers workers = new Workers()) {
                for (int i = 0; i < 3; i++) {
                    workers.start(() -> {
                        ready.countDown();
                        try {
                            while (true) {
                                ring.nop((count, failure) -> {
                                    ended.incrementAndGet();
                                    if (failure != null && !(failure instanceof ClosedChannelException)) {
                                        wrong.add(failure);
                                    }
                                });
                                started.incrementAndGet();
                                if (started.get() - ended.get() > 10_000) {
                                    Thread.sleep(1);
                                }
                            }
                        } catch (RejectedExecutionException closed) {
                            return;
                        }
                    });
                }
                loop.until("they have begun", () -> ready.getCount() == 0 && started.get() > 10);
                loop.closeRing();
            }
            assertThat(ended.get()).isEqualTo(started.get());
            assertThat(wrong).isEmpty();
        }
    }

    @Test
    void closeFromManyThreadsReturnsToAll(TestBed bed) {
        Loop loop = bed.running();
        loop.start(loop.ring().timers().prepareAfter(Duration.ofHours(1)));
        try (Workers workers = new Workers()) {
            for (int i = 0; i < 8; i++) {
                workers.start(loop.ring()::close);
            }
        }
        assertThatThrownBy(() -> loop.ring().execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    @Tag("J7")
    void whenItsThreadHasDiedWhoeverClosesItEndsEverything(TestBed bed) {
        Loop loop = bed.loop(options -> options.closeDeadlineNanos = Duration.ofSeconds(1).toNanos());
        AtomicInteger closed = new AtomicInteger();
        List<AsyncFd> handles = new ArrayList<>();
        List<Buf> bufs = List.of(loop.buffer(10), loop.buffer(10));
        try (Workers workers = new Workers()) {
            workers.start(() -> {
                Ring ring = loop.ring();
                ring.poll(Duration.ZERO);
                ring.net().listen(Transport.TCP4.unused(bed.directory()), (listener, failure) -> {
                    handles.add(listener);
                    listener.accept((socket, end) -> closed.addAndGet(isClose(end)));
                });
                ring.timers().after(Duration.ofHours(1), (nothing, end) -> closed.addAndGet(isClose(end)));
                while (handles.isEmpty()) {
                    ring.poll(Duration.ofMillis(10));
                }
                ring.poll(Duration.ZERO);
            });
        }
        loop.ring().close();
        assertThat(closed.get()).isEqualTo(2);
        assertThatThrownBy(() -> loop.ring().nop((count, failure) -> {}))
                .isInstanceOf(RejectedExecutionException.class);
        bufs.forEach(Buf::close);
    }

    private static int isClose(Throwable failure) {
        return failure instanceof AsynchronousCloseException ? 1 : 0;
    }

    @Test
    void itsDeadlinePassesThoughAFileCallRuns(TestBed bed, Caps caps) throws Exception {
        Path fifo = Libc.mkfifo(bed.directory().resolve("fifo"));
        Loop loop = bed.loop(options -> options.closeDeadlineNanos = Duration.ofMillis(200).toNanos());
        loop.turn();
        Outcome<AsyncFile> open = loop.start(loop.ring().files().prepareOpen(fifo));
        loop.until("the call runs", () -> !caps.has(Cap.PLAIN_CALLS) || loop.sys().count(Call.OPENAT) > 0);
        loop.linger(20);
        long begun = System.nanoTime();
        loop.closeRing();
        assertThat(System.nanoTime() - begun).isLessThan(5_000_000_000L);
        open.failure(AsynchronousCloseException.class);
        // The call ends some time later, and what it opened is closed
        int closes = loop.sys().count(Call.CLOSE);
        new RandomAccessFile(fifo.toFile(), "rw").close();
        if (caps.has(Cap.PLAIN_CALLS)) {
            loop.awaitElsewhere("what was opened too late is closed", () -> loop.sys().count(Call.CLOSE) > closes);
        }
    }

    @Test
    void runReturnsWhenItIsClosedFromACallback(TestBed bed) {
        Loop loop = bed.loop(options -> {});
        int[] fired = new int[1];
        loop.ring().timers().after(Duration.ZERO, (nothing, failure) -> {
            fired[0]++;
            loop.ring().close();
        });
        loop.runRing();
        assertThat(fired[0]).isEqualTo(1);
    }

    @Test
    void anInterruptDoesNotEndATurnAndStaysSet(Ring ring, Loop loop) {
        Thread.currentThread().interrupt();
        try {
            assertThat(loop.await(ring.prepareNop())).isZero();
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void twoRingsOfOneThreadAreApart(TestBed bed, Loop loop) {
        Loop other = bed.loop(options -> {});
        other.turn();
        Count here = loop.start(loop.ring().prepareNop());
        Count there = other.start(other.ring().prepareNop());
        assertThat(here.value()).isZero();
        assertThat(there.isDone()).isFalse();
        assertThat(there.value()).isZero();
    }
}
