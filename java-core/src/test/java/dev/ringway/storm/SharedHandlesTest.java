package dev.ringway.storm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Backend;
import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.IntOperation;
import dev.ringway.Iteration;
import dev.ringway.Operation;
import dev.ringway.Ring;
import dev.ringway.internal.ffi.LinuxSys;
import dev.ringway.testing.Census;
import dev.ringway.testing.CountingSys.Call;
import java.io.EOFException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.channels.ReadPendingException;
import java.nio.channels.WritePendingException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Thirty-two threads do whatever comes to their minds with a few handles that they share: they start, cancel, pause,
/// resume, release and close, while others do the same, and in the end the ring is closed under their feet.
///
/// Only typed errors come out, every operation completes exactly once, every descriptor is closed exactly once, and
/// nothing hangs. `-Dringway.storm.seconds=` sets for how long (by default 2), `-Dringway.seed=` repeats the draws.
class SharedHandlesTest {
    private static final int THREADS = 32;
    private static final int SHARED = 6;
    private static final int IN_FLIGHT_EACH = 16;
    /// Below the close deadline: what is in flight has to end, not to be given up.
    private static final long CLOSE_MILLIS = 4000;
    private static final long SECONDS = Long.getLong("ringway.storm.seconds", 2);

    private static final List<Class<? extends Throwable>> TYPED = List.of(
            ClosedChannelException.class, CancellationException.class, SocketTimeoutException.class,
            InterruptedByTimeoutException.class, SocketException.class, EOFException.class);

    @TempDir
    Path directory;

    private final AtomicLong started = new AtomicLong();
    private final AtomicLong completed = new AtomicLong();
    private final Map<String, AtomicLong> outcomes = new ConcurrentHashMap<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicReferenceArray<@Nullable AsyncSocket> sockets = new AtomicReferenceArray<>(SHARED);
    private final AtomicReferenceArray<@Nullable AsyncListener> listeners = new AtomicReferenceArray<>(2);
    private final AtomicReferenceArray<@Nullable AsyncFile> files = new AtomicReferenceArray<>(2);
    private final AtomicReferenceArray<@Nullable Iteration<?>> iterations = new AtomicReferenceArray<>(SHARED);
    private final AtomicReferenceArray<@Nullable Runnable> cancels = new AtomicReferenceArray<>(64);
    private volatile boolean over;

    @ParameterizedTest
    @CsvSource({"IO_URING,256", "IO_URING,2", "EPOLL,256"})
    @Tag("J1")
    void onlyTypedErrorsAndOneCloseEach(Backend backend, int entries) throws Exception {
        long seed = Long.getLong("ringway.seed", System.nanoTime());
        System.out.println("shared handles on " + backend + " with " + entries + " entries, seed " + seed);
        Ring.builder().backend(backend).create().close(); // the self-test has run
        Census before = Census.take(directory);
        FdLedger ledger = new FdLedger(new LinuxSys(), backend == Backend.EPOLL);
        Ring ring = Probe.builder(backend, ledger)
                .entries(entries)
                .uncaughtHandler(this::wrong)
                .start("shared-" + backend);
        BufPool pool = ring.pool(16, 256);
        List<Thread> threads = new ArrayList<>();
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int i = 0; i < THREADS; i++) {
            SplittableRandom own = seeds.split();
            threads.add(Thread.ofPlatform().name("shared-" + i).start(() -> new Player(ring, pool, own).play()));
        }
        threads.add(Thread.ofPlatform().name("shared-dump").start(() -> dump(ring)));
        Thread.sleep(TimeUnit.SECONDS.toMillis(SECONDS));
        long closing = System.nanoTime();
        ring.close(); // under their feet
        long closed = System.nanoTime();
        over = true;
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(10));
            if (thread.isAlive()) {
                wrong.add(thread + " hangs at " + List.of(thread.getStackTrace()));
            }
        }
        System.out.println(started + " started, " + ledger.count(Call.CLOSE) + " closes; " + outcomes);
        assertThat(wrong).isEmpty();
        assertThat(TimeUnit.NANOSECONDS.toMillis(closed - closing)).as("ms of the close").isLessThan(CLOSE_MILLIS);
        assertThat(completed).as("operations that have completed").hasValue(started.get());
        assertThat(ledger.wrong()).isEmpty();
        if (backend == Backend.EPOLL) {
            assertThat(ledger.open()).as("descriptors that nobody has closed").isEmpty();
        }
        assertThat(outcomes.keySet()).contains("value", "Cancelled", "ClosedUnderway");
        Awaitility.await().atMost(6, TimeUnit.SECONDS).untilAsserted(() -> before.requireSameFds("after the ring"));
        before.requireSameThreads("after the ring", TimeUnit.SECONDS.toNanos(6));
    }

    private void wrong(Throwable thrown) {
        if (wrong.size() < 20) {
            StackTraceElement[] trace = thrown.getStackTrace();
            wrong.add(thrown + " at " + List.of(trace).subList(0, Math.min(4, trace.length)));
        }
    }

    /// Looks on, at whatever moment.
    private void dump(Ring ring) {
        SplittableRandom random = new SplittableRandom(1);
        int dumps = 0;
        int operations = 0;
        while (!over) {
            try {
                String dump = ring.dump();
                operations += dump.contains(" for ") ? 1 : 0;
                dumps++;
                LockSupport.parkNanos(random.nextInt(1_000_000));
            } catch (Throwable thrown) {
                wrong(thrown);
            }
        }
        if (dumps < 10 || operations == 0) {
            wrong.add(dumps + " dumps, and in " + operations + " of them an operation");
        }
    }

    private void note(String outcome) {
        outcomes.computeIfAbsent(outcome, key -> new AtomicLong()).incrementAndGet();
    }

    /// One thread.
    private final class Player {
        private final Ring ring;
        private final BufPool pool;
        private final SplittableRandom random;
        private final Semaphore places = new Semaphore(IN_FLIGHT_EACH);

        Player(Ring ring, BufPool pool, SplittableRandom random) {
            this.ring = ring;
            this.pool = pool;
            this.random = random;
        }

        void play() {
            while (!over) {
                try {
                    if (places.tryAcquire(10, TimeUnit.MILLISECONDS)) {
                        places.release();
                        act();
                    }
                } catch (ReadPendingException | WritePendingException refused) {
                    note("refused");
                } catch (RejectedExecutionException closed) {
                    note("rejected");
                    LockSupport.parkNanos(1_000_000); // the ring needs the processor more
                } catch (InterruptedException | RuntimeException | Error unexpected) {
                    wrong(unexpected);
                }
            }
        }

        private void act() {
            int shared = random.nextInt(SHARED);
            AsyncSocket socket = sockets.get(shared);
            switch (random.nextInt(16)) {
                case 0, 1, 2 -> withSocket(socket, this::receive);
                case 3, 4, 5 -> withSocket(socket, this::send);
                case 6 -> withSocket(socket, present -> receiveEach(present, shared));
                case 7 -> pauseOrResume(iterations.get(shared));
                case 8, 9 -> cancel();
                case 10 -> listenOrAccept(random.nextInt(listeners.length()));
                case 11 -> connect(shared);
                case 12 -> openOrUse(random.nextInt(files.length()));
                case 13 -> withSocket(sockets.getAndSet(shared, null), this::close);
                case 14 -> timer();
                default -> ring.wake();
            }
        }

        private void withSocket(@Nullable AsyncSocket socket, java.util.function.Consumer<AsyncSocket> act) {
            if (socket != null) {
                act.accept(socket);
            }
        }

        // ---- how everything is started

        private <T> void start(Operation<T> operation, java.util.function.Consumer<T> taker) {
            if (random.nextInt(4) == 0) {
                operation.timeout(Duration.ofNanos(1 + random.nextInt(2_000_000)));
            }
            remember(operation::cancel);
            starting(() -> {
                AtomicInteger times = new AtomicInteger();
                operation.start((value, failure) -> {
                    ended(times, failure, operation);
                    if (value != null) {
                        taker.accept(value);
                    }
                });
            });
        }

        private void start(IntOperation operation, Buf buf) {
            if (random.nextInt(4) == 0) {
                operation.timeout(Duration.ofNanos(1 + random.nextInt(2_000_000)));
            }
            remember(operation::cancel);
            boolean releaseNow = random.nextInt(8) == 0;
            try {
                starting(() -> {
                    AtomicInteger times = new AtomicInteger();
                    operation.start((count, failure) -> {
                        ended(times, failure, operation);
                        buf.close();
                    });
                });
            } catch (RuntimeException refused) {
                buf.release();
                throw refused;
            }
            if (releaseNow) {
                buf.close(); // while it is lent, or after its release
            }
        }

        /// Waits for a place, but never on the polling thread, on which nothing may wait.
        private void starting(Runnable start) {
            started.incrementAndGet();
            if (!ring.isOwner()) {
                places.acquireUninterruptibly();
            } else if (!places.tryAcquire()) {
                started.decrementAndGet();
                throw new RejectedExecutionException("enough is in flight");
            }
            boolean running = false;
            try {
                start.run();
                running = true;
            } finally {
                if (!running) {
                    started.decrementAndGet();
                    places.release();
                }
            }
        }

        private void ended(AtomicInteger times, @Nullable Throwable failure, Object operation) {
            if (times.incrementAndGet() != 1) {
                wrong(new AssertionError(operation + " completed again"));
                return;
            }
            places.release();
            completed.incrementAndGet();
            if (failure == null) {
                note("value");
            } else if (TYPED.stream().anyMatch(type -> type.isInstance(failure))) {
                note(failure.getClass().getSimpleName());
            } else {
                wrong(failure);
            }
        }

        private void remember(Runnable cancel) {
            cancels.set(random.nextInt(cancels.length()), cancel);
        }

        // ---- what there is to do

        private void receive(AsyncSocket socket) {
            Buf buf = ring.buffer(1 + random.nextInt(512));
            start(socket.prepareReceive(buf), buf);
        }

        private void send(AsyncSocket socket) {
            Buf buf = ring.bufferOf(new byte[1 + random.nextInt(2048)]);
            start(random.nextBoolean() ? socket.prepareSend(buf) : socket.prepareSendAll(buf), buf);
        }

        private void receiveEach(AsyncSocket socket, int shared) {
            Iteration<Buf> iteration = socket.prepareReceiveEach(pool);
            AtomicInteger times = new AtomicInteger();
            starting(() -> iteration.start(lease -> {
                if (lease.readable() > 200) {
                    lease.skip(100);
                    iteration.putBack(lease);
                } else {
                    lease.release();
                }
            }, (nothing, failure) -> ended(times, failure, iteration)));
            iterations.set(shared, iteration);
            remember(iteration::cancel);
        }

        private void pauseOrResume(@Nullable Iteration<?> iteration) {
            if (iteration == null) {
                return;
            }
            switch (random.nextInt(4)) {
                case 0 -> iteration.pause();
                case 1 -> iteration.cancel();
                default -> iteration.resume();
            }
        }

        private void cancel() {
            Runnable cancel = cancels.get(random.nextInt(cancels.length()));
            if (cancel != null) {
                cancel.run();
            }
        }

        private void listenOrAccept(int shared) {
            AsyncListener listener = listeners.get(shared);
            if (listener == null) {
                start(ring.net().prepareListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), made -> {
                    AsyncListener old = listeners.getAndSet(shared, made);
                    if (old != null) {
                        old.close();
                    }
                });
            } else if (random.nextInt(16) == 0) {
                listeners.set(shared, null);
                listener.close();
            } else if (random.nextInt(8) == 0) {
                Iteration<AsyncSocket> iteration = listener.prepareAcceptEach();
                AtomicInteger times = new AtomicInteger();
                starting(() -> iteration.start(
                        this::share, (nothing, failure) -> ended(times, failure, iteration)));
                remember(iteration::cancel);
            } else {
                start(listener.prepareAccept(), this::share);
            }
        }

        private void share(AsyncSocket socket) {
            AsyncSocket old = sockets.getAndSet(Math.floorMod(System.identityHashCode(socket), SHARED), socket);
            if (old != null) {
                old.close();
            }
        }

        private void connect(int shared) {
            AsyncListener listener = listeners.get(shared % listeners.length());
            if (listener != null) {
                start(listener.prepareLocalAddress(), address -> {
                    try {
                        start(ring.net().prepareConnect(address), this::share);
                    } catch (RejectedExecutionException closedOrEnough) {
                        note("rejected");
                    }
                });
            }
        }

        private void openOrUse(int shared) {
            AsyncFile file = files.get(shared);
            if (file == null) {
                start(ring.files().prepareOpen(directory.resolve("file-" + shared), StandardOpenOption.READ,
                        StandardOpenOption.WRITE, StandardOpenOption.CREATE), opened -> {
                    AsyncFile old = files.getAndSet(shared, opened);
                    if (old != null) {
                        old.close();
                    }
                });
            } else if (random.nextInt(16) == 0) {
                files.set(shared, null);
                file.close();
            } else {
                Buf buf = ring.bufferOf(new byte[64]);
                switch (random.nextInt(4)) {
                    case 0 -> start(file.prepareWriteAll(buf), buf);
                    case 1 -> start(file.prepareWrite(buf).at(random.nextInt(4096)), buf);
                    case 2 -> start(file.prepareRead(buf.clear()), buf);
                    default -> start(file.prepareReadN(buf.clear(), 32).from(random.nextInt(4096)), buf);
                }
            }
        }

        private void timer() {
            start(ring.timers().prepareAfter(Duration.ofNanos(random.nextInt(1_000_000))), nothing -> {});
        }

        private void close(AsyncSocket socket) {
            if (random.nextBoolean()) {
                socket.close();
            } else {
                start(socket.prepareClose(), nothing -> {});
            }
        }
    }
}
