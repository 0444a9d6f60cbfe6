package dev.ringway.conformance;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncSocket;
import dev.ringway.Backend;
import dev.ringway.Buf;
import dev.ringway.Completion;
import dev.ringway.IntCompletion;
import dev.ringway.Readiness;
import dev.ringway.Ring;
import dev.ringway.RingTimers;
import dev.ringway.testing.Allocations;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What an operation costs on the heap, on the polling thread, once everything is warm: nothing, if it is started again
/// with `reset`.
@EveryBackend(where = Cap.HELPFUL_KERNEL)
class AllocationTest {
    private static final Duration NOT_AT_ALL = Duration.ZERO;
    private static final Duration SOON = Duration.ofNanos(1);
    private static final long OFFLOADED_BYTES = 200;
    private static final long LINKERS_BYTES = 40;
    private static final Duration LONG = Duration.ofHours(1);

    /// Starts something again each time it has completed.
    private abstract static class Repeated implements IntCompletion, Completion<@Nullable Void> {
        private int left;

        abstract void start();

        void run(Loop loop, int times) {
            left = times;
            start();
            while (left > 0) {
                loop.ring().poll(LONG);
            }
        }

        @Override
        public void complete(int count, @Nullable Throwable failure) {
            again(failure);
        }

        @Override
        public void complete(@Nullable Void result, @Nullable Throwable failure) {
            again(failure);
        }

        void again(@Nullable Throwable failure) {
            if (failure != null) {
                throw new AssertionError(failure);
            }
            if (--left > 0) {
                start();
            }
        }
    }

    /// Offloaded calls take a task and its place in the executor's queue.
    private static void requireOffload(Loop loop, Repeated operation) {
        Allocations allocations = new Allocations(OFFLOADED_BYTES);
        while (allocations.again()) {
            operation.run(loop, Allocations.CALLS);
        }
        assertThat(allocations.perCall()).isBetween(1L, OFFLOADED_BYTES);
    }

    /// With io_uring nothing at all. A readiness backend makes system calls, and where the compiler does not see
    /// through one of these it leaves the segment for errno, which the JDK's linker makes for each.
    private static void requireNone(Loop loop, Repeated operation) {
        Allocations allocations = new Allocations(0);
        long before = loop.ring().stats().systemCalls();
        long done = 0;
        while (allocations.again()) {
            operation.run(loop, Allocations.CALLS);
            done += Allocations.CALLS;
        }
        long calls = Math.ceilDiv(loop.ring().stats().systemCalls() - before, done);
        boolean uring = loop.ring().backend().kind() == Backend.IO_URING;
        assertThat(allocations.perCall()).isBetween(0L, uring ? 0 : calls * LINKERS_BYTES);
    }

    @Test
    void nop(Ring ring, Loop loop) {
        Ring.Nop nop = ring.prepareNop();
        loop.await(nop);
        requireNone(loop, new Repeated() {
            @Override
            void start() {
                nop.reset().start(this);
            }
        });
    }

    @Test
    void aTimeLimitThatDoesNotPass(Ring ring, Loop loop) {
        Ring.Nop nop = ring.prepareNop().timeout(LONG);
        loop.await(nop);
        requireNone(loop, new Repeated() {
            @Override
            void start() {
                nop.reset().start(this);
            }
        });
    }

    @Test
    void timers(Ring ring, Loop loop) {
        RingTimers.After timer = ring.timers().prepareAfter(NOT_AT_ALL);
        loop.await(timer);
        requireNone(loop, new Repeated() {
            @Override
            void start() {
                timer.reset(SOON).start(this);
            }
        });
    }

    @Test
    void pollOfAnFd(TestBed bed, Ring ring, Loop loop) {
        AsyncSocket.Poll poll =
                Pair.open(bed, loop, Transport.TCP4).near().preparePoll(Readiness.WRITABLE);
        loop.await(poll);
        requireNone(loop, new Repeated() {
            @Override
            void start() {
                poll.reset(Readiness.WRITABLE).start(this);
            }
        });
    }

    /// A message to the far end, which sends it back.
    private abstract static class Echoed extends Repeated {
        private final Pair pair;
        private final Buf buf;
        private final ByteBuffer atFar = ByteBuffer.allocateDirect(64);
        private final AsyncSocket.Send send;
        private final boolean late;

        /// @param late whether the answer comes when the ring waits for it already
        Echoed(Loop loop, Pair pair, boolean late) {
            this.pair = pair;
            this.buf = loop.buffer(64);
            this.send = pair.near().prepareSendAll(buf);
            this.late = late;
        }

        Buf buf() {
            return buf;
        }

        @Override
        void start() {
            if (send.isDone()) {
                send.reset(buf);
            } else {
                buf.put(new byte[64]);
            }
            send.start(this);
        }

        abstract void receive();

        @Override
        public void complete(int count, @Nullable Throwable failure) {
            if (failure != null) {
                throw new AssertionError(failure);
            }
            if (late) {
                receive();
                answer(atFar);
            } else {
                answer(atFar);
                receive();
            }
        }

        private void answer(ByteBuffer message) {
            try {
                while (message.hasRemaining()) {
                    pair.far().read(message);
                }
                message.flip();
                pair.far().write(message);
                message.clear();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static void sendAndReceive(TestBed bed, Loop loop, boolean late) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Echoed echoed = new Echoed(loop, pair, late) {
            private final AsyncSocket.Receive receive = pair.near().prepareReceive(buf());
            private final IntCompletion received = (count, failure) -> again(failure);

            @Override
            void receive() {
                buf().clear();
                if (receive.isDone()) {
                    receive.reset(buf());
                }
                receive.start(received);
            }
        };
        requireNone(loop, echoed);
    }

    @Test
    void sendAndReceiveOfWhatIsThere(TestBed bed, Loop loop) {
        sendAndReceive(bed, loop, false);
    }

    @Test
    void sendAndReceiveThatWaits(TestBed bed, Loop loop) {
        sendAndReceive(bed, loop, true);
    }

    @Test
    void aFileAtAnOffset(Ring ring, Loop loop, Path directory, Caps caps) {
        AsyncFile file =
                loop.await(ring.files().prepareOpen(directory.resolve("file"), READ, WRITE, CREATE_NEW));
        Buf buf = loop.bufferOf(new byte[512]);
        AsyncFile.Write write = file.prepareWrite(buf).at(0);
        AsyncFile.Read read = file.prepareRead(buf).from(0);
        loop.await(write);
        loop.await(read);
        Repeated transfers = new Repeated() {
            private final IntCompletion written = (count, failure) -> read.reset(buf.clear()).start(this);

            @Override
            void start() {
                write.reset(buf).start(written);
            }
        };
        if (caps.has(Cap.PLAIN_CALLS)) {
            requireOffload(loop, transfers);
        } else {
            requireNone(loop, transfers);
        }
    }
}
