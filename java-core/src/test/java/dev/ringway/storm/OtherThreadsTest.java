package dev.ringway.storm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Backend;
import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.IntOperation;
import dev.ringway.Operation;
import dev.ringway.Ring;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.LinuxSys;
import dev.ringway.testing.CountingSys;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A ring takes entries and registrations from one thread alone (SINGLE_ISSUER); sixteen others close, cancel, make
/// pools and wake: the kernel never refuses one of them (EEXIST), and no wake-up is lost.
///
/// `-Dringway.pingpongs=1000000` sets how often these threads wait for the ring's answer, all together (by default
/// 100,000).
@Tag("H17")
class OtherThreadsTest {
    private static final int THREADS = 16;
    private static final int PING_PONGS = Integer.getInteger("ringway.pingpongs", 100_000);
    private static final int POOLS = 20;
    private static final long LIMIT_SECONDS = 60 + PING_PONGS / 2_000;

    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicLong answers = new AtomicLong();

    /// Notes what the kernel refuses, and from which thread.
    private final class Refusals extends CountingSys {
        private volatile Thread first;

        Refusals() {
            super(new LinuxSys());
        }

        @Override
        public int ioUringEnter(int fd, int submit, int complete, int flags, long argument, long bytes) {
            if (first == null) {
                first = Thread.currentThread();
            } else if (first != Thread.currentThread()) {
                wrong.add("io_uring_enter on " + Thread.currentThread());
            }
            return noted("io_uring_enter", super.ioUringEnter(fd, submit, complete, flags, argument, bytes));
        }

        @Override
        public int ioUringRegister(int fd, int opcode, long argument, int count) {
            return noted("io_uring_register", super.ioUringRegister(fd, opcode, argument, count));
        }

        private int noted(String call, int res) {
            if (res < 0 && res != -Errno.ETIME && res != -Errno.EINTR) {
                wrong.add(call + " said " + Errno.name(-res));
            }
            return res;
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IO_URING", "EPOLL"})
    void closeCancelRegisterAndWake(Backend backend) throws Exception {
        long seed = Long.getLong("ringway.seed", System.nanoTime());
        System.out.println("sixteen other threads on " + backend + ", seed " + seed);
        SplittableRandom seeds = new SplittableRandom(seed);
        try (Ring ring = Probe.builder(backend, new Refusals())
                .uncaughtHandler(thrown -> wrong.add("uncaught " + thrown))
                .start("others-" + backend)) {
            AsyncListener listener =
                    ring.net().prepareListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).join();
            SocketAddress address = listener.prepareLocalAddress().join();
            listener.acceptEach(AsyncSocket::close, (nothing, closed) -> {});
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Player player = new Player(ring, address, seeds.split());
                threads.add(Thread.ofPlatform().daemon().name("other-" + i).start(player::play));
            }
            for (Thread thread : threads) {
                thread.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
                if (thread.isAlive()) {
                    wrong.add(thread + " hangs at " + List.of(thread.getStackTrace()) + "\n" + ring.dump());
                }
            }
            assertThat(wrong).isEmpty();
            assertThat(ring.stats().stale()).isZero();
            assertThat(ring.stats().wakeUps()).as("how often it had to be woken").isPositive();
        }
        assertThat(answers).hasValue(PING_PONGS / THREADS * THREADS);
        assertThat(wrong).isEmpty();
    }

    /// One thread.
    private final class Player {
        private final Ring ring;
        private final SocketAddress address;
        private final SplittableRandom random;
        private final List<BufPool> pools = new ArrayList<>();

        Player(Ring ring, SocketAddress address, SplittableRandom random) {
            this.ring = ring;
            this.address = address;
            this.random = random;
        }

        void play() {
            try {
                for (int left = PING_PONGS / THREADS; left > 0; left--) {
                    pingPong();
                    if (left % 16 == 0) {
                        act();
                    }
                }
            } catch (Throwable thrown) {
                wrong.add(thrown + " at " + List.of(thrown.getStackTrace()));
            }
        }

        private void pingPong() throws InterruptedException {
            CountDownLatch answered = new CountDownLatch(1);
            ring.execute(answered::countDown);
            if (!answered.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("no answer; " + ring.dump());
            }
            answers.incrementAndGet();
        }

        private void act() throws Exception {
            switch (random.nextInt(4)) {
                case 0 -> ring.wake();
                case 1 -> cancelATimer();
                case 2 -> cancelAReceiveAndClose();
                default -> receiveWithAPool();
            }
        }

        private void cancelATimer() throws InterruptedException {
            CountDownLatch ended = new CountDownLatch(1);
            Operation<?> timer = ring.timers().after(Duration.ofHours(1), (nothing, failure) -> {
                expect(failure, CancellationException.class);
                ended.countDown();
            });
            timer.cancel();
            await(ended);
        }

        private void cancelAReceiveAndClose() throws Exception {
            AsyncSocket socket = ring.net().prepareConnect(address).join();
            Buf buf = ring.buffer(16);
            CountDownLatch ended = new CountDownLatch(1);
            IntOperation receive = socket.receive(buf, (count, failure) -> {
                buf.release();
                ended.countDown(); // cancelled, closed, or the end of the stream
            });
            if (random.nextBoolean()) {
                receive.cancel();
            }
            socket.close();
            await(ended);
        }

        private void receiveWithAPool() throws Exception {
            if (pools.size() < POOLS) {
                pools.add(ring.pool(2, 64)); // registered by the polling thread, whoever asks
            }
            AsyncSocket socket = ring.net().prepareConnect(address).join();
            CountDownLatch ended = new CountDownLatch(1);
            socket.receiveEach(pools.get(random.nextInt(pools.size())), Buf::release, (nothing, failure) -> {
                if (failure != null) {
                    expect(failure, ClosedChannelException.class);
                }
                ended.countDown();
            });
            if (random.nextBoolean()) {
                socket.close();
            }
            await(ended);
            socket.close();
        }

        private void expect(Throwable failure, Class<? extends Throwable> type) {
            if (!type.isInstance(failure)) {
                wrong.add("ended with " + failure);
            }
        }

        private void await(CountDownLatch ended) throws InterruptedException {
            if (!ended.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("an operation has not ended; " + ring.dump());
            }
        }
    }
}
