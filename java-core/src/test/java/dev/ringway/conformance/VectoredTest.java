package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ringway.AsyncFile;
import dev.ringway.Buf;
import dev.ringway.ErrnoException;
import dev.ringway.IntOperation;
import dev.ringway.Ring;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.Count;
import dev.ringway.testing.CountingSys.Call;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Libc;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Parity;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.FileChannel;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Transfers with several buffers.
@EveryBackend
class VectoredTest {
    private static AsyncFile file(Ring ring, Loop loop, Path directory) {
        return loop.await(ring.files().prepareOpen(directory.resolve("file"), READ, WRITE, CREATE_NEW));
    }

    private static AsyncFile file(Ring ring, Loop loop, Path directory, String content) throws IOException {
        Path path = Files.writeString(directory.resolve("file"), content);
        return loop.await(ring.files().prepareOpen(path, READ, WRITE));
    }

    /// Both ends of a FIFO, on which a read waits for what a test writes.
    private static AsyncFile fifo(Ring ring, Loop loop, Path directory) {
        return loop.await(ring.files().prepareOpen(Libc.mkfifo(directory.resolve("fifo")), READ, WRITE));
    }

    private static Buf[] texts(Loop loop, String... texts) {
        return Arrays.stream(texts).map(text -> loop.buffer(Math.max(1, text.length())).put(text)).toArray(Buf[]::new);
    }

    private static Buf[] rooms(Loop loop, int... sizes) {
        return Arrays.stream(sizes).mapToObj(size -> size == 0 ? loop.bufferOf("full") : loop.buffer(size))
                .toArray(Buf[]::new);
    }

    private static List<String> contents(Buf[] bufs) {
        return Arrays.stream(bufs).map(buf -> buf.getText(UTF_8)).toList();
    }

    // ---- what moves where

    @Test
    @Parity({"operation/read_vectored", "io/limited_buf_slice"})
    void theFirstIsFilledFirst(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory, "0123456789");
        Buf[] bufs = rooms(loop, 3, 4, 5);
        bufs[1].put("some");
        bufs[1].truncate(1);
        assertThat(loop.await(file.prepareReadN(bufs, 7))).isEqualTo(7);
        assertThat(contents(bufs)).containsExactly("012", "s345", "6");
    }

    @Test
    @Parity("io/limited_buf_slice")
    void ofBuffersThatAreCutNoMoreIsWritten(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory);
        Buf[] srcs = texts(loop, "0123", "4567", "89");
        srcs[1].truncate(2);
        srcs[2].clear();
        assertThat(loop.await(file.prepareWriteAll(srcs))).isEqualTo(6);
        assertThat(Files.readString(directory.resolve("file"))).isEqualTo("012345");
    }

    /// What comes in pieces fills the buffers on from where the last piece has ended.
    @Test
    @Parity({"operation/read_n_vectored", "io/read_n_vectored"})
    void piecesAreTakenUntilThereIsEnough(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile fifo = fifo(ring, loop, directory);
        Buf[] bufs = rooms(loop, 3, 1, 4, 10);
        Count read = loop.start(fifo.prepareReadN(bufs, 15));
        try (FileChannel writer = new RandomAccessFile(directory.resolve("fifo").toFile(), "rw").getChannel()) {
            for (String piece : List.of("0", "12345", "6", "789abcd")) {
                loop.linger(10);
                assertThat(read.isDone()).isFalse();
                writer.write(UTF_8.encode(piece));
            }
            loop.linger(10);
            assertThat(read.isDone()).isFalse();
            writer.write(UTF_8.encode("e"));
            assertThat(read.value()).isEqualTo(15);
        }
        assertThat(contents(bufs)).containsExactly("012", "3", "4567", "89abcde");
    }

    @Test
    void aReadTakesUpToWhatThereIsRoomFor(Ring ring, Loop loop, Caps caps, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory, "0123456789");
        StringBuilder all = new StringBuilder();
        Buf[] bufs = rooms(loop, 2, 1, 0, 3);
        for (int count = loop.await(file.prepareRead(bufs)); count >= 0; count = loop.await(file.prepareRead(bufs))) {
            assertThat(count).isBetween(1, 6);
            if (caps.has(Cap.HELPFUL_KERNEL)) {
                assertThat(count).isEqualTo(all.isEmpty() ? 6 : 4);
            }
            bufs[2].clear();
            String got = String.join("", contents(bufs));
            assertThat(got).hasSize(count);
            all.append(got);
            bufs = rooms(loop, 2, 1, 0, 3);
        }
        assertThat(all).hasToString("0123456789");
        assertThat(contents(bufs)).containsExactly("", "", "full", "");
    }

    @Test
    @Parity({"operation/write_vectored", "operation/write_all_vectored", "operation/read_n_vectored"})
    void whateverIsWrittenIsReadAgain(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory);
        Random random = new Random(13);
        byte[] content = new byte[400_000];
        random.nextBytes(content);
        for (int round = 0; round < 10; round++) {
            Buf[] srcs = split(loop, content, random, true);
            Buf[] dsts = split(loop, content, random, false);
            assertThat(loop.await(file.prepareWriteAll(srcs).at(round))).isEqualTo(content.length);
            assertThat(srcs).allSatisfy(src -> assertThat(src.readable()).isZero());
            assertThat(loop.await(file.prepareReadN(dsts, content.length).from(round))).isEqualTo(content.length);
            ByteBuffer read = ByteBuffer.allocate(content.length);
            for (Buf dst : dsts) {
                read.put(dst.getAll());
            }
            assertThat(read.array()).isEqualTo(content);
            for (Buf[] bufs : List.of(srcs, dsts)) {
                Arrays.stream(bufs).forEach(Buf::release);
            }
        }
    }

    /// Buffers of random sizes, some of them empty, which hold, or have room for, just the content.
    private static Buf[] split(Loop loop, byte[] content, Random random, boolean filled) {
        List<Buf> parts = new ArrayList<>();
        int at = 0;
        while (at < content.length) {
            if (random.nextInt(5) == 0) {
                parts.add(filled ? loop.buffer(10) : loop.bufferOf("full").skip(4));
            }
            int size = Math.min(content.length - at, 1 + random.nextInt(random.nextBoolean() ? 20 : 4000));
            Buf part = loop.buffer(size);
            parts.add(filled ? part.put(content, at, size) : part);
            at += size;
            if (parts.size() > 900) {
                size = content.length - at;
                parts.add(filled ? loop.buffer(size).put(content, at, size) : loop.buffer(size));
                at = content.length;
            }
        }
        return parts.toArray(Buf[]::new);
    }

    @Test
    void asManyAsIovMaxAllows(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory);
        Buf[] srcs = new Buf[1024];
        Buf[] dsts = new Buf[1024];
        for (int i = 0; i < 1024; i++) {
            srcs[i] = loop.buffer(2).put((byte) i).put((byte) (i >> 8));
            dsts[i] = loop.buffer(2);
        }
        assertThat(loop.await(file.prepareWriteAll(srcs))).isEqualTo(2048);
        assertThat(loop.await(file.prepareReadN(dsts, 2048).from(0))).isEqualTo(2048);
        for (int i = 0; i < 1024; i++) {
            assertThat(dsts[i].get()).isEqualTo((byte) i);
            assertThat(dsts[i].get()).isEqualTo((byte) (i >> 8));
        }
    }

    @Test
    @Parity({"io/read_n_vectored_from", "io/write_all_vectored_at_extract"})
    void atAnOffsetLeavesThePositionAlone(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory, "0123456789");
        Buf[] bufs = rooms(loop, 2, 2);
        loop.await(file.prepareReadN(bufs, 3).from(7));
        assertThat(contents(bufs)).containsExactly("78", "9");
        loop.await(file.prepareWriteAll(texts(loop, "A", "B")).at(4));
        Buf[] rest = rooms(loop, 4, 10);
        loop.await(file.prepareReadN(rest, 10));
        assertThat(contents(rest)).containsExactly("0123", "AB6789");
        assertThat(loop.await(file.prepareRead(rooms(loop, 1, 1)).from(10))).isEqualTo(-1);
    }

    @Test
    void atThePositionTheyTakeTurnsWithThoseOfOneBuffer(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory);
        StringBuilder expected = new StringBuilder();
        List<Count> writes = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            String text = "write number " + i + "; ";
            expected.append(text).append(text);
            writes.add(loop.start(file.prepareWriteAll(loop.bufferOf(text))));
            writes.add(loop.start(file.prepareWriteAll(texts(loop, text.substring(0, 5), text.substring(5)))));
        }
        writes.forEach(Count::value);
        assertThat(Files.readString(directory.resolve("file"))).isEqualTo(expected.toString());
    }

    @Test
    @Parity({"defect/write_all_vectored_with_empty_last_buffer", "io/write_all_vectored"})
    void anEmptyLastBufferEndsNothingEarly(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile fifo = fifo(ring, loop, directory);
        byte[] content = new byte[300_000]; // more than a pipe holds, so that it takes several calls
        new Random(14).nextBytes(content);
        Buf[] srcs = {loop.bufferOf(content), loop.buffer(10), loop.bufferOf("end"), loop.buffer(10)};
        Count write = loop.start(fifo.prepareWriteAll(srcs));
        ByteBuffer read = ByteBuffer.allocate(content.length + 3);
        try (FileChannel reader = new RandomAccessFile(directory.resolve("fifo").toFile(), "rw").getChannel()) {
            while (read.hasRemaining()) {
                loop.turn();
                read.limit(Math.min(read.capacity(), read.position() + 4096));
                reader.read(read);
                read.limit(read.capacity());
            }
            assertThat(write.value()).isEqualTo(content.length + 3);
        }
        assertThat(Arrays.copyOf(read.array(), content.length)).isEqualTo(content);
        assertThat(read.slice(content.length, 3)).isEqualTo(UTF_8.encode("end"));
        assertThat(srcs).allSatisfy(src -> assertThat(src.readable()).isZero());
    }

    @Test
    void withNothingToMoveItIsDoneWithoutACall(Ring ring, Loop loop, Path directory) throws Exception {
        Path path = Files.writeString(directory.resolve("file"), "content");
        AsyncFile writeOnly = loop.await(ring.files().prepareOpen(path, WRITE));
        AsyncFile readOnly = loop.await(ring.files().prepareOpen(path, READ));
        Buf[] full = rooms(loop, 0, 0);
        Buf[] empty = rooms(loop, 1, 2);
        Map<Call, Integer> before = loop.sys().counts();
        assertThat(loop.await(writeOnly.prepareRead(full))).isZero();
        assertThat(loop.await(writeOnly.prepareReadN(full, 0))).isZero();
        assertThat(loop.await(writeOnly.prepareReadN(empty, 0).from(0))).isZero();
        assertThat(loop.await(readOnly.prepareWrite(empty))).isZero();
        assertThat(loop.await(readOnly.prepareWriteAll(empty).at(3))).isZero();
        assertThat(loop.await(readOnly.prepareWriteAll(empty[0]))).isZero();
        assertThat(loop.await(readOnly.prepareRead(full[0]).from(100))).isZero();
        Map<Call, Integer> after = loop.sys().counts();
        List.of(before, after).forEach(counts -> counts.keySet().removeAll(
                List.of(Call.EPOLL_WAIT, Call.KEVENT, Call.IO_URING_ENTER)));
        assertThat(after).isEqualTo(before);
        assertThat(contents(full)).containsExactly("full", "full");
        assertThat(Files.readString(path)).isEqualTo("content");
    }

    // ---- ends and failures

    @Test
    void readNFailsAtTheEndAndEachHasItsShare(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory, "01234");
        Buf[] bufs = rooms(loop, 3, 3, 3);
        Count read = loop.start(file.prepareReadN(bufs, 9));
        assertThat(read.failure(EOFException.class)).hasMessageContaining("file").hasMessageContaining("ended");
        assertThat(read.moved()).isEqualTo(5);
        assertThat(contents(bufs)).containsExactly("012", "34", "");
    }

    @Test
    void aFullDeviceLeavesTheBuffersAsTheyWere(Ring ring, Loop loop) {
        AsyncFile file = loop.await(ring.files().prepareOpen(Path.of("/dev/full"), WRITE));
        Buf[] bufs = texts(loop, "one", "two");
        Count write = loop.start(file.prepareWriteAll(bufs));
        ErrnoException failure = write.failure(ErrnoException.class);
        assertThat(failure.errnoName()).isEqualTo("ENOSPC");
        assertThat(failure).hasMessageContaining("write").hasMessageContaining("/dev/full");
        assertThat(write.moved()).isZero();
        assertThat(contents(bufs)).containsExactly("one", "two");
    }

    @Test
    void cancelledInTheMiddleEachHasItsShare(Ring ring, Loop loop, Caps caps, Path directory) throws Exception {
        AsyncFile fifo = fifo(ring, loop, directory);
        Buf[] bufs = rooms(loop, 3, 3, 3);
        Count read = loop.start(fifo.prepareReadN(bufs, 9));
        try (FileChannel writer = new RandomAccessFile(directory.resolve("fifo").toFile(), "rw").getChannel()) {
            writer.write(UTF_8.encode("0123"));
            loop.linger(50);
            read.cancel();
            endRunningCall(loop, caps, writer);
            read.failure(CancellationException.class);
        }
        requireShares(bufs, read.moved(), caps);
    }

    @Test
    void timedOutInTheMiddleEachHasItsShare(Ring ring, Loop loop, Caps caps, Path directory) throws Exception {
        AsyncFile fifo = fifo(ring, loop, directory);
        Buf[] bufs = rooms(loop, 3, 3, 3);
        Count read = loop.start(fifo.prepareReadN(bufs, 9).timeout(Duration.ofMillis(300)));
        try (FileChannel writer = new RandomAccessFile(directory.resolve("fifo").toFile(), "rw").getChannel()) {
            writer.write(UTF_8.encode("0123"));
            loop.linger(50);
            loop.pass(Duration.ofMillis(350));
            endRunningCall(loop, caps, writer);
            read.failure(InterruptedByTimeoutException.class);
        }
        requireShares(bufs, read.moved(), caps);
    }

    @Test
    void closedInTheMiddleEachHasItsShare(Ring ring, Loop loop, Caps caps, Path directory) throws Exception {
        AsyncFile fifo = fifo(ring, loop, directory);
        Buf[] bufs = rooms(loop, 3, 3, 3);
        Count read = loop.start(fifo.prepareReadN(bufs, 9));
        try (FileChannel writer = new RandomAccessFile(directory.resolve("fifo").toFile(), "rw").getChannel()) {
            writer.write(UTF_8.encode("0123"));
            loop.linger(50);
            fifo.close();
            endRunningCall(loop, caps, writer);
            read.failure(AsynchronousCloseException.class);
        }
        requireShares(bufs, read.moved(), caps);
    }

    /// Where a call that runs cannot be cancelled, it ends when there is something for it.
    private static void endRunningCall(Loop loop, Caps caps, FileChannel writer) throws IOException {
        loop.linger(20);
        if (!caps.has(Cap.CANCELS_FILE_CALLS)) {
            writer.write(UTF_8.encode("4"));
        }
    }

    private static void requireShares(Buf[] bufs, int moved, Caps caps) {
        assertThat(bufs).allSatisfy(buf -> assertThat(buf.isLent()).isFalse());
        if (caps.has(Cap.CANCELS_FILE_CALLS)) {
            assertThat(moved).isEqualTo(4);
        } else {
            assertThat(moved).isBetween(4, 5);
        }
        assertThat(contents(bufs)).containsExactly("012", "34".substring(0, moved - 3), "");
    }

    // ---- again

    @Test
    void isStartedAgainWithOtherBuffers(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory);
        AsyncFile.Write write = file.prepareWriteAll(texts(loop, "one", ",two"));
        loop.await(write);
        loop.await(write.reset(texts(loop, ",", "three", ",four", ",five")));
        loop.await(write.reset(loop.bufferOf(",six")));
        loop.await(write.reset(texts(loop, "O", "NE")).at(0));
        assertThat(Files.readString(directory.resolve("file"))).isEqualTo("ONE,two,three,four,five,six");
        AsyncFile.ReadN readN = file.prepareReadN(loop.buffer(3), 3).from(0);
        loop.await(readN);
        Buf[] bufs = rooms(loop, 2, 10);
        assertThat(loop.await(readN.reset(bufs, 4).from(3))).isEqualTo(4);
        assertThat(contents(bufs)).containsExactly(",t", "wo");
        Buf one = loop.buffer(10);
        assertThat(loop.await(readN.reset(one, 5).from(8))).isEqualTo(5);
        assertThat(one.getText(UTF_8)).isEqualTo("three");
        AsyncFile.Read read = file.prepareRead(rooms(loop, 1, 1)).from(0);
        loop.await(read);
        assertThat(loop.await(read.reset(rooms(loop, 1)))).isEqualTo(1);
    }

    @Test
    void theArrayIsCopied(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory);
        Buf[] bufs = texts(loop, "kept ", "whole");
        AsyncFile.Write prepared = file.prepareWriteAll(bufs);
        Buf other = loop.bufferOf("other");
        bufs[1] = other;
        Count write = loop.start(prepared);
        bufs[0] = other;
        assertThat(write.value()).isEqualTo(10);
        assertThat(Files.readString(directory.resolve("file"))).isEqualTo("kept whole");
        assertThat(other.getText(UTF_8)).isEqualTo("other");
    }

    // ---- bad input

    /// Fails unless the attempt throws just this, without a system call.
    private static void refused(Loop loop, Class<? extends Throwable> type, String message, ThrowingCallable attempt) {
        Map<Call, Integer> before = loop.sys().counts();
        Throwable thrown = catchThrowable(attempt);
        assertThat(loop.sys().counts()).as("system calls").isEqualTo(before);
        assertThat(thrown).isInstanceOf(type).hasMessageContaining(message);
    }

    private static List<ThrowingCallable> withEveryTransfer(Loop loop, AsyncFile file, Buf[] bufs) {
        return List.of(
                () -> loop.start(file.prepareRead(bufs)), () -> loop.start(file.prepareReadN(bufs, 0).from(0)),
                () -> loop.start(file.prepareWrite(bufs).at(0)), () -> loop.start(file.prepareWriteAll(bufs)),
                () -> loop.start(file.prepareRead(rooms(loop, 1, 1)).reset(bufs)),
                () -> loop.start(file.prepareReadN(rooms(loop, 1, 1), 1).reset(bufs, 0)),
                () -> loop.start(file.prepareWriteAll(rooms(loop, 1, 1)).reset(bufs)));
    }

    @Test
    void anArrayOfNoneOrOfTooMany(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory, "content");
        Buf[] many = new Buf[1025];
        Arrays.setAll(many, i -> loop.buffer(1));
        for (Buf[] bufs : List.of(new Buf[0], many)) {
            for (ThrowingCallable attempt : withEveryTransfer(loop, file, bufs)) {
                refused(loop, IllegalArgumentException.class, bufs.length + " buffers", attempt);
            }
        }
        for (ThrowingCallable attempt : withEveryTransfer(loop, file, new Buf[] {loop.buffer(1), null})) {
            refused(loop, NullPointerException.class, "bufs[1]", attempt);
        }
        for (ThrowingCallable attempt : withEveryTransfer(loop, file, null)) {
            refused(loop, NullPointerException.class, "bufs", attempt);
        }
    }

    @Test
    void theSameBufferTwice(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory, "content");
        Buf[] bufs = rooms(loop, 3, 3, 3);
        bufs[2] = bufs[0];
        for (ThrowingCallable attempt : withEveryTransfer(loop, file, bufs)) {
            refused(loop, IllegalArgumentException.class, "bufs[0] and bufs[2] are the same", attempt);
        }
        assertThat(bufs).allSatisfy(buf -> assertThat(buf.writable()).isEqualTo(3));
    }

    @Test
    void oneInUseOrReleased(Ring ring, Loop loop, Caps caps, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory, "content");
        AsyncFile fifo = fifo(ring, loop, directory);
        Buf[] bufs = rooms(loop, 3, 3, 3);
        Buf[] others = rooms(loop, 3, 3);
        Count read = loop.start(fifo.prepareReadN(new Buf[] {others[0], bufs[1]}, 6));
        loop.until("its call runs", () -> !caps.has(Cap.PLAIN_CALLS) || loop.sys().count(Call.READV) > 0);
        for (ThrowingCallable attempt : withEveryTransfer(loop, file, bufs)) {
            refused(loop, IllegalStateException.class, "lent to read", attempt);
        }
        assertThat(bufs[0].writable() + bufs[2].writable()).isEqualTo(6);
        loop.await(file.prepareWriteAll(loop.bufferOf("0123456789")).at(0));
        try (FileChannel writer = new RandomAccessFile(directory.resolve("fifo").toFile(), "rw").getChannel()) {
            writer.write(UTF_8.encode("012345"));
            assertThat(read.value()).isEqualTo(6);
        }
        bufs[2].release();
        for (ThrowingCallable attempt : withEveryTransfer(loop, file, bufs)) {
            refused(loop, IllegalStateException.class, "released", attempt);
        }
        assertThat(bufs[0].writable()).isEqualTo(3);
        assertThat(bufs[1].getText(UTF_8)).isEqualTo("345");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {-1, Integer.MIN_VALUE, 7, Integer.MAX_VALUE})
    void aLengthThatTheyCannotHold(int length, Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory, "0123456789");
        Buf[] bufs = rooms(loop, 2, 4);
        IntOperation read = file.prepareReadN(bufs, length);
        refused(loop, IllegalArgumentException.class, Integer.toString(length), () -> loop.start(read));
        assertThat(loop.await(file.prepareReadN(bufs, 6))).isEqualTo(6);
        assertThat(contents(bufs)).containsExactly("01", "2345");
    }

    @Test
    void moreThanTwoGigabytesInSum(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory, "content");
        ByteBuffer shared = ByteBuffer.allocateDirect(1 << 22); // many views of the same memory
        Buf[] rooms = new Buf[513];
        Arrays.setAll(rooms, i -> Buf.adopt(shared.duplicate().limit(0)));
        Buf[] contents = new Buf[513];
        Arrays.setAll(contents, i -> Buf.adopt(shared.duplicate()));
        for (IntOperation transfer : List.of(file.prepareRead(rooms), file.prepareReadN(rooms, 1),
                file.prepareWrite(contents), file.prepareWriteAll(contents).at(0))) {
            refused(loop, IllegalArgumentException.class, "2147483647", () -> loop.start(transfer));
        }
        assertThat(rooms).noneMatch(Buf::isLent);
        assertThat(contents).noneMatch(Buf::isLent);
        assertThat(Files.readString(directory.resolve("file"))).isEqualTo("content");
    }
}
