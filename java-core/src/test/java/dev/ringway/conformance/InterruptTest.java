package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.Ring;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Libc;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A thread that waits and is interrupted stops waiting soon, says so in the documented way, and leaves things in the
/// documented state.
@Tag("J5")
@EveryBackend
class InterruptTest {
    private static final long SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /// One try may be held up by a busy machine; of so many one is not.
    private static final int TRIES = 5;

    /// Interrupts threads that wait, virtual and platform, until one has ended soon, and requires of each the type of
    /// its exception and that its interrupt status is set.
    ///
    /// @param makes what to wait in, each time
    private static void interrupted(Loop loop, Class<? extends Throwable> type, Supplier<ThrowingCallable> makes) {
        for (boolean virtual : new boolean[] {true, false}) {
            long soonest = Long.MAX_VALUE;
            for (int i = 0; i < TRIES && soonest > SOON_NANOS; i++) {
                soonest = Math.min(soonest, nanosUntilInterrupted(loop, virtual, type, makes.get()));
            }
            assertThat(soonest).as("nanoseconds from the interrupt to its exception").isLessThan(SOON_NANOS);
        }
    }

    private static long nanosUntilInterrupted(
            Loop loop, boolean virtual, Class<? extends Throwable> type, ThrowingCallable call) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        int before = loop.inFlight();
        try (Workers workers = new Workers()) {
            Workers.Work work = () -> {
                failure.set(catchThrowable(call));
                assertThat(Thread.currentThread().isInterrupted()).as("interrupt status").isTrue();
            };
            Thread thread = virtual ? workers.startVirtual(work) : workers.start(work);
            loop.until("it waits", () -> loop.inFlight() > before && thread.getState() == Thread.State.WAITING);
            long begun = System.nanoTime();
            thread.interrupt();
            loop.until("it has ended", workers.done());
            assertThat(failure.get()).isInstanceOf(type);
            return System.nanoTime() - begun;
        }
    }

    // ---- join: the operation is cancelled, the handle stays as it is

    @Test
    void ofAReceive(TestBed bed) throws Exception {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Buf buf = loop.buffer(10);
        interrupted(loop, InterruptedIOException.class, () -> () -> pair.near().prepareReceive(buf).join());
        interrupted(loop, InterruptedIOException.class, () -> () -> pair.near().prepareReceiveN(buf, 2).join());
        pair.farSends("kept");
        assertThat(pair.near().prepareReceiveN(buf, 4).join()).isEqualTo(4);
        assertThat(buf.getText(UTF_8)).isEqualTo("kept");
    }

    @Test
    void ofAReceiveInTheMiddleWhatCameIsInTheBuffer(TestBed bed) throws Exception {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Buf buf = loop.buffer(10);
        pair.farSends("some");
        try (Workers workers = new Workers()) {
            Thread thread = workers.startVirtual(() -> assertThat(catchThrowable(
                            () -> pair.near().prepareReceiveN(buf, 10).join()))
                    .isInstanceOf(InterruptedIOException.class));
            loop.until("it waits", () -> loop.inFlight() == 1);
            loop.linger(50);
            thread.interrupt();
        }
        assertThat(buf.getText(UTF_8)).isEqualTo("some");
    }

    @Test
    void ofASend(TestBed bed) {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4, 4096);
        pair.nearSendsThroughASmallBuffer();
        interrupted(loop, InterruptedIOException.class, () -> {
            Buf buf = loop.bufferOf(new byte[10_000_000]);
            return () -> pair.near().prepareSendAll(buf).join();
        });
        assertThat(pair.near().isOpen()).isTrue();
    }

    @Test
    void ofAnAcceptAndATimer(TestBed bed) throws Exception {
        Loop loop = bed.running();
        Ring ring = loop.ring();
        AsyncListener listener = ring.net().prepareListen(Transport.TCP4.unused(bed.directory())).join();
        SocketAddress address = listener.prepareLocalAddress().join();
        interrupted(loop, InterruptedIOException.class, () -> () -> listener.prepareAccept().join());
        interrupted(loop, InterruptedIOException.class,
                () -> () -> ring.timers().prepareAfter(Duration.ofHours(1)).join());
        try (AsyncSocket client = ring.net().prepareConnect(address).join();
                AsyncSocket server = listener.prepareAccept().join()) {
            assertThat(client.isOpen() && server.isOpen()).isTrue();
        }
        listener.close();
    }

    @Test
    void ofACallOnAFile(TestBed bed, Caps caps) throws Exception {
        Loop loop = bed.running();
        Ring ring = loop.ring();
        Path fifo = Libc.mkfifo(bed.directory().resolve("fifo"));
        AsyncFile both = ring.files().prepareOpen(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE).join();
        Buf buf = loop.buffer(10);
        ThrowingCallable read = () -> both.prepareReadN(buf, 10).join();
        if (caps.has(Cap.CANCELS_FILE_CALLS)) {
            interrupted(loop, InterruptedIOException.class, () -> read);
            both.close();
            interrupted(loop, InterruptedIOException.class, () -> () -> ring.files().prepareOpen(fifo).join());
            return;
        }
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (Workers workers = new Workers();
                RandomAccessFile writer = new RandomAccessFile(fifo.toFile(), "rw")) {
            Thread thread = workers.startVirtual(() -> failure.set(catchThrowable(read)));
            loop.until("it waits", () -> loop.inFlight() == 1);
            loop.linger(50);
            thread.interrupt();
            loop.linger(200);
            assertThat(thread.isAlive()).as("the call runs, and has the buffer").isTrue();
            writer.write('x');
        }
        assertThat(failure.get()).isInstanceOf(InterruptedIOException.class);
        assertThat(buf.getText(UTF_8)).isEqualTo("x");
        both.close();
    }

    // ---- a channel: it closes

    @Test
    void ofAChannelThatReads(TestBed bed) {
        Loop loop = bed.running();
        interrupted(loop, ClosedByInterruptException.class, () -> {
            Pair pair = Pair.open(bed, loop, Transport.TCP4);
            ByteChannel channel = pair.near().channel();
            return () -> {
                try {
                    channel.read(ByteBuffer.allocate(1));
                } finally {
                    assertThat(channel.isOpen() || pair.near().isOpen()).isFalse();
                }
            };
        });
    }

    @Test
    void ofAChannelThatWritesAndWhatHasGoneOutIsKnown(TestBed bed) {
        Loop loop = bed.running();
        interrupted(loop, ClosedByInterruptException.class, () -> {
            Pair pair = Pair.open(bed, loop, Transport.TCP4, 4096);
            pair.nearSendsThroughASmallBuffer();
            ByteChannel channel = pair.near().channel();
            ByteBuffer src = ByteBuffer.allocate(10_000_000);
            return () -> {
                try {
                    channel.write(src);
                } finally {
                    assertThat(channel.isOpen() || pair.near().isOpen()).isFalse();
                    pair.far().configureBlocking(true);
                    int received = 0;
                    ByteBuffer dst = ByteBuffer.allocate(1 << 16);
                    Thread.interrupted(); // or the JDK's channel would be closed
                    for (int count = pair.far().read(dst); count >= 0; count = pair.far().read(dst.clear())) {
                        received += count;
                    }
                    assertThat(received).isEqualTo(src.position());
                    Thread.currentThread().interrupt();
                }
            };
        });
    }

    @Test
    void ofOneThatWaitsForAnotherReader(TestBed bed) {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        ByteChannel channel = pair.near().channel();
        AtomicReference<Throwable> first = new AtomicReference<>();
        AtomicReference<Throwable> second = new AtomicReference<>();
        try (Workers workers = new Workers()) {
            workers.startVirtual(() -> first.set(catchThrowable(() -> channel.read(ByteBuffer.allocate(1)))));
            loop.until("it waits", () -> loop.inFlight() == 1);
            Thread thread = workers.startVirtual(
                    () -> second.set(catchThrowable(() -> channel.read(ByteBuffer.allocate(1)))));
            loop.until("it waits too", () -> thread.getState() == Thread.State.WAITING);
            thread.interrupt();
        }
        assertThat(second.get()).isInstanceOf(ClosedByInterruptException.class);
        assertThat(first.get()).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void beforeItReadsOrWrites(TestBed bed) {
        Loop loop = bed.running();
        for (boolean reads : new boolean[] {true, false}) {
            Pair pair = Pair.open(bed, loop, Transport.TCP4);
            pair.farSends("there");
            ByteChannel channel = pair.near().channel();
            try (Workers workers = new Workers()) {
                workers.startVirtual(() -> {
                    Thread.currentThread().interrupt();
                    assertThat(catchThrowable(() -> {
                        int unused = reads ? channel.read(ByteBuffer.allocate(1)) : channel.write(UTF_8.encode("x"));
                    })).isInstanceOf(ClosedByInterruptException.class);
                    assertThat(Thread.currentThread().isInterrupted()).isTrue();
                    assertThat(catchThrowable(() -> channel.read(ByteBuffer.allocate(1))))
                            .isInstanceOf(ClosedChannelException.class)
                            .isNotInstanceOf(ClosedByInterruptException.class);
                });
            }
            assertThat(channel.isOpen()).isFalse();
        }
    }

    // ---- what an interrupt does not end

    @Test
    void pollingAndClosingGoOn(TestBed bed, Ring ring, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        loop.settle();
        Thread.currentThread().interrupt();
        try {
            boolean[] ran = new boolean[1];
            ring.execute(() -> ran[0] = true);
            loop.turn();
            assertThat(ran[0]).isTrue();
            assertThat(Thread.currentThread().isInterrupted()).as("interrupt status").isTrue();
        } finally {
            Thread.interrupted();
        }
        CountDownLatch closed = new CountDownLatch(1);
        try (Workers workers = new Workers()) {
            workers.start(() -> {
                Thread.currentThread().interrupt();
                pair.near().close();
                assertThat(Thread.currentThread().isInterrupted()).as("interrupt status").isTrue();
                closed.countDown();
            });
            loop.until("it is closed", () -> closed.getCount() == 0);
        }
        assertThat(pair.near().isOpen()).isFalse();
    }
}
