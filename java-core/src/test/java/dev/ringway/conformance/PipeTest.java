package dev.ringway.conformance;

import static dev.ringway.testing.Content.random;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncSink;
import dev.ringway.AsyncSource;
import dev.ringway.Buf;
import dev.ringway.ErrnoException;
import dev.ringway.IntOperation;
import dev.ringway.PipeEnds;
import dev.ringway.Ring;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.Census;
import dev.ringway.testing.Count;
import dev.ringway.testing.CountingSys;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.channels.ReadPendingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@EveryBackend
class PipeTest {
    private static PipeEnds pipe(Ring ring, Loop loop) {
        PipeEnds ends = loop.await(ring.streams().preparePipe());
        loop.keep(ends.source());
        loop.keep(ends.sink());
        return ends;
    }

    @Test
    @Parity({"operation/pipe", "pipe/pipe_file_descriptor", "operation/write_all", "operation/read_n"})
    void whatGoesInComesOut(Ring ring, Loop loop, TestBed bed) throws Exception {
        PipeEnds ends = pipe(ring, loop);
        assertThat(Fds.thatAreInherited(bed)).isEmpty();
        assertThat(loop.await(ends.sink().prepareWriteAll(loop.bufferOf("through the pipe")))).isEqualTo(16);
        Buf buf = loop.buffer(64);
        assertThat(loop.await(ends.source().prepareReadN(buf, 16))).isEqualTo(16);
        assertThat(buf.getText(UTF_8)).isEqualTo("through the pipe");
    }

    @Test
    void aReadWaitsForAWrite(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        Buf buf = loop.buffer(64);
        Count read = loop.start(ends.source().prepareRead(buf));
        loop.linger(10);
        assertThat(read.isDone()).isFalse();
        loop.await(ends.sink().prepareWriteAll(loop.bufferOf("late")));
        assertThat(read.value()).isBetween(1, 4);
    }

    @Test
    @Parity({"io/write_all", "io/read_large_pipe"})
    void moreThanItHoldsGoesThroughInOrder(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        byte[] content = random(1 << 20);
        Count write = loop.start(ends.sink().prepareWriteAll(loop.bufferOf(content)));
        loop.linger(10);
        assertThat(write.isDone()).isFalse();
        Buf buf = loop.buffer(content.length);
        assertThat(loop.await(ends.source().prepareReadN(buf, content.length))).isEqualTo(content.length);
        assertThat(write.value()).isEqualTo(content.length);
        assertThat(buf.getAll()).isEqualTo(content);
    }

    @Test
    @Parity("pipe/sync_pipe_file_descriptor")
    void oneThatIsMadeAtOnce(Ring ring, Loop loop, TestBed bed) throws Exception {
        PipeEnds ends = ring.streams().openPipe();
        loop.keep(ends.source());
        loop.keep(ends.sink());
        assertThat(Fds.thatAreInherited(bed)).isEmpty();
        loop.await(ends.sink().prepareWriteAll(loop.bufferOf("at once")));
        Buf buf = loop.buffer(7);
        loop.await(ends.source().prepareReadN(buf, 7));
        assertThat(buf.getText(UTF_8)).isEqualTo("at once");
        loop.closeRing();
        assertThatThrownBy(() -> ring.streams().openPipe()).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    @Parity("pipe/cancel_pipe")
    void oneThatIsCancelledLeavesNothing(Ring ring, Loop loop) {
        Outcome<PipeEnds> cancelled = loop.start(ring.streams().preparePipe());
        cancelled.cancel();
        loop.settle();
        if (cancelled.failure() == null) {
            loop.keep(cancelled.value().source());
            loop.keep(cancelled.value().sink());
        }
    }

    @Test
    @Parity("io/try_clone")
    void bothDuplicatesOfASinkFeedThePipe(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        AsyncSink twin = loop.keep(loop.await(ends.sink().prepareDuplicate()));
        loop.await(ends.sink().prepareWriteAll(loop.bufferOf("one")));
        loop.await(twin.prepareWriteAll(loop.bufferOf("two")));
        ends.sink().close();
        loop.await(twin.prepareWriteAll(loop.bufferOf("three")));
        Buf buf = loop.buffer(11);
        loop.await(ends.source().prepareReadN(buf, 11));
        assertThat(buf.getText(UTF_8)).isEqualTo("onetwothree");
    }

    @Test
    @Parity("io/dropped_futures_do_not_leak_buffers")
    void anOperationThatIsNeverStartedHasNothing(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        Buf buf = loop.bufferOf(random(1 << 16));
        for (int i = 0; i < 100; i++) {
            assertThat(ends.sink().prepareWrite(buf)).isNotNull();
        }
        assertThat(buf.isLent()).isFalse();
        assertThat(loop.inFlight()).isZero();
        assertThat(loop.await(ends.sink().prepareWrite(buf))).isPositive();
    }

    @ParameterizedTest(name = "{0} bytes, {1} at a time")
    @CsvSource({"3130, 64", "3130, 4096", "3130, 1048576", "31396, 64", "31396, 4096", "31396, 1048576"})
    @Parity({"io/read_small_file", "io/read_small_pipe", "io/read_large_file", "io/read_large_pipe"})
    void ofAFileAndAPipeEveryByteIsRead(int size, int chunk, Ring ring, Loop loop, Path directory)
            throws IOException {
        byte[] content = random(size);
        AsyncFile file = loop.await(ring.files().prepareOpen(Files.write(directory.resolve("file"), content)));
        assertThat(readAll(loop, chunk, file::prepareRead)).isEqualTo(content);
        PipeEnds ends = pipe(ring, loop);
        loop.await(ends.sink().prepareWriteAll(loop.bufferOf(content))); // it fits
        ends.sink().close();
        assertThat(readAll(loop, chunk, ends.source()::prepareRead)).isEqualTo(content);
    }

    private static byte[] readAll(Loop loop, int chunk, Function<Buf, IntOperation> read) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Buf buf = loop.buffer(chunk);
        while (loop.await(read.apply(buf.clear())) >= 0) {
            all.writeBytes(buf.getAll());
        }
        return all.toByteArray();
    }

    @Test
    void packetsStayApart(Ring ring, Loop loop, Caps caps) {
        if (!caps.has(Cap.HAS_PIPE_OPTIONS)) {
            ErrnoException refused =
                    loop.start(ring.streams().preparePipe().packets()).failure(ErrnoException.class);
            assertThat(refused.errnoName()).isEqualTo("EINVAL");
            assertThat(refused).hasMessageContaining("Linux");
            return;
        }
        PipeEnds ends = loop.await(ring.streams().preparePipe().packets());
        AsyncSource source = loop.keep(ends.source());
        AsyncSink sink = loop.keep(ends.sink());
        List<Integer> sizes = new ArrayList<>();
        for (int size : new int[] {3, 100, 1}) {
            sizes.add(loop.await(sink.prepareWrite(loop.bufferOf(random(size)))));
        }
        for (int size : sizes) {
            Buf buf = loop.buffer(4096);
            int read = loop.await(source.prepareRead(buf));
            assertThat(read).isBetween(1, size);
            if (caps.has(Cap.HELPFUL_KERNEL)) {
                assertThat(read).isEqualTo(size);
            }
        }
    }

    @Test
    void holdsAsMuchAsItWasAskedFor(Ring ring, Loop loop, Caps caps) {
        assertThatThrownBy(() -> ring.streams().preparePipe().size(0)).isInstanceOf(IllegalArgumentException.class);
        if (!caps.has(Cap.HAS_PIPE_OPTIONS)) {
            assertThat(loop.start(ring.streams().preparePipe().size(4096)).failure(ErrnoException.class).errnoName())
                    .isEqualTo("EINVAL");
            return;
        }
        PipeEnds ends = loop.await(ring.streams().preparePipe().size(4096));
        loop.keep(ends.source());
        loop.keep(ends.sink());
        loop.await(ends.sink().prepareWriteAll(loop.bufferOf(random(4096))));
        Count more = loop.start(ends.sink().prepareWrite(loop.bufferOf("x")));
        loop.linger(10);
        assertThat(more.isDone()).isFalse();
        loop.await(ends.source().prepareReadN(loop.buffer(4096), 4096));
        more.value();
    }

    /// A limit that a privileged process does not meet.
    private static final class RefusesSizes extends CountingSys {
        RefusesSizes(Sys real) {
            super(real);
        }

        @Override
        public int fcntl(int fd, int operation, long argument) {
            return operation == Linux.F_SETPIPE_SZ() ? -Errno.EPERM : super.fcntl(fd, operation, argument);
        }
    }

    @Test
    void whereItsSizeIsRefusedNoEndIsLeft(TestBed bed) {
        Loop loop = bed.loop(options -> options.sys = new RefusesSizes(options.sys));
        loop.turn();
        Census before = Census.take(bed.directory());
        ErrnoException refused = loop.start(loop.ring().streams().preparePipe().size(1 << 20))
                .failure(ErrnoException.class);
        assertThat(refused.errnoName()).isEqualTo("EPERM");
        assertThat(refused).hasMessageContaining("fs.pipe-max-size");
        assertThat(Census.take(bed.directory()).fdsSince(before)).isEmpty();
    }

    /// Has the source take "kept" in an iteration, its duplicate wait, and the iteration end.
    private static Count waitWhileAnotherTakes(PipeEnds ends, Loop loop, Buf dst) {
        AsyncSource twin = loop.keep(loop.await(ends.source().prepareDuplicate()));
        Items<Buf> items = loop.start(ends.source().prepareReadEach(loop.pool(4, 16)));
        items.iteration().pause();
        loop.await(ends.sink().prepareWriteAll(loop.bufferOf("kept")));
        loop.linger(20);
        Count read = loop.start(twin.prepareRead(dst));
        loop.linger(5);
        items.iteration().cancel();
        items.failure(CancellationException.class);
        return read;
    }

    @Test
    void bytesThatNobodyGotGoToWhoWaitsOnADuplicate(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        Buf buf = loop.buffer(16);
        Count read = waitWhileAnotherTakes(ends, loop, buf);
        assertThat(read.value()).isEqualTo(4);
        assertThat(buf.getText(UTF_8)).isEqualTo("kept");
    }

    /// While it waited there were bytes for it: it must not go on waiting after its end.
    @Test
    void whoWaitedOnADuplicateAndIsCancelledTakesNothing(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        Count read = waitWhileAnotherTakes(ends, loop, loop.buffer(16));
        read.cancel();
        loop.linger(5);
        String expected = read.moved() == 4 ? "more" : "keptmore";
        loop.await(ends.sink().prepareWriteAll(loop.bufferOf("more")));
        loop.linger(5);
        Buf buf = loop.buffer(16);
        loop.await(ends.source().prepareReadN(buf, expected.length()));
        assertThat(buf.getText(UTF_8)).isEqualTo(expected);
    }

    @Test
    void writesTakeTurns(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        Count first = loop.start(ends.sink().prepareWriteAll(loop.bufferOf("a".repeat(200_000))));
        Count second = loop.start(ends.sink().prepareWriteAll(loop.bufferOf("b".repeat(200_000))));
        Buf buf = loop.buffer(400_000);
        loop.await(ends.source().prepareReadN(buf, 400_000));
        first.value();
        second.value();
        assertThat(buf.getText(UTF_8)).isEqualTo("a".repeat(200_000) + "b".repeat(200_000));
    }

    @Test
    @Parity("pipe/reading_from_closed_pipe")
    void theEndIsSaidOnceEverythingHasBeenRead(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        loop.await(ends.sink().prepareWriteAll(loop.bufferOf("last words")));
        ends.sink().close();
        Buf buf = loop.buffer(64);
        loop.await(ends.source().prepareReadN(buf, 10));
        assertThat(loop.await(ends.source().prepareRead(buf))).isEqualTo(-1);
        assertThat(loop.await(ends.source().prepareRead(buf))).isEqualTo(-1);
        Count tooMuch = loop.start(ends.source().prepareReadN(buf, 1));
        tooMuch.failure(EOFException.class);
    }

    @Test
    void aWaitingReadHearsOfTheEnd(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        Count read = loop.start(ends.source().prepareRead(loop.buffer(10)));
        loop.settle();
        ends.sink().close();
        assertThat(read.value()).isEqualTo(-1);
    }

    @Test
    @Parity("pipe/writing_to_closed_pipe")
    void nobodyToReadIsAnError(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        Count waiting = loop.start(ends.sink().prepareWriteAll(loop.bufferOf(random(1 << 20))));
        loop.settle();
        ends.source().close();
        assertThat(waiting.failure(ErrnoException.class).errnoName()).isEqualTo("EPIPE");
        for (int i = 0; i < 3; i++) {
            Count write = loop.start(ends.sink().prepareWrite(loop.bufferOf("x")));
            assertThat(write.failure(ErrnoException.class).errnoName()).isEqualTo("EPIPE");
        }
    }

    @Test
    @Parity({"operation/multishot_read", "io/multishot_read"})
    void readEachReadsToTheEnd(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        byte[] content = random(300_000);
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        Items<Buf> items = loop.start(ends.source().prepareReadEach(loop.pool(4, 4096)), lease -> {
            read.writeBytes(lease.getAll());
            lease.release();
        });
        loop.await(ends.sink().prepareWriteAll(loop.bufferOf(content)));
        ends.sink().close();
        items.awaitEnd();
        assertThat(read.toByteArray()).isEqualTo(content);
    }

    @Test
    @Parity("read_buf/read_read_buf_pool_out_of_buffers")
    void anEmptyPoolHoldsReadEachUp(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        Items<Buf> items = loop.start(ends.source().prepareReadEach(loop.pool(2, 4)), loop::keep);
        loop.await(ends.sink().prepareWriteAll(loop.bufferOf("0123456789ab")));
        items.await(2);
        loop.linger(10);
        assertThat(items.size()).isEqualTo(2);
        items.items().getFirst().release();
        items.await(3);
        items.iteration().cancel();
        items.failure(CancellationException.class);
    }

    /// Bytes that were read and that nobody got come first.
    @Test
    void aCancelledReadEachLosesNothing(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        Items<Buf> items = loop.start(ends.source().prepareReadEach(loop.pool(4, 4)));
        items.iteration().pause();
        loop.await(ends.sink().prepareWriteAll(loop.bufferOf("in the right order")));
        loop.linger(10);
        assertThatThrownBy(() -> ends.source().prepareRead(loop.buffer(4)).start((count, failure) -> {}))
                .isInstanceOf(ReadPendingException.class);
        items.iteration().cancel();
        items.failure(CancellationException.class);
        Buf buf = loop.buffer(18);
        loop.await(ends.source().prepareReadN(buf, 18));
        assertThat(buf.getText(UTF_8)).isEqualTo("in the right order");
    }

    @Test
    void aReadCanBeCancelledAndTimed(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        Buf buf = loop.buffer(8);
        Count cancelled = loop.start(ends.source().prepareRead(buf));
        loop.settle();
        cancelled.cancel();
        cancelled.failure(CancellationException.class);
        Count timed = loop.start(ends.source().prepareRead(buf).timeout(Duration.ofMillis(5)));
        loop.pass(Duration.ofMillis(5));
        timed.failure(InterruptedByTimeoutException.class);
        loop.await(ends.sink().prepareWriteAll(loop.bufferOf("nothing lost")));
        loop.await(ends.source().prepareReadN(buf, 8));
        assertThat(buf.getText(UTF_8)).isEqualTo("nothing ");
    }

    @Test
    void closeEndsWhatWaits(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        Count read = loop.start(ends.source().prepareRead(loop.buffer(8)));
        Count write = loop.start(ends.sink().prepareWriteAll(loop.bufferOf("")));
        assertThat(write.value()).isZero();
        loop.settle();
        ends.source().close();
        read.failure(AsynchronousCloseException.class);
        Count late = loop.start(ends.source().prepareRead(loop.buffer(8)));
        late.failure(ClosedChannelException.class);
    }

    @Test
    void duplicatesShareIt(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        AsyncSink secondSink = loop.await(ends.sink().prepareDuplicate());
        AsyncSource secondSource = loop.await(ends.source().prepareDuplicate());
        ends.sink().close();
        ends.source().close();
        loop.await(secondSink.prepareWriteAll(loop.bufferOf("still")));
        Buf buf = loop.buffer(5);
        loop.await(secondSource.prepareReadN(buf, 5));
        secondSink.close();
        assertThat(loop.await(secondSource.prepareReadN(buf, 0))).isZero();
    }

    @Test
    void aPipeThatNobodyTakesIsClosed(Ring ring, Loop loop) {
        Outcome<PipeEnds> pipe = loop.start(ring.streams().preparePipe());
        pipe.cancel();
        loop.until("the pipe", pipe::isDone);
        if (pipe.failure() == null) {
            loop.keep(pipe.value().source());
            loop.keep(pipe.value().sink());
        }
        ring.streams().preparePipe().future().cancel(true);
        loop.linger(10);
    }
}
