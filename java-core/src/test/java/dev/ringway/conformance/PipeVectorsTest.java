package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncSink;
import dev.ringway.AsyncSource;
import dev.ringway.Buf;
import dev.ringway.ErrnoException;
import dev.ringway.IntOperation;
import dev.ringway.PipeEnds;
import dev.ringway.Ring;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.Count;
import dev.ringway.testing.CountingSys.Call;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Parity;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.InterruptedByTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// Pipes with several buffers at once.
@EveryBackend
class PipeVectorsTest {
    private static PipeEnds pipe(Ring ring, Loop loop) {
        PipeEnds ends = loop.await(ring.streams().preparePipe());
        loop.keep(ends.source());
        loop.keep(ends.sink());
        return ends;
    }

    private static Buf[] texts(Loop loop, String... texts) {
        return Arrays.stream(texts).map(text -> loop.buffer(Math.max(1, text.length())).put(text)).toArray(Buf[]::new);
    }

    /// Buffers with so much room; without any for 0.
    private static Buf[] rooms(Loop loop, int... sizes) {
        return Arrays.stream(sizes).mapToObj(size -> size == 0 ? loop.bufferOf("x").skip(1) : loop.buffer(size))
                .toArray(Buf[]::new);
    }

    private static List<String> contents(Buf[] bufs) {
        return Arrays.stream(bufs).map(buf -> buf.getText(UTF_8)).toList();
    }

    private static int left(Buf[] bufs) {
        return Arrays.stream(bufs).mapToInt(Buf::readable).sum();
    }

    @Test
    @Parity({"operation/read_n_vectored", "operation/write_all_vectored", "io/read_n_vectored", "io/limited_buf_slice"})
    void theFirstIsTakenFromAndFilledFirst(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        Buf[] srcs = texts(loop, "012", "", "3", "456789");
        assertThat(loop.await(ends.sink().prepareWriteAll(srcs))).isEqualTo(10);
        assertThat(left(srcs)).isZero();
        Buf[] dsts = rooms(loop, 3, 0, 4, 5);
        dsts[2].put("s");
        assertThat(loop.await(ends.source().prepareReadN(dsts, 7))).isEqualTo(7);
        assertThat(contents(dsts)).containsExactly("012", "", "s345", "6");
        Buf rest = loop.buffer(10);
        loop.await(ends.source().prepareReadN(rest, 3));
        assertThat(rest.getText(UTF_8)).isEqualTo("789");
    }

    @Test
    @Parity("operation/read_vectored")
    void aReadWaitsAndTakesWhatThereIs(Ring ring, Loop loop, Caps caps) {
        PipeEnds ends = pipe(ring, loop);
        Buf[] dsts = rooms(loop, 3, 3, 3);
        Count read = loop.start(ends.source().prepareRead(dsts));
        loop.linger(10);
        assertThat(read.isDone()).isFalse();
        loop.await(ends.sink().prepareWriteAll(loop.bufferOf("0123")));
        int count = read.value();
        assertThat(count).isBetween(1, 4);
        if (caps.has(Cap.HELPFUL_KERNEL)) {
            assertThat(count).isEqualTo(4);
        }
        assertThat(String.join("", contents(dsts))).isEqualTo("0123".substring(0, count));
    }

    @Test
    @Parity("operation/write_vectored")
    void aWriteTakesWhatThereIsRoomFor(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        Buf[] srcs = texts(loop, "a".repeat(40_000), "b".repeat(40_000), "c");
        int count = loop.await(ends.sink().prepareWrite(srcs));
        assertThat(count).isBetween(1, 80_000);
        assertThat(left(srcs)).isEqualTo(80_001 - count);
        assertThat(srcs[1].readable()).isEqualTo(40_000 - Math.max(0, count - 40_000));
        Buf dst = loop.buffer(count);
        loop.await(ends.source().prepareReadN(dst, count));
        assertThat(dst.getText(UTF_8)).isEqualTo(("a".repeat(40_000) + "b".repeat(40_000)).substring(0, count));
    }

    /// What does not fit goes on where it stopped, in whichever buffer that was; an empty one at the end ends nothing.
    @Test
    @Parity({"io/write_all_vectored", "defect/write_all_vectored_with_empty_last_buffer"})
    void moreThanItHoldsGoesThroughInOrder(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        Random random = new Random(17);
        byte[] content = new byte[700_000];
        random.nextBytes(content);
        Buf[] srcs = split(loop, content, random, true);
        Buf[] dsts = split(loop, content, random, false);
        Count write = loop.start(ends.sink().prepareWriteAll(srcs));
        loop.linger(10);
        assertThat(write.isDone()).isFalse();
        assertThat(loop.await(ends.source().prepareReadN(dsts, content.length))).isEqualTo(content.length);
        assertThat(write.value()).isEqualTo(content.length);
        ByteBuffer read = ByteBuffer.allocate(content.length);
        for (Buf dst : dsts) {
            read.put(dst.getAll());
        }
        assertThat(read.array()).isEqualTo(content);
    }

    private static Buf[] split(Loop loop, byte[] content, Random random, boolean filled) {
        List<Buf> parts = new ArrayList<>();
        for (int at = 0; at < content.length; ) {
            int size = Math.min(content.length - at, 1 + random.nextInt(random.nextBoolean() ? 100 : 20_000));
            Buf part = loop.buffer(size);
            parts.add(filled ? part.put(content, at, size) : part);
            parts.add(filled ? loop.buffer(3) : rooms(loop, 0)[0]);
            at += size;
        }
        return parts.toArray(Buf[]::new);
    }

    @Test
    void theEndIsSaidOnceEverythingHasBeenRead(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        loop.await(ends.sink().prepareWriteAll(texts(loop, "last ", "words")));
        ends.sink().close();
        Buf[] dsts = rooms(loop, 8, 8);
        Count tooMuch = loop.start(ends.source().prepareReadN(dsts, 11));
        tooMuch.failure(EOFException.class);
        assertThat(tooMuch.moved()).isEqualTo(10);
        assertThat(contents(dsts)).containsExactly("last wor", "ds");
        assertThat(loop.await(ends.source().prepareRead(rooms(loop, 1, 1)))).isEqualTo(-1);
    }

    @Test
    void nobodyToReadIsAnErrorAndTheBuffersAreAsTheyWere(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        ends.source().close();
        Buf[] srcs = texts(loop, "one", "two");
        Count write = loop.start(ends.sink().prepareWriteAll(srcs));
        assertThat(write.failure(ErrnoException.class).errnoName()).isEqualTo("EPIPE");
        assertThat(contents(srcs)).containsExactly("one", "two");
    }

    @Test
    void endedInTheMiddleEachHasItsShare(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        AsyncSource source = ends.source();
        Buf[] cancelled = rooms(loop, 3, 3, 3);
        Count read = loop.start(source.prepareReadN(cancelled, 9));
        loop.await(ends.sink().prepareWriteAll(loop.bufferOf("0123")));
        loop.linger(20);
        read.cancel();
        read.failure(CancellationException.class);
        assertThat(read.moved()).isEqualTo(4);
        assertThat(contents(cancelled)).containsExactly("012", "3", "");

        Buf[] timed = rooms(loop, 1, 9);
        Count late = loop.start(source.prepareReadN(timed, 9).timeout(Duration.ofMillis(300)));
        loop.await(ends.sink().prepareWriteAll(loop.bufferOf("45")));
        loop.linger(50);
        loop.pass(Duration.ofMillis(350));
        late.failure(InterruptedByTimeoutException.class);
        assertThat(contents(timed)).containsExactly("4", "5");

        Buf[] closed = rooms(loop, 1, 9);
        Count last = loop.start(source.prepareRead(closed));
        loop.settle();
        source.close();
        last.failure(AsynchronousCloseException.class);
        assertThat(closed).noneMatch(Buf::isLent);
    }

    /// What an iteration has read and nobody got comes first, spread over the buffers.
    @Test
    void whatWasReadBeforeComesFirst(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        Items<Buf> items = loop.start(ends.source().prepareReadEach(loop.pool(4, 4)));
        items.iteration().pause();
        loop.await(ends.sink().prepareWriteAll(loop.bufferOf("in the right order")));
        loop.linger(10);
        items.iteration().cancel();
        items.failure(CancellationException.class);
        Buf[] first = rooms(loop, 1, 0, 2);
        assertThat(loop.await(ends.source().prepareRead(first))).isEqualTo(3);
        assertThat(contents(first)).containsExactly("i", "", "n ");
        Buf[] rest = rooms(loop, 4, 11);
        loop.await(ends.source().prepareReadN(rest, 15));
        assertThat(contents(rest)).containsExactly("the ", "right order");
    }

    @Test
    void withNothingToMoveItIsDoneWithoutACall(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        Buf[] full = rooms(loop, 0, 0);
        Buf[] empty = rooms(loop, 1, 2);
        Map<Call, Integer> before = loop.sys().counts();
        assertThat(loop.await(ends.source().prepareRead(full))).isZero();
        assertThat(loop.await(ends.source().prepareReadN(empty, 0))).isZero();
        assertThat(loop.await(ends.sink().prepareWrite(empty))).isZero();
        assertThat(loop.await(ends.sink().prepareWriteAll(empty))).isZero();
        Map<Call, Integer> after = loop.sys().counts();
        List.of(before, after).forEach(counts -> counts.keySet().removeAll(
                List.of(Call.EPOLL_WAIT, Call.KEVENT, Call.IO_URING_ENTER)));
        assertThat(after).isEqualTo(before);
    }

    @Test
    void isStartedAgainWithOtherBuffers(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        AsyncSink.Write write = ends.sink().prepareWriteAll(texts(loop, "one", ",two"));
        loop.await(write);
        loop.await(write.reset(loop.bufferOf(",three")));
        loop.await(write.reset(texts(loop, ",", "four")));
        AsyncSource.ReadN readN = ends.source().prepareReadN(loop.buffer(3), 3);
        loop.await(readN);
        Buf[] bufs = rooms(loop, 2, 10);
        loop.await(readN.reset(bufs, 4));
        assertThat(contents(bufs)).containsExactly(",t", "wo");
        Buf one = loop.buffer(6);
        loop.await(readN.reset(one, 6));
        assertThat(one.getText(UTF_8)).isEqualTo(",three");
        AsyncSource.Read read = ends.source().prepareRead(rooms(loop, 1));
        loop.await(read);
        assertThat(loop.await(read.reset(rooms(loop, 1)))).isEqualTo(1);
    }

    @Test
    void whatCannotBeIsRefusedAndNothingIsLent(Ring ring, Loop loop) {
        PipeEnds ends = pipe(ring, loop);
        List<Function<Buf[], IntOperation>> transfers = List.of(
                ends.source()::prepareRead, bufs -> ends.source().prepareReadN(bufs, 0),
                ends.sink()::prepareWrite, ends.sink()::prepareWriteAll);
        Buf[] twice = rooms(loop, 3, 3);
        twice[1] = twice[0];
        for (Function<Buf[], IntOperation> transfer : transfers) {
            assertThatThrownBy(() -> transfer.apply(new Buf[0]))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0 buffers");
            assertThatThrownBy(() -> transfer.apply(new Buf[] {null})).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> loop.start(transfer.apply(twice)))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("same buffer");
            assertThat(twice[0].isLent()).isFalse();
        }
        assertThatThrownBy(() -> loop.start(ends.source().prepareReadN(rooms(loop, 3, 3), 7)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0 to 6");
    }
}
