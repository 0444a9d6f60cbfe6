package dev.ringway.conformance;

import static java.net.StandardSocketOptions.SO_LINGER;
import static java.net.StandardSocketOptions.SO_SNDBUF;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncFd;
import dev.ringway.AsyncFile;
import dev.ringway.AsyncSink;
import dev.ringway.AsyncSocket;
import dev.ringway.AsyncSource;
import dev.ringway.Buf;
import dev.ringway.ErrnoException;
import dev.ringway.IntOperation;
import dev.ringway.PipeEnds;
import dev.ringway.Ring;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.Count;
import dev.ringway.testing.CountingSys;
import dev.ringway.testing.CountingSys.Call;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/// Bytes that go from fd to fd.
@EveryBackend
class SpliceTest {
    private static final int MANY = 20;

    private static PipeEnds pipe(Ring ring, Loop loop) {
        PipeEnds ends = loop.await(ring.streams().preparePipe());
        loop.keep(ends.source());
        loop.keep(ends.sink());
        return ends;
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static AsyncFile file(Ring ring, Loop loop, Path directory, byte[] content) throws IOException {
        Path path = Files.write(directory.resolve("file"), content);
        return loop.await(ring.files().prepareOpen(path, READ, WRITE));
    }

    private static String read(Loop loop, AsyncSource source, int count) {
        Buf buf = loop.buffer(Math.max(1, count));
        loop.await(source.prepareReadN(buf, count));
        return buf.getText(UTF_8);
    }

    /// Exactly so many bytes, in as many splices as it takes.
    private static void moveAll(Loop loop, AsyncFd from, AsyncFd to, int count) {
        for (int left = count; left > 0; ) {
            int moved = loop.await(from.prepareSpliceTo(to, left));
            assertThat(moved).isBetween(1, left);
            left -= moved;
        }
    }

    @Test
    @Parity({"operation/splice_to", "io/splice_to"})
    void fromAFileAtAnOffsetToAPipe(Ring ring, Loop loop, Path directory, Caps caps) throws IOException {
        AsyncFile file = file(ring, loop, directory, "0123456789content of the file".getBytes(UTF_8));
        PipeEnds ends = pipe(ring, loop);
        int moved = loop.await(file.prepareSpliceTo(ends.sink(), 7).from(10));
        assertThat(moved).isBetween(1, 7);
        assertThat(read(loop, ends.source(), moved)).isEqualTo("content".substring(0, moved));
        Buf buf = loop.buffer(10);
        loop.await(file.prepareReadN(buf, 10));
        assertThat(buf.getText(UTF_8)).as("the position").isEqualTo("0123456789");
        assertThat(loop.sys().count(Call.SPLICE) > 0).isEqualTo(caps.has(Cap.PLAIN_CALLS));
        assertThat(loop.await(file.prepareSpliceTo(ends.sink(), 7).from(1000))).as("the end").isEqualTo(-1);
    }

    @Test
    @Parity({"operation/splice_from", "io/splice_from"})
    void fromAPipeToAFileAtAnOffset(Ring ring, Loop loop, Path directory) throws IOException {
        AsyncFile file = file(ring, loop, directory, new byte[0]);
        PipeEnds ends = pipe(ring, loop);
        loop.await(ends.sink().prepareWriteAll(loop.bufferOf("0123456789")));
        int moved = loop.await(file.prepareSpliceFrom(ends.source(), 10).at(10));
        assertThat(moved).isBetween(1, 10);
        byte[] content = Files.readAllBytes(directory.resolve("file"));
        assertThat(content).hasSize(10 + moved);
        assertThat(new String(content, 10, moved, UTF_8)).isEqualTo("0123456789".substring(0, moved));
        ends.sink().close();
        moveAll(loop, ends.source(), file, 10 - moved);
        assertThat(loop.await(ends.source().prepareSpliceTo(file, 10))).as("the end").isEqualTo(-1);
    }

    @Test
    void aWholeFileAtItsPositionThroughAPipe(Ring ring, Loop loop, Path directory) throws IOException {
        byte[] content = random(300_000);
        AsyncFile from = file(ring, loop, directory, content);
        Path copy = directory.resolve("copy");
        AsyncFile to = loop.await(ring.files().prepareOpen(copy, WRITE, CREATE));
        PipeEnds ends = pipe(ring, loop);
        int sum = 0;
        for (int moved = 0; moved >= 0; moved = loop.await(from.prepareSpliceTo(ends.sink(), 1 << 16))) {
            moveAll(loop, ends.source(), to, moved);
            sum += moved;
        }
        assertThat(sum).isEqualTo(content.length);
        assertThat(copy).hasBinaryContent(content);
    }

    @Test
    void fromSocketToSocketThroughAPipe(TestBed bed, Ring ring, Loop loop) {
        Pair one = Pair.open(bed, loop, Transport.TCP4);
        Pair other = Pair.open(bed, loop, Transport.UNIX);
        PipeEnds ends = pipe(ring, loop);
        byte[] content = random(200_000);
        byte[][] received = new byte[1][];
        Thread far = Thread.ofPlatform().start(() -> {
            try {
                one.far().configureBlocking(true);
                ByteBuffer rest = ByteBuffer.wrap(content);
                while (rest.hasRemaining()) {
                    one.far().write(rest);
                }
                other.far().configureBlocking(true);
                ByteBuffer back = ByteBuffer.allocate(content.length);
                while (back.hasRemaining() && other.far().read(back) >= 0) {
                    continue;
                }
                received[0] = back.array();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        for (int left = content.length; left > 0; ) {
            int moved = loop.await(one.near().prepareSpliceTo(ends.sink(), left).move());
            for (int part = moved; part > 0; ) {
                part -= loop.await(other.near().prepareSpliceFrom(ends.source(), part).more().move());
            }
            left -= moved;
        }
        loop.until("the far end has everything", () -> !far.isAlive());
        assertThat(received[0]).isEqualTo(content);
        one.farEnds();
        assertThat(loop.await(one.near().prepareSpliceTo(ends.sink(), 1))).isEqualTo(-1);
    }

    /// Sees the hints, in the call or in an entry of io_uring.
    private static final class SeesHints extends CountingSys {
        private static final int ALL = Linux.SPLICE_F_MOVE() | Linux.SPLICE_F_MORE();
        private final Set<Integer> seen = new TreeSet<>();
        private long entries;
        private long bytes;

        SeesHints(Sys real) {
            super(real);
        }

        @Override
        public int splice(int in, long from, int out, long at, int length, int flags) {
            seen.add(flags & ALL);
            return super.splice(in, from, out, at, length, flags);
        }

        @Override
        public long mmap(long length, int protection, int flags, int fd, long offset) {
            long address = super.mmap(length, protection, flags, fd, offset);
            if (offset == Linux.IORING_OFF_SQES()) {
                entries = address;
                bytes = length;
            }
            return address;
        }

        @Override
        public int ioUringEnter(int fd, int toSubmit, int minComplete, int flags, long argument, long argumentBytes) {
            for (long entry = entries; entry < entries + bytes; entry += Linux.SQE_BYTES()) {
                if ((Memory.getByte(entry + Linux.SQE_OPCODE()) & 0xff) == Linux.IORING_OP_SPLICE()) {
                    seen.add(Memory.getInt(entry + Linux.SQE_OP_FLAGS()) & ALL);
                }
            }
            return super.ioUringEnter(fd, toSubmit, minComplete, flags, argument, argumentBytes);
        }
    }

    @Test
    @Parity("beyond/splice_flags")
    void hintsReachTheKernel(TestBed bed) {
        SeesHints[] sys = new SeesHints[1];
        Loop loop = bed.loop(options -> {
            sys[0] = new SeesHints(options.sys);
            options.sys = sys[0];
        });
        loop.turn();
        PipeEnds from = pipe(loop.ring(), loop);
        PipeEnds to = pipe(loop.ring(), loop);
        loop.await(from.sink().prepareWriteAll(loop.bufferOf("x")));
        assertThat(loop.await(from.source().prepareSpliceTo(to.sink(), 1).move().more())).isEqualTo(1);
        assertThat(sys[0].seen).containsExactly(SeesHints.ALL);
    }

    /// A pipe that is empty, then one that is full.
    @Test
    void waitsForEitherSide(Ring ring, Loop loop, Path directory) throws IOException {
        PipeEnds from = pipe(ring, loop);
        PipeEnds to = pipe(ring, loop);
        Count early = loop.start(from.source().prepareSpliceTo(to.sink(), 100));
        loop.linger(20);
        assertThat(early.isDone()).isFalse();
        loop.await(from.sink().prepareWriteAll(loop.bufferOf("0123456789")));
        int moved = early.value();
        assertThat(read(loop, to.source(), moved)).isEqualTo("0123456789".substring(0, moved));
        moveAll(loop, from.source(), to.sink(), 10 - moved);
        read(loop, to.source(), 10 - moved);

        Count fills = loop.start(to.sink().prepareWriteAll(loop.bufferOf(new byte[1 << 20])));
        AsyncFile file = file(ring, loop, directory, "content".getBytes(UTF_8));
        Count behind = loop.start(file.prepareSpliceTo(to.sink(), 7)); // its turn comes after the write's
        loop.linger(20);
        assertThat(behind.isDone()).isFalse();
        assertThat(read(loop, to.source(), 1 << 20)).hasSize(1 << 20);
        fills.value();
        assertThat(read(loop, to.source(), behind.value())).startsWith("c");
    }

    /// More of them than the kernel would have threads to wait with.
    @Test
    void manyThatWaitForBytesHoldUpNobody(TestBed bed, Ring ring, Loop loop) {
        List<Count> waiting = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            Pair silent = Pair.open(bed, loop, Transport.TCP4);
            waiting.add(loop.start(silent.near().prepareSpliceTo(pipe(ring, loop).sink(), 100)));
        }
        loop.linger(20);
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        PipeEnds ends = pipe(ring, loop);
        pair.farSends("through");
        int moved = loop.await(pair.near().prepareSpliceTo(ends.sink(), 100));
        assertThat(read(loop, ends.source(), moved)).isEqualTo("through".substring(0, moved));
        waiting.forEach(Count::cancel);
        waiting.forEach(each -> each.failure(CancellationException.class));
    }

    @Test
    void peersThatDoNotReadHoldUpNobody(TestBed bed, Ring ring, Loop loop) {
        List<Count> waiting = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            Pair deaf = Pair.open(bed, loop, Transport.UNIX);
            loop.await(deaf.near().prepareSetOption(SO_SNDBUF, 8192)); // soon full
            PipeEnds ends = pipe(ring, loop);
            waiting.add(spliceUntilItWaits(loop, ends, deaf));
        }
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        PipeEnds ends = pipe(ring, loop);
        loop.await(ends.sink().prepareWriteAll(loop.bufferOf("through")));
        moveAll(loop, ends.source(), pair.near(), 7);
        waiting.forEach(Count::cancel);
        waiting.forEach(each -> each.failure(CancellationException.class));
    }

    private static Count spliceUntilItWaits(Loop loop, PipeEnds ends, Pair deaf) {
        Count fills = loop.start(ends.sink().prepareWriteAll(loop.bufferOf(new byte[1 << 20])));
        while (true) {
            Count splice = loop.start(ends.source().prepareSpliceTo(deaf.near(), 1 << 16));
            loop.linger(5);
            if (!splice.isDone()) {
                fills.cancel();
                fills.failure(CancellationException.class);
                return splice;
            }
            assertThat(splice.value()).isPositive();
        }
    }

    /// What is told last has left nothing that would make a close orderly which is to be a reset.
    @Test
    void afterACancelTheSocketCanBeReset(TestBed bed, Ring ring, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        AsyncSocket near = pair.near();
        IntOperation splice = near.spliceTo(pipe(ring, loop).sink(), 100,
                (count, failure) -> near.setOption(SO_LINGER, 0, (done, refused) -> near.close()));
        loop.linger(20);
        splice.cancel();
        loop.until("it is closed", () -> !near.isOpen());
        loop.settle();
        assertThatThrownBy(() -> pair.farReceives(1)).hasRootCauseInstanceOf(IOException.class);
    }

    /// Who came first, and waits, is given what comes first.
    @Test
    void readsTakeTheirTurnBehindIt(Ring ring, Loop loop) {
        PipeEnds from = pipe(ring, loop);
        PipeEnds to = pipe(ring, loop);
        Count splice = loop.start(from.source().prepareSpliceTo(to.sink(), 4));
        loop.linger(10);
        Buf buf = loop.buffer(4);
        Count read = loop.start(from.source().prepareReadN(buf, 4));
        loop.linger(10);
        loop.await(from.sink().prepareWriteAll(loop.bufferOf("01234567")));
        int moved = splice.value();
        read.value();
        assertThat(read(loop, to.source(), moved)).isEqualTo("0123".substring(0, moved));
        assertThat(buf.getText(UTF_8)).isEqualTo("01234567".substring(moved, moved + 4));
    }

    @Test
    void writesTakeTheirTurnBehindIt(Ring ring, Loop loop) {
        PipeEnds from = pipe(ring, loop);
        PipeEnds to = pipe(ring, loop);
        Count fills = loop.start(to.sink().prepareWriteAll(loop.bufferOf(new byte[1 << 20])));
        loop.linger(20);
        fills.cancel();
        fills.failure(CancellationException.class);
        loop.await(from.sink().prepareWriteAll(loop.bufferOf("0123")));
        Count splice = loop.start(from.source().prepareSpliceTo(to.sink(), 4));
        loop.linger(10);
        Count write = loop.start(to.sink().prepareWriteAll(loop.bufferOf("4567")));
        loop.linger(10);
        assertThat(splice.isDone() || write.isDone()).isFalse();
        read(loop, to.source(), fills.moved());
        int moved = splice.value();
        write.value();
        assertThat(read(loop, to.source(), moved + 4)).isEqualTo("0123".substring(0, moved) + "4567");
    }

    /// Whenever it is cancelled: what it has taken it has given, or the next one gets it.
    @Test
    void aCancelLosesNothing(Ring ring, Loop loop) {
        PipeEnds from = pipe(ring, loop);
        PipeEnds to = pipe(ring, loop);
        byte[] content = random(40_000);
        loop.await(to.sink().prepareWriteAll(loop.bufferOf(new byte[60_000]))); // little room
        loop.await(from.sink().prepareWriteAll(loop.bufferOf(content)));
        int moved = 0;
        for (int turns = 0; turns < 6; turns++) {
            Count splice = loop.start(from.source().prepareSpliceTo(to.sink(), 40_000 - moved));
            for (int i = 0; i < turns; i++) {
                loop.turn();
            }
            splice.cancel();
            splice.failure();
            moved += Math.max(0, splice.moved());
        }
        read(loop, to.source(), 60_000);
        Buf buf = loop.buffer(40_000);
        for (int left = 40_000 - moved; left > 0; ) {
            left -= loop.await(from.source().prepareSpliceTo(to.sink(), left));
        }
        loop.await(to.source().prepareReadN(buf, 40_000));
        assertThat(buf.getAll()).isEqualTo(content);
    }

    /// Also a file's position is where the bytes that were given end.
    @Test
    void aCancelLeavesThePositionBehindWhatWasGiven(Ring ring, Loop loop, Path directory) throws IOException {
        byte[] content = random(30_000);
        AsyncFile file = file(ring, loop, directory, content);
        PipeEnds to = pipe(ring, loop);
        Count fills = loop.start(to.sink().prepareWriteAll(loop.bufferOf(new byte[1 << 20])));
        loop.linger(5);
        fills.cancel();
        fills.failure(CancellationException.class);
        int filled = fills.moved();
        Count splice = loop.start(file.prepareSpliceTo(to.sink(), 30_000));
        loop.linger(20);
        assertThat(splice.isDone()).isFalse();
        splice.cancel();
        splice.failure(CancellationException.class);
        int moved = splice.moved();
        read(loop, to.source(), filled);
        Buf buf = loop.buffer(30_000);
        for (int left = 30_000 - moved; left > 0; ) {
            left -= loop.await(file.prepareSpliceTo(to.sink(), left));
        }
        loop.await(to.source().prepareReadN(buf, 30_000));
        assertThat(buf.getAll()).isEqualTo(content);
    }

    @Test
    void bytesThatNobodyGotGoFirst(Ring ring, Loop loop) {
        PipeEnds from = pipe(ring, loop);
        PipeEnds to = pipe(ring, loop);
        var items = loop.start(from.source().prepareReadEach(loop.pool(4, 16)));
        items.iteration().pause();
        loop.await(from.sink().prepareWriteAll(loop.bufferOf("kept")));
        loop.linger(20);
        items.iteration().cancel();
        items.failure(CancellationException.class);
        loop.await(from.sink().prepareWriteAll(loop.bufferOf("more")));
        moveAll(loop, from.source(), to.sink(), 8);
        assertThat(read(loop, to.source(), 8)).isEqualTo("keptmore");
    }

    @Test
    void aCloseOfEitherSideEndsIt(Ring ring, Loop loop) {
        for (boolean closesSource : new boolean[] {true, false}) {
            PipeEnds from = pipe(ring, loop);
            PipeEnds to = pipe(ring, loop);
            Count splice = loop.start(from.source().prepareSpliceTo(to.sink(), 100));
            loop.linger(5);
            AsyncFd closed = closesSource ? from.source() : to.sink();
            closed.close();
            splice.failure(AsynchronousCloseException.class);
            loop.start(from.source().prepareSpliceTo(to.sink(), 100)).failure(ClosedChannelException.class);
        }
    }

    /// On io_uring nobody hears any more of the end of what it waits with.
    @Test
    void whenTheThreadOfItsRingHasDiedItFails(TestBed bed) {
        Loop loop = bed.loop(options -> {});
        Buf content = loop.ring().bufferOf("content");
        List<Throwable> ends = Collections.synchronizedList(new ArrayList<>());
        try (Workers workers = new Workers()) {
            workers.start(() -> {
                Ring ring = loop.ring();
                ring.poll(Duration.ZERO);
                PipeEnds full = ring.streams().openPipe(); // first, so that what waits for it is told last
                PipeEnds from = ring.streams().openPipe();
                Buf buf = ring.bufferOf(new byte[1 << 20]);
                full.sink().prepareWrite(buf).start((count, failure) -> {
                    buf.release();
                    from.source().spliceTo(full.sink(), 10, (moved, why) -> ends.add(why));
                });
                from.sink().write(content, (count, failure) -> content.release());
                for (int i = 0; i < 20; i++) {
                    ring.poll(Duration.ofMillis(1));
                }
            });
        }
        loop.closeRing();
        assertThat(ends).singleElement().isInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void hasATimeLimit(Ring ring, Loop loop) {
        PipeEnds from = pipe(ring, loop);
        PipeEnds to = pipe(ring, loop);
        Count splice = loop.start(from.source().prepareSpliceTo(to.sink(), 1).timeout(Duration.ofMillis(10)));
        loop.pass(Duration.ofMillis(20));
        splice.failure(InterruptedByTimeoutException.class);
        loop.await(from.sink().prepareWriteAll(loop.bufferOf("x")));
        moveAll(loop, from.source(), to.sink(), 1);
    }

    @Test
    void nobodyToReadIsAnError(Ring ring, Loop loop) {
        PipeEnds from = pipe(ring, loop);
        PipeEnds to = pipe(ring, loop);
        loop.await(from.sink().prepareWriteAll(loop.bufferOf("x")));
        to.source().close();
        assertThat(loop.start(from.source().prepareSpliceTo(to.sink(), 1)).failure(ErrnoException.class).errnoName())
                .isEqualTo("EPIPE");
    }

    @Test
    void nothingIsMovedAtOnce(Ring ring, Loop loop) {
        PipeEnds from = pipe(ring, loop);
        PipeEnds to = pipe(ring, loop);
        assertThat(loop.await(from.source().prepareSpliceTo(to.sink(), 0))).isZero();
    }

    @Test
    void whatCannotBeSplicedIsRefused(TestBed bed, Ring ring, Loop loop, Path directory) throws IOException {
        AsyncFile file = file(ring, loop, directory, new byte[0]);
        PipeEnds ends = pipe(ring, loop);
        AsyncSink sink = ends.sink();
        Pair pair = Pair.open(bed, loop, Transport.UNIX);
        assertThatThrownBy(() -> file.prepareSpliceTo(pair.near(), 1))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("pipe");
        assertThatThrownBy(() -> sink.prepareSpliceTo(sink, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> file.prepareSpliceTo(ends.source(), 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> file.prepareSpliceTo(sink, -1))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("-1");
        assertThatThrownBy(() -> file.prepareSpliceTo(sink, 1).from(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> file.prepareSpliceTo(sink, 1).at(0))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no offsets");
        Loop other = bed.loop(options -> {});
        PipeEnds others = pipe(other.ring(), other);
        assertThatThrownBy(() -> file.prepareSpliceTo(others.sink(), 1))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("two rings");
    }
}
