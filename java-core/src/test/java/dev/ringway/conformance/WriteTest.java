package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncFile;
import dev.ringway.Buf;
import dev.ringway.ErrnoException;
import dev.ringway.Ring;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Parity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

@EveryBackend
class WriteTest {
    private static AsyncFile file(Ring ring, Loop loop, Path directory) {
        return loop.await(ring.files().prepareOpen(directory.resolve("file"), READ, WRITE, CREATE_NEW));
    }

    @Test
    @Parity("operation/write")
    void consumesWhatWasWritten(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory);
        Buf buf = loop.bufferOf("0123456789");
        int count = loop.await(file.prepareWrite(buf));
        assertThat(count).isBetween(1, 10);
        assertThat(buf.readable()).isEqualTo(10 - count);
        assertThat(Files.readString(directory.resolve("file"))).isEqualTo("0123456789".substring(0, count));
    }

    @Test
    @Parity("operation/write_all")
    void writeAllWritesAll(Ring ring, Loop loop, Path directory) throws Exception {
        byte[] content = new byte[300_000];
        new Random(4).nextBytes(content);
        AsyncFile file = file(ring, loop, directory);
        Buf buf = loop.bufferOf(content);
        assertThat(loop.await(file.prepareWriteAll(buf))).isEqualTo(content.length);
        assertThat(buf.readable()).isZero();
        assertThat(Files.readAllBytes(directory.resolve("file"))).isEqualTo(content);
    }

    @Test
    @Parity({"beyond/empty_input_write_all", "defect/empty_input_is_no_write_zero"})
    void anEmptyBufferWritesNothing(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory);
        assertThat(loop.await(file.prepareWrite(loop.buffer(10)))).isZero();
        assertThat(loop.await(file.prepareWriteAll(loop.buffer(10)))).isZero();
        assertThat(Files.size(directory.resolve("file"))).isZero();
    }

    @Test
    @Parity("io/limited_buf")
    void ofABufferThatIsCutNoMoreIsWritten(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory);
        Buf buf = loop.bufferOf("0123456789abcdef0123456789abcdef").truncate(4);
        assertThat(loop.await(file.prepareWriteAll(buf))).isEqualTo(4);
        assertThat(Files.readString(directory.resolve("file"))).isEqualTo("0123");
    }

    @Test
    @Parity("io/write_all_at_extract")
    void atAnOffsetLeavesThePositionAlone(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory);
        loop.await(file.prepareWriteAll(loop.bufferOf("world")).at(6));
        loop.await(file.prepareWriteAll(loop.bufferOf("hello ")));
        assertThat(Files.readString(directory.resolve("file"))).isEqualTo("hello world");
    }

    @Test
    void beyondTheEndLeavesAHole(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory);
        long offset = 5L << 30;
        loop.await(file.prepareWriteAll(loop.bufferOf("end")).at(offset));
        assertThat(Files.size(directory.resolve("file"))).isEqualTo(offset + 3);
        Buf buf = loop.buffer(4);
        loop.await(file.prepareReadN(buf, 4).from(offset - 1));
        assertThat(buf.getText(UTF_8)).isEqualTo("\0end");
    }

    @Test
    void thoseAtThePositionTakeTurns(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory);
        StringBuilder expected = new StringBuilder();
        List<Count> writes = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String text = "write number " + i + "; ";
            expected.append(text);
            writes.add(loop.start(file.prepareWriteAll(loop.bufferOf(text))));
        }
        writes.forEach(Count::value);
        assertThat(Files.readString(directory.resolve("file"))).isEqualTo(expected.toString());
    }

    @Test
    void readsAndWritesAtThePositionTakeTurnsTogether(Ring ring, Loop loop, Path directory) throws Exception {
        Files.writeString(directory.resolve("file"), "aaaabbbbcccc");
        AsyncFile file = loop.await(ring.files().prepareOpen(directory.resolve("file"), READ, WRITE));
        Buf first = loop.buffer(4);
        Buf last = loop.buffer(4);
        Count readFirst = loop.start(file.prepareReadN(first, 4));
        Count write = loop.start(file.prepareWriteAll(loop.bufferOf("BBBB")));
        Count readLast = loop.start(file.prepareReadN(last, 4));
        assertThat(readFirst.value() + write.value() + readLast.value()).isEqualTo(12);
        assertThat(first.getText(UTF_8) + last.getText(UTF_8)).isEqualTo("aaaacccc");
        assertThat(Files.readString(directory.resolve("file"))).isEqualTo("aaaaBBBBcccc");
    }

    @Test
    void aFullDeviceLeavesTheBufferAsItWas(Ring ring, Loop loop) {
        AsyncFile file = loop.await(ring.files().prepareOpen(Path.of("/dev/full"), WRITE));
        Buf buf = loop.bufferOf("content");
        Count write = loop.start(file.prepareWriteAll(buf));
        ErrnoException failure = write.failure(ErrnoException.class);
        assertThat(failure.errnoName()).isEqualTo("ENOSPC");
        assertThat(failure).hasMessageContaining("write").hasMessageContaining("/dev/full");
        assertThat(write.moved()).isZero();
        assertThat(buf.getText(UTF_8)).isEqualTo("content");
    }

    @Test
    void syncEndsAfterTheFileIsWritten(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory);
        loop.await(file.prepareWriteAll(loop.bufferOf("content")));
        loop.await(file.prepareSync());
        assertThat(Files.readString(directory.resolve("file"))).isEqualTo("content");
    }

    @Test
    void isStartedAgainWithAnotherBuffer(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory);
        AsyncFile.Write write = file.prepareWriteAll(loop.bufferOf("one"));
        loop.await(write);
        loop.await(write.reset(loop.bufferOf(",two")));
        loop.await(write.reset(loop.bufferOf("ONE")).at(0));
        AsyncFile.ReadN read = file.prepareReadN(loop.buffer(3), 3).from(0);
        loop.await(read);
        Buf buf = loop.buffer(10);
        assertThat(loop.await(read.reset(buf, 4).from(3))).isEqualTo(4);
        assertThat(buf.getText(UTF_8)).isEqualTo(",two");
        assertThat(Files.readString(directory.resolve("file"))).isEqualTo("ONE,two");
    }
}
