package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncFd;
import dev.ringway.AsyncFile;
import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.ErrnoException;
import dev.ringway.Ring;
import dev.ringway.TestRings;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.Count;
import dev.ringway.testing.CountingSys;
import dev.ringway.testing.CountingSys.Call;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Libc;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EveryBackend
class CloseTest {
    @EveryTransport
    void isOneCallWhenNothingIsInFlight(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        int closes = loop.sys().count(Call.CLOSE);
        int others = loop.sys().count() - closes;
        pair.near().close();
        assertThat(loop.sys().count(Call.CLOSE) - closes).isEqualTo(1);
        int more = loop.sys().count() - others - loop.sys().count(Call.CLOSE);
        assertThat(more).isBetween(0, bed.caps().has(Cap.FORGETS_CLOSED_FDS) ? 0 : 1);
        assertThat(pair.near().isOpen()).isFalse();
        assertThat(pair.farReceivesAll()).isEmpty();
    }

    @EveryTransport
    void endsTheWatchOverTheFd(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Count waits = loop.start(pair.near().prepareReceive(loop.buffer(8)));
        loop.settle();
        waits.cancel();
        assertThat(waits.moved()).isZero();
        int calls = loop.sys().count();
        pair.near().close();
        int expected = bed.caps().has(Cap.FORGETS_CLOSED_FDS) ? 1 : 2;
        assertThat(loop.sys().count() - calls).as("calls in all").isEqualTo(expected);
    }

    @EveryTransport
    void happensOnce(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        int closes = loop.sys().count(Call.CLOSE);
        for (int i = 0; i < 5; i++) {
            pair.near().close();
            loop.await(pair.near().prepareClose());
        }
        assertThat(loop.sys().count(Call.CLOSE) - closes).isEqualTo(1);
    }

    @EveryTransport
    @Parity({"io/close_socket_fd", "operation/close"})
    void tellsWhenItHasHappened(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Count receive = loop.start(pair.near().prepareReceive(loop.buffer(10)));
        loop.settle();
        int closes = loop.sys().count(Call.CLOSE);
        Outcome<Void> close = loop.start(pair.near().prepareClose());
        assertThat(pair.near().isOpen()).isFalse();
        close.value();
        assertThat(loop.sys().count(Call.CLOSE) - closes).isEqualTo(1);
        receive.failure(AsynchronousCloseException.class);
    }

    @Test
    void cannotBeCancelled(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        loop.start(pair.near().prepareReceive(loop.buffer(10)));
        Outcome<Void> close = loop.start(pair.near().prepareClose());
        close.cancel();
        close.value();
    }

    @EveryTransport
    void thePeerHearsOfItAtOnce(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Count receive = loop.start(pair.near().prepareReceive(loop.buffer(10)));
        Count queued = loop.start(pair.near().prepareReceive(loop.buffer(10)));
        loop.settle();
        pair.near().close();
        assertThat(pair.farReceivesAll()).isEmpty();
        receive.failure(AsynchronousCloseException.class);
        queued.failure(AsynchronousCloseException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withALingerOfZeroItResetsTheConnection(boolean hasInFlight, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        loop.await(pair.near().prepareSetOption(StandardSocketOptions.SO_LINGER, 0));
        Count receive = hasInFlight ? loop.start(pair.near().prepareReceive(loop.buffer(8))) : null;
        loop.settle();
        loop.await(pair.near().prepareClose());
        if (receive != null) {
            receive.failure(AsynchronousCloseException.class);
        }
        assertThatThrownBy(pair::farReceivesAll).isInstanceOf(UncheckedIOException.class).hasMessageContaining("reset");
    }

    @Test
    void fromItsOwnCallback(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Count[] next = new Count[1];
        pair.near().receive(loop.buffer(1), (count, failure) -> {
            next[0] = loop.start(pair.near().prepareReceive(loop.buffer(1)));
            pair.near().close();
        });
        pair.farSends("x");
        loop.until("it was called", () -> next[0] != null);
        next[0].failure(AsynchronousCloseException.class);
    }

    @Test
    void ofAClosedHandleEverythingEndsWithClosedChannel(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        AsyncSocket socket = pair.near();
        socket.close();
        Buf content = loop.bufferOf("content");
        List<Throwable> failures = List.of(
                loop.start(socket.prepareReceive(loop.buffer(1))).failure(),
                loop.start(socket.prepareSend(content)).failure(),
                loop.start(socket.prepareSendAll(content)).failure(),
                loop.start(socket.prepareReceiveEach(loop.pool(2, 64))).failure(),
                loop.start(socket.prepareShutdownOutput()).failure(),
                loop.start(socket.prepareShutdownInput()).failure(),
                loop.start(socket.prepareLocalAddress()).failure(),
                loop.start(socket.preparePeerAddress()).failure(),
                loop.start(socket.prepareListen(1)).failure());
        assertThat(failures).allSatisfy(failure -> {
            assertThat(failure).isInstanceOf(ClosedChannelException.class);
            assertThat(failure).isNotInstanceOf(AsynchronousCloseException.class);
            assertThat(failure).hasMessageContaining("already closed");
        });
        assertThat(content.readable()).isEqualTo(7);
    }

    @Test
    void fromAnotherThreadItReturnsWhenItHasHappened(TestBed bed, Loop loop) throws Exception {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Count receive = loop.start(pair.near().prepareReceive(loop.buffer(10)));
        loop.settle();
        int closes = loop.sys().count(Call.CLOSE);
        int[] closesWhenItReturned = new int[1];
        try (Workers workers = new Workers()) {
            workers.start(() -> {
                pair.near().close();
                closesWhenItReturned[0] = loop.sys().count(Call.CLOSE);
            });
            loop.until("close has returned", workers.done());
        }
        assertThat(closesWhenItReturned[0] - closes).isEqualTo(1);
        receive.failure(AsynchronousCloseException.class);
    }

    @Test
    @Tag("J1")
    void fromManyThreadsItHappensOnce(TestBed bed, Loop loop) throws Exception {
        for (int round = 0; round < 20; round++) {
            Pair pair = Pair.open(bed, loop, Transport.UNIX);
            loop.start(pair.near().prepareReceive(loop.buffer(10)));
            int closes = loop.sys().count(Call.CLOSE);
            try (Workers workers = new Workers()) {
                for (int i = 0; i < 4; i++) {
                    workers.start(pair.near()::close);
                }
                loop.until("they have returned", workers.done());
            }
            assertThat(loop.sys().count(Call.CLOSE) - closes).isEqualTo(1);
        }
    }

    @Test
    void startsThatRaceWithItEndInOneWayOrTheOther(TestBed bed, Loop loop) throws Exception {
        for (int round = 0; round < 20; round++) {
            Pair pair = Pair.open(bed, loop, Transport.TCP4);
            List<Count> receives = java.util.Collections.synchronizedList(new ArrayList<>());
            try (Workers workers = new Workers()) {
                for (int i = 0; i < 2; i++) {
                    workers.start(() -> {
                        for (int n = 0; n < 20; n++) {
                            receives.add(loop.start(pair.near().prepareReceive(loop.buffer(1))));
                        }
                    });
                }
                workers.start(pair.near()::close);
                loop.until("they have returned", workers.done());
            }
            for (Count receive : receives) {
                receive.failure(ClosedChannelException.class);
            }
        }
    }

    @Test
    @Parity({"io/close_fs_fd", "operation/close"})
    void ofAFileTellsWhenItHasHappened(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = loop.await(ring.files().prepareOpen(Files.writeString(directory.resolve("file"), "x")));
        int number = TestRings.fd(file);
        int closes = loop.sys().count(Call.CLOSE);
        loop.await(file.prepareClose());
        assertThat(loop.sys().count(Call.CLOSE) - closes).isEqualTo(1);
        assertThat(Fds.target(Path.of("/proc/self/fd/" + number))).doesNotStartWith(directory.toString());
        loop.start(file.prepareRead(loop.buffer(1))).failure(ClosedChannelException.class);
    }

    /// close(2) that says EIO, once it has released the number.
    private static final class Fails extends CountingSys {
        private int number = -1;

        Fails(Sys real) {
            super(real);
        }

        @Override
        public int close(int fd) {
            int res = super.close(fd);
            return fd == number ? -Errno.EIO : res;
        }
    }

    @Test
    @Parity("beyond/close_failure")
    void aFailureIsToldToWhoAskedAndNothingIsClosedTwice(TestBed bed) throws Exception {
        Path path = Files.writeString(bed.directory().resolve("file"), "x");
        Fails[] sys = new Fails[1];
        Loop loop = bed.loop(options -> {
            sys[0] = new Fails(options.sys);
            options.sys = sys[0];
        });
        loop.turn();
        AsyncFile file = loop.await(loop.ring().files().prepareOpen(path));
        AsyncSocket socket = loop.await(loop.ring().net().prepareSocket(Transport.TCP4.family()));
        for (AsyncFd fd : List.of(file, socket)) {
            sys[0].number = TestRings.fd(fd);
            int closes = sys[0].count(Call.CLOSE);
            ErrnoException failure = loop.start(fd.prepareClose()).failure(ErrnoException.class);
            assertThat(failure.errnoName()).isEqualTo("EIO");
            assertThat(failure).hasMessageContaining("close").hasMessageContaining(fd.toString());
            assertThat(fd.isOpen()).isFalse();
            fd.close();
            assertThat(sys[0].count(Call.CLOSE) - closes).isEqualTo(1);
            sys[0].number = -1;
        }
    }

    @Test
    @Parity("defect/readiness_state_freed_with_fd")
    void nothingIsKnownOfItAnyMore(TestBed bed, Loop loop, Caps caps) {
        int before = loop.watched();
        List<AsyncSocket> sockets = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            sockets.add(Pair.open(bed, loop, Transport.UNIX).near());
            loop.start(sockets.getLast().prepareReceive(loop.buffer(1)));
        }
        loop.settle();
        assertThat(loop.watched() - before).isEqualTo(caps.has(Cap.PLAIN_CALLS) ? 50 : 0);
        for (int i = 0; i < 50; i++) {
            if (i % 2 == 0) {
                sockets.get(i).close();
            } else {
                loop.await(sockets.get(i).prepareClose());
            }
        }
        assertThat(loop.watched()).isEqualTo(before);
    }

    @Test
    void ofAFileWaitsForWhatIsInFlight(Ring ring, Loop loop, Path directory) throws Exception {
        Path path = Files.write(directory.resolve("file"), new byte[1 << 20]);
        for (int round = 0; round < 20; round++) {
            AsyncFile file = loop.await(ring.files().prepareOpen(path));
            List<Count> reads = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                reads.add(loop.start(file.prepareRead(loop.buffer(1 << 16)).from(i * 1000)));
            }
            for (int turns = round % 4; turns > 0; turns--) {
                loop.turn();
            }
            file.close();
            for (Count read : reads) {
                assertThat(read.failure()).satisfiesAnyOf(
                        failure -> assertThat(failure).isNull(),
                        failure -> assertThat(failure).isInstanceOf(AsynchronousCloseException.class));
            }
        }
    }

    @Test
    @Tag("H3")
    void theNumberIsNotGivenToSomebodyElseTooEarly(TestBed bed, Loop loop) {
        // Closed with a receive in flight: what the next socket with this number receives must not land in its buffer
        for (int round = 0; round < 30; round++) {
            Pair old = Pair.open(bed, loop, Transport.TCP4);
            Buf buf = loop.buffer(100);
            Count receive = loop.start(old.near().prepareReceive(buf));
            loop.turn();
            old.near().close();
            Pair next = Pair.open(bed, loop, Transport.TCP4);
            next.farSends("for the next one");
            assertThat(next.nearReceives(16)).isEqualTo("for the next one");
            receive.failure(AsynchronousCloseException.class);
            assertThat(buf.readable()).isZero();
        }
    }

    @Test
    void aListenerAndItsConnectionsAreApart(Ring ring, Loop loop, Path directory) {
        AsyncListener listener = loop.await(ring.net().prepareListen(Transport.TCP4.unused(directory)));
        AsyncSocket near = loop.await(ring.net().prepareConnect(loop.await(listener.prepareLocalAddress())));
        AsyncSocket far = loop.await(listener.prepareAccept());
        listener.close();
        loop.await(near.prepareSendAll(loop.bufferOf("hello")));
        assertThat(loop.await(far.prepareReceive(loop.buffer(1)))).isEqualTo(1);
        assertThat(List.<AsyncFd>of(near, far)).allMatch(AsyncFd::isOpen);
    }

    @Test
    void elsewhereItWaitsForAFileCallAtMostTheDeadline(TestBed bed, Caps caps) throws Exception {
        Path path = Files.write(bed.directory().resolve("file"), new byte[100]);
        BlockingQueue<Runnable> calls = new LinkedBlockingQueue<>();
        Loop loop = bed.running(options -> {
            options.closeDeadlineNanos = Duration.ofMillis(100).toNanos();
            options.offload = calls::add;
        });
        Outcome<AsyncFile> open = loop.start(loop.ring().files().prepareOpen(path));
        makeCall(calls, caps);
        AsyncFile file = open.value();
        Count read = loop.start(file.prepareRead(loop.buffer(10)).from(0));
        loop.until("the call has been handed over", () -> !calls.isEmpty() || !caps.has(Cap.PLAIN_CALLS));
        int closes = loop.sys().count(Call.CLOSE);
        long begun = System.nanoTime();
        file.close();
        long waited = System.nanoTime() - begun;
        if (caps.has(Cap.PLAIN_CALLS)) {
            // It had not begun, and was taken back; one that runs is CancelTest's
            read.failure(AsynchronousCloseException.class);
        }
        assertThat(waited).isLessThan(Duration.ofSeconds(3).toNanos());
        read.moved();
        loop.until("the fd is closed", () -> loop.sys().count(Call.CLOSE) == closes + 1);
    }

    @Test
    void elsewhereItReturnsAfterTheDeadlineThoughAFileCallRuns(TestBed bed, Caps caps) throws Exception {
        Path fifo = Libc.mkfifo(bed.directory().resolve("fifo"));
        Loop loop = bed.running(options -> options.closeDeadlineNanos = Duration.ofMillis(100).toNanos());
        try (RandomAccessFile writer = new RandomAccessFile(fifo.toFile(), "rw")) {
            AsyncFile file = loop.await(loop.ring().files().prepareOpen(fifo));
            Buf buf = loop.buffer(10);
            int reads = loop.sys().count(Call.READ);
            Count read = loop.start(file.prepareRead(buf));
            loop.linger(50);
            loop.until("it runs", () -> loop.sys().count(Call.READ) > reads || !caps.has(Cap.PLAIN_CALLS));
            assertThat(read.isDone()).isFalse();
            long begun = System.nanoTime();
            file.close();
            long waited = System.nanoTime() - begun;
            if (caps.has(Cap.CANCELS_FILE_CALLS)) {
                read.failure(AsynchronousCloseException.class);
            } else {
                assertThat(waited).isBetween(Duration.ofMillis(100).toNanos(), Duration.ofSeconds(3).toNanos());
                assertThat(read.isDone()).isFalse();
                assertThat(buf.isLent()).isTrue();
                writer.writeBytes("x"); // the call that runs ends, with a value, which is the truth
                assertThat(read.value()).isEqualTo(1);
            }
        }
    }

    private static void makeCall(BlockingQueue<Runnable> calls, Caps caps) throws InterruptedException {
        if (caps.has(Cap.PLAIN_CALLS)) {
            calls.take().run();
        }
    }
}
