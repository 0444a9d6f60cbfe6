package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncFile;
import dev.ringway.Buf;
import dev.ringway.ErrnoException;
import dev.ringway.Ring;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Parity;
import java.io.EOFException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@EveryBackend
class ReadTest {
    private static AsyncFile file(Ring ring, Loop loop, Path directory, byte[] content) throws Exception {
        return loop.await(ring.files().prepareOpen(Files.write(directory.resolve("file"), content)));
    }

    private static AsyncFile file(Ring ring, Loop loop, Path directory, String content) throws Exception {
        return file(ring, loop, directory, content.getBytes(UTF_8));
    }

    @Test
    @Parity("operation/read")
    void movesThePositionAndEndsWithMinusOne(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory, "0123456789");
        Buf buf = loop.buffer(4);
        StringBuilder all = new StringBuilder();
        for (int count = loop.await(file.prepareRead(buf)); count >= 0; count = loop.await(file.prepareRead(buf))) {
            assertThat(count).isBetween(1, 4).isEqualTo(buf.readable());
            all.append(buf.getText(UTF_8));
            buf.clear();
        }
        assertThat(all).hasToString("0123456789");
        assertThat(loop.await(file.prepareRead(buf))).isEqualTo(-1);
        assertThat(buf.readable()).isZero();
    }

    @Test
    void fillsAsMuchAsThereIs(Ring ring, Loop loop, Caps caps, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory, "x".repeat(3130));
        int count = loop.await(file.prepareRead(loop.buffer(1 << 20)));
        if (caps.has(Cap.HELPFUL_KERNEL)) {
            assertThat(count).isEqualTo(3130);
        } else {
            assertThat(count).isBetween(1, 3130);
        }
    }

    @Test
    void anEmptyFileEndsAtOnce(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory, "");
        assertThat(loop.await(file.prepareRead(loop.buffer(10)))).isEqualTo(-1);
    }

    @Test
    void appendsToWhatTheBufferHolds(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory, "more");
        Buf buf = loop.buffer(100).put("some, ");
        loop.await(file.prepareReadN(buf, 4));
        assertThat(buf.getText(UTF_8)).isEqualTo("some, more");
    }

    @Test
    @Parity({"beyond/read_into_full_buffer", "defect/zero_length_read_is_no_enobufs"})
    void withoutRoomTakesNothing(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory, "content");
        assertThat(loop.await(file.prepareRead(loop.bufferOf("full")))).isZero();
        Buf buf = loop.buffer(7);
        loop.await(file.prepareReadN(buf, 7));
        assertThat(buf.getText(UTF_8)).isEqualTo("content");
    }

    @Test
    @Parity("io/read_n_from")
    void atAnOffsetLeavesThePositionAlone(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory, "0123456789");
        Buf buf = loop.buffer(10);
        loop.await(file.prepareReadN(buf, 3).from(7));
        loop.await(file.prepareReadN(buf, 3));
        loop.await(file.prepareReadN(buf, 3).from(0));
        assertThat(buf.getText(UTF_8)).isEqualTo("789012012");
        assertThat(loop.await(file.prepareRead(buf.clear()).from(10))).isEqualTo(-1);
        assertThat(loop.await(file.prepareRead(buf.clear()).from(1L << 40))).isEqualTo(-1);
    }

    @Test
    void thoseAtThePositionTakeTurns(Ring ring, Loop loop, Path directory) throws Exception {
        byte[] content = new byte[40 * 1000];
        new Random(1).nextBytes(content);
        AsyncFile file = file(ring, loop, directory, content);
        List<Buf> parts = new ArrayList<>();
        List<Count> reads = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            parts.add(loop.buffer(1000));
            reads.add(loop.start(file.prepareReadN(parts.getLast(), 1000)));
        }
        Buf all = loop.buffer(content.length);
        for (int i = 0; i < 40; i++) {
            assertThat(reads.get(i).value()).isEqualTo(1000);
            all.put(parts.get(i).getAll());
        }
        assertThat(all.getAll()).isEqualTo(content);
    }

    @Test
    void thoseAtOffsetsOverlap(Ring ring, Loop loop, Path directory) throws Exception {
        byte[] content = new byte[64 * 4096];
        new Random(2).nextBytes(content);
        AsyncFile file = file(ring, loop, directory, content);
        List<Buf> parts = new ArrayList<>();
        List<Count> reads = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            parts.add(loop.buffer(4096));
            reads.add(loop.start(file.prepareReadN(parts.getLast(), 4096).from(i * 4096L)));
        }
        Buf all = loop.buffer(content.length);
        for (int i = 0; i < 64; i++) {
            assertThat(reads.get(i).value()).isEqualTo(4096);
            all.put(parts.get(i).getAll());
        }
        assertThat(all.getAll()).isEqualTo(content);
    }

    @Test
    void readNFailsAtTheEndAndSaysHowMuchCame(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory, "0123456789");
        Buf buf = loop.buffer(100);
        Count read = loop.start(file.prepareReadN(buf, 11));
        assertThat(read.failure(EOFException.class)).hasMessageContaining("file").hasMessageContaining("ended");
        assertThat(read.moved()).isEqualTo(10);
        assertThat(buf.getText(UTF_8)).isEqualTo("0123456789");
    }

    @Test
    @Parity("beyond/read_n_zero")
    void readNOfNothingIsDone(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory, "");
        assertThat(loop.await(file.prepareReadN(loop.buffer(10), 0))).isZero();
    }

    @Test
    @Parity({"io/read_n", "operation/read_n", "io/limited_buf"})
    void readNTakesNoMoreThanAsked(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory, "0123456789");
        Buf buf = loop.buffer(100);
        assertThat(loop.await(file.prepareReadN(buf, 4))).isEqualTo(4);
        assertThat(buf.readable()).isEqualTo(4);
        assertThat(loop.await(file.prepareReadN(buf, 6))).isEqualTo(6);
        assertThat(buf.getText(UTF_8)).isEqualTo("0123456789");
    }

    @Test
    @Tag("H26")
    void aDirectoryCannotBeRead(Ring ring, Loop loop, Path directory) {
        AsyncFile file = loop.await(ring.files().prepareOpen(directory));
        ErrnoException failure = loop.start(file.prepareRead(loop.buffer(10))).failure(ErrnoException.class);
        assertThat(failure.errnoName()).isEqualTo("EISDIR");
        assertThat(failure.call()).isEqualTo("read");
        file.close();
    }

    @Test
    void aFileOpenedForWritingCannotBeRead(Ring ring, Loop loop, Path directory) throws Exception {
        Path path = Files.writeString(directory.resolve("file"), "content");
        AsyncFile file = loop.await(ring.files().prepareOpen(path, StandardOpenOption.WRITE));
        Buf buf = loop.buffer(10);
        ErrnoException failure = loop.start(file.prepareRead(buf)).failure(ErrnoException.class);
        assertThat(failure.errnoName()).isEqualTo("EBADF");
        assertThat(buf.writable()).isEqualTo(10);
    }

    @Test
    @Parity("io/read_large_file")
    void aMegabyteComesUnchanged(Ring ring, Loop loop, Path directory) throws Exception {
        byte[] content = new byte[1 << 20];
        new Random(3).nextBytes(content);
        AsyncFile file = file(ring, loop, directory, content);
        Buf buf = loop.buffer(content.length);
        assertThat(loop.await(file.prepareReadN(buf, content.length))).isEqualTo(content.length);
        assertThat(buf.getAll()).isEqualTo(content);
    }
}
