package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.Buf;
import dev.ringway.Ring;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@EveryBackend
class BufTest {
    @Test
    void bytesGoInAtTheEndAndOutAtTheFront(Loop loop) {
        Buf buf = loop.buffer(10);
        buf.put((byte) 'a').put("bc".getBytes(UTF_8)).put("xdefx".getBytes(UTF_8), 1, 3).put("ghi");
        assertThat(buf.readable()).isEqualTo(9);
        assertThat(buf.writable()).isEqualTo(1);
        assertThat(buf.get()).isEqualTo((byte) 'a');
        assertThat(buf.peek(0)).isEqualTo((byte) 'b');
        byte[] part = new byte[4];
        buf.get(part, 1, 2);
        assertThat(part).containsExactly(0, 'b', 'c', 0);
        assertThat(buf.skip(1).getText(UTF_8)).isEqualTo("efghi");
        assertThat(buf.readable()).isZero();
        assertThat(buf.writable()).isEqualTo(1);
        assertThat(buf.capacity()).isEqualTo(10);
    }

    @Test
    void byteBuffersGoInAndOut(Ring ring, Loop loop) {
        ByteBuffer heap = ByteBuffer.wrap("xxheapxx".getBytes(UTF_8), 2, 4);
        ByteBuffer direct = ByteBuffer.allocateDirect(6).put("direct".getBytes(UTF_8)).flip();
        Buf buf = loop.buffer(10).put(heap).put(direct);
        assertThat(heap.hasRemaining() || direct.hasRemaining()).isFalse();
        ByteBuffer small = ByteBuffer.allocate(4);
        assertThat(buf.get(small).readable()).isEqualTo(6);
        assertThat(new String(small.array(), UTF_8)).isEqualTo("heap");
        ByteBuffer large = ByteBuffer.allocateDirect(100);
        assertThat(buf.get(large).readable()).isZero();
        assertThat(large.position()).isEqualTo(6);
        Buf copy = loop.keep(ring.bufferOf(ByteBuffer.wrap("copy".getBytes(UTF_8))));
        assertThat(copy.getText(UTF_8)).isEqualTo("copy");
    }

    @Test
    @Parity("read_buf/read_buf")
    void clearCompactAndTruncate(Loop loop) {
        Buf buf = loop.bufferOf("0123456789");
        buf.skip(4).compact();
        assertThat(buf.writable()).isEqualTo(4);
        assertThat(buf.put("abcd").getText(UTF_8)).isEqualTo("456789abcd");
        buf.clear().put("0123456789").skip(2).truncate(3);
        assertThat(buf.readable()).isEqualTo(3);
        assertThat(buf.truncate(100).getText(UTF_8)).isEqualTo("234");
        assertThat(buf.clear().writable()).isEqualTo(10);
    }

    /// Whichever range: the content is what a list would have left, and the room has grown.
    @ParameterizedTest(name = "{0} to {1} of 10, {2} skipped")
    @CsvSource({"0,10,0", "0,3,0", "7,10,0", "2,5,0", "0,0,0", "4,4,0", "10,10,0", "9,10,0", "0,1,0", "2,5,3", "0,7,3"})
    @Parity("read_buf/read_buf_remove")
    void removeTakesBytesOut(int from, int to, int skipped, Loop loop) {
        Buf buf = loop.buffer(12).put("0123456789").skip(skipped);
        StringBuilder expected = new StringBuilder("0123456789".substring(skipped)).delete(from, to);
        assertThat(buf.remove(from, to).readable()).isEqualTo(10 - skipped - (to - from));
        assertThat(buf.writable()).isEqualTo(2 + (to - from));
        buf.put("ab");
        assertThat(buf.getText(UTF_8)).isEqualTo(expected + "ab");
    }

    @Test
    @Parity("read_buf/read_buf_remove_invalid_range")
    void whatDoesNotFitIsRefusedAndNothingChanges(Loop loop) {
        Buf buf = loop.buffer(4).put("abc");
        assertThatThrownBy(() -> buf.put("de")).isInstanceOf(BufferOverflowException.class);
        assertThatThrownBy(() -> buf.put(new byte[2])).isInstanceOf(BufferOverflowException.class);
        ByteBuffer two = ByteBuffer.allocate(2);
        assertThatThrownBy(() -> buf.put(two)).isInstanceOf(BufferOverflowException.class);
        assertThat(two.remaining()).isEqualTo(2);
        assertThatThrownBy(() -> buf.get(new byte[4])).isInstanceOf(BufferUnderflowException.class);
        assertThatThrownBy(() -> buf.skip(4)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> buf.skip(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> buf.peek(3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> buf.peek(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        for (int[] range : new int[][] {{-1, 1}, {2, 1}, {0, 4}, {4, 4}, {Integer.MIN_VALUE, Integer.MAX_VALUE}}) {
            assertThatThrownBy(() -> buf.remove(range[0], range[1])).isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThatThrownBy(() -> buf.truncate(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> buf.put(new byte[3], 2, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> buf.get(new byte[3], -1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(buf.getText(UTF_8)).isEqualTo("abc");
        assertThatThrownBy(buf::get).isInstanceOf(BufferUnderflowException.class);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {1, 63, 64, 65, 4096, 65_536, 65_537, 1 << 20, (1 << 20) + 1})
    void everyCapacityIsUsableToItsLastByte(int capacity, Loop loop) {
        byte[] content = new byte[capacity];
        java.util.Arrays.fill(content, (byte) capacity);
        Buf before = loop.bufferOf("before");
        Buf buf = loop.buffer(capacity);
        Buf after = loop.bufferOf("after");
        assertThat(buf.put(content).writable()).isZero();
        assertThat(buf.getAll()).isEqualTo(content);
        assertThat(before.getText(UTF_8) + after.getText(UTF_8)).isEqualTo("beforeafter");
    }

    @Test
    void whileItIsLentNothingElseCanBeDoneWithIt(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Buf buf = loop.buffer(10).put("abc");
        Count receive = loop.start(pair.near().prepareReceive(buf));
        assertThat(buf.isLent()).isTrue();
        assertThat(buf.toString()).contains("lent to recv");
        for (Consumer<Buf> access : java.util.List.<Consumer<Buf>>of(
                Buf::readable, Buf::writable, Buf::clear, Buf::compact, Buf::get, Buf::getAll,
                b -> b.put("x"), b -> b.peek(0), b -> b.skip(0), b -> b.truncate(0),
                b -> b.remove(0, 0),
                b -> b.get(ByteBuffer.allocate(1)), b -> b.put(ByteBuffer.allocate(0)), b -> b.get(new byte[0]))) {
            assertThatThrownBy(() -> access.accept(buf))
                    .isInstanceOf(IllegalStateException.class).hasMessageContaining("lent to recv");
        }
        assertThatThrownBy(() -> loop.start(pair.near().prepareSend(buf)))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("lent to recv");
        pair.farSends("d");
        assertThat(receive.value()).isEqualTo(1);
        assertThat(buf.getText(UTF_8)).isEqualTo("abcd");
    }

    @Test
    @Tag("J3")
    void releasedWhileItIsLentItGoesWhenTheOperationEnds(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Buf buf = loop.ring().buffer(10);
        int live = loop.insides().memory().live();
        Count receive = loop.start(pair.near().prepareReceive(buf));
        buf.release();
        loop.settle();
        assertThat(loop.insides().memory().live()).isGreaterThanOrEqualTo(live);
        assertThat(receive.isDone()).isFalse();
        receive.cancel();
        receive.failure(CancellationException.class);
        assertThat(loop.insides().memory().live()).isEqualTo(live - 1);
        assertThatThrownBy(buf::readable)
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("released");
    }

    @Test
    @Tag("J12")
    void releasedTwiceItSaysSoAndClosedTwiceItDoesNot(Ring ring) {
        Buf buf = ring.buffer(10);
        buf.release();
        assertThatThrownBy(buf::release)
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("released already");
        buf.close();
        assertThatThrownBy(() -> buf.put("x")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void adoptedMemoryIsUsedInPlace(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.UNIX);
        ByteBuffer memory = ByteBuffer.allocateDirect(100).put("xxhello".getBytes(UTF_8)).position(2).limit(7);
        Buf buf = Buf.adopt(memory);
        assertThat(buf.readable()).isEqualTo(5);
        assertThat(buf.writable()).isEqualTo(93);
        assertThat(loop.await(pair.near().prepareSendAll(buf))).isEqualTo(5);
        assertThat(new String(pair.farReceives(5), UTF_8)).isEqualTo("hello");
        pair.farSends("!");
        assertThat(loop.await(pair.near().prepareReceive(buf))).isEqualTo(1);
        assertThat(memory.clear().get(7)).isEqualTo((byte) '!');
        assertThatThrownBy(() -> Buf.adopt(ByteBuffer.allocate(10))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Buf.adopt(ByteBuffer.allocateDirect(10).asReadOnlyBuffer()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void itsTextNeverShowsItsContent(Loop loop) {
        Buf buf = loop.bufferOf("secret");
        assertThat(buf.toString()).contains("6 of 6 bytes").doesNotContain("secret");
    }

    @Test
    @Tag("J11")
    void releasedFromAnotherThreadItIsUsedAgain(Ring ring, Loop loop) {
        for (int round = 0; round < 10; round++) {
            Buf[] bufs = new Buf[100];
            for (int i = 0; i < bufs.length; i++) {
                bufs[i] = ring.buffer(4096);
            }
            try (Workers workers = new Workers()) {
                for (int worker = 0; worker < 4; worker++) {
                    int first = worker;
                    workers.start(() -> {
                        for (int i = first; i < bufs.length; i += 4) {
                            bufs[i].release();
                        }
                    });
                }
            }
        }
        assertThat(loop.insides().memory().live()).isZero();
    }
}
