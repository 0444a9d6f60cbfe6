package dev.ringway.hazard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.Ring;
import dev.ringway.conformance.Workers;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.lang.foreign.Arena;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Threads that start operations and are gone, and memory that knows only the thread that made it.
@EveryBackend
class StartingThreadTest {
    /// What is started here has ended only after its thread has.
    private static void onAThreadThatEnds(boolean virtual, Workers.Work work) {
        try (Workers workers = new Workers()) {
            if (virtual) {
                workers.startVirtual(work);
            } else {
                workers.start(work);
            }
        }
    }

    @Tag("H16")
    @ParameterizedTest(name = "virtual: {0}")
    @ValueSource(booleans = {false, true})
    void whatAThreadHasStartedOutlivesIt(boolean virtual, TestBed bed) throws Exception {
        Loop[] made = new Loop[1];
        onAThreadThatEnds(virtual, () -> made[0] = bed.running());
        Loop loop = made[0];
        AsyncListener listener = loop.await(loop.ring().net().prepareListen(Transport.TCP4.unused(bed.directory())));
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        AtomicReference<Outcome<AsyncSocket>> accept = new AtomicReference<>();
        onAThreadThatEnds(virtual, () -> accept.set(loop.start(listener.prepareAccept())));
        Thread.sleep(20);
        assertThat(accept.get().isDone()).isFalse();
        try (SocketChannel far = SocketChannel.open(address)) {
            AsyncSocket near = accept.get().value();
            AtomicReference<Count> started = new AtomicReference<>();
            Buf buf = loop.buffer(5);
            onAThreadThatEnds(virtual, () -> started.set(loop.start(near.prepareReceiveN(buf, 5))));
            Thread.sleep(20);
            assertThat(started.get().isDone()).isFalse();
            far.write(ByteBuffer.wrap("hello".getBytes(UTF_8)));
            assertThat(started.get().value()).isEqualTo(5);
            assertThat(buf.getText(UTF_8)).isEqualTo("hello");

            byte[] content = new byte[8 << 20]; // more than goes at once
            onAThreadThatEnds(virtual, () -> started.set(loop.start(near.prepareSendAll(loop.bufferOf(content)))));
            Thread.sleep(20);
            ByteBuffer received = ByteBuffer.allocate(content.length);
            while (received.hasRemaining() && far.read(received) >= 0) {
                assertThat(received.position()).isPositive();
            }
            assertThat(started.get().value()).isEqualTo(content.length);
        }
        Path path = bed.directory().resolve("file");
        AtomicReference<Outcome<AsyncFile>> open = new AtomicReference<>();
        onAThreadThatEnds(virtual, () -> open.set(loop.start(loop.ring().files().prepareOpen(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE))));
        AsyncFile file = open.get().value();
        AtomicReference<Count> write = new AtomicReference<>();
        onAThreadThatEnds(virtual, () -> write.set(loop.start(file.prepareWriteAll(loop.bufferOf("content")))));
        assertThat(write.get().value()).isEqualTo(7);
        AtomicReference<Outcome<Void>> timer = new AtomicReference<>();
        onAThreadThatEnds(virtual,
                () -> timer.set(loop.start(loop.ring().timers().prepareAfter(Duration.ofMillis(20)))));
        loop.until("the timer has expired", () -> {
            loop.pass(Duration.ofMillis(20)); // the first time it may not have begun yet
            return timer.get().isDone();
        });
        timer.get().value();
    }

    // ---- memory and other threads

    /// Memory of a confined arena is of its thread alone; the polling thread must not trip over that.
    @Test
    @Tag("J11")
    void confinedMemoryOfAnotherThreadIsNoTrapForThePollingThread(TestBed bed) {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        try (Arena confined = Arena.ofConfined()) {
            ByteBuffer memory = confined.allocate(100).asByteBuffer();
            Buf adopted = Buf.adopt(memory.limit(0));
            Count receive = loop.start(pair.near().prepareReceiveN(adopted, 5));
            pair.farSends("hello");
            assertThat(receive.value()).isEqualTo(5);
            assertThat(adopted.getText(UTF_8)).isEqualTo("hello");

            // Copies are made on the caller's thread, and there they fail
            Buf buf = loop.buffer(100);
            List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
            try (Workers workers = new Workers()) {
                workers.start(() -> {
                    failures.add(catchThrowable(() -> buf.put(memory.clear())));
                    failures.add(catchThrowable(() -> loop.ring().bufferOf(memory.clear())));
                });
            }
            CountDownLatch ran = new CountDownLatch(1);
            loop.ring().execute(() -> {
                failures.add(catchThrowable(() -> buf.put(memory.clear())));
                ran.countDown();
            });
            loop.until("it ran", () -> ran.getCount() == 0);
            assertThat(failures).hasSize(3).hasOnlyElementsOfType(WrongThreadException.class);
            assertThat(buf.readable()).isZero();
            assertThat(loop.await(pair.near().prepareSendAll(buf.put("and on")))).isEqualTo(6);
        }
    }

    /// Buffers, leases and pools go from thread to thread, and a ring takes operations from all of them.
    @Test
    @Tag("J11")
    void buffersAndRingsAreUsedFromEverywhere(TestBed bed) {
        Loop loop = bed.running();
        Ring ring = loop.ring();
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            pairs.add(Pair.open(bed, loop, Transport.TCP4));
        }
        try (Workers workers = new Workers()) {
            for (Pair pair : pairs) {
                workers.start(() -> {
                    BufPool pool = ring.pool(4, 16);
                    Items<Buf> items = loop.start(pair.near().prepareReceiveEach(pool), lease -> {
                        Buf copy = ring.bufferOf(lease.getAll()); // on the polling thread
                        Thread.ofVirtual().start(() -> {
                            lease.release(); // on another
                            pair.near().sendAll(copy, (count, failure) -> copy.release());
                        });
                    });
                    for (int i = 0; i < 20; i++) {
                        pair.far().write(ByteBuffer.wrap(new byte[] {(byte) i}));
                        ByteBuffer echo = ByteBuffer.allocate(1);
                        while (pair.far().read(echo) == 0) {
                            Thread.onSpinWait();
                        }
                        assertThat(echo.get(0)).isEqualTo((byte) i);
                    }
                    items.iteration().cancel();
                    items.failure(CancellationException.class);
                });
            }
        }
    }
}
