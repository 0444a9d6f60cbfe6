package dev.ringway.conformance;

import static dev.ringway.testing.Content.random;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncFile;
import dev.ringway.Buf;
import dev.ringway.Ring;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Parity;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Files of less than a page and of several, moved in pieces of many sizes; whatever the pieces, every byte comes once.
@EveryBackend
class PagesTest {
    private static final int PAGE = 4096;
    private static final byte[] SMALL = random(3130);
    private static final byte[] LARGE = random(31396);

    // ---- reading

    /// @param offset where to begin; negative for the position
    private static byte[] read(Ring ring, Loop loop, Path directory, byte[] content, int piece, long offset)
            throws Exception {
        Path path = Files.write(directory.resolve("file"), content);
        AsyncFile file = loop.await(ring.files().prepareOpen(path));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Buf buf = loop.buffer(piece);
        while (true) {
            AsyncFile.Read read = file.prepareRead(buf);
            int count = loop.await(offset < 0 ? read : read.from(offset + all.size()));
            if (count < 0) {
                return all.toByteArray();
            }
            assertThat(count).isBetween(1, piece);
            all.writeBytes(buf.getAll());
            buf.clear();
        }
    }

    private static byte[] from(int offset, byte[] content) {
        return Arrays.copyOfRange(content, offset, content.length);
    }

    @Test
    @Parity("fs/read_one_page")
    void lessThanAPageIntoMoreRoom(Ring ring, Loop loop, Path directory) throws Exception {
        assertThat(read(ring, loop, directory, SMALL, PAGE, -1)).isEqualTo(SMALL);
    }

    @Test
    @Parity("fs/read_multiple_pages_one_read")
    void severalPagesIntoMoreRoom(Ring ring, Loop loop, Path directory) throws Exception {
        assertThat(read(ring, loop, directory, LARGE, 1 << 20, -1)).isEqualTo(LARGE);
    }

    @Test
    @Parity("fs/read_multiple_pages_multiple_reads")
    void severalPagesByThePage(Ring ring, Loop loop, Path directory) throws Exception {
        assertThat(read(ring, loop, directory, LARGE, PAGE, -1)).isEqualTo(LARGE);
    }

    @Test
    @Parity("fs/read_multiple_pages_multiple_reads_unaligned")
    void severalPagesByOtherPieces(Ring ring, Loop loop, Path directory) throws Exception {
        assertThat(read(ring, loop, directory, LARGE, 3000, -1)).isEqualTo(LARGE);
    }

    @Test
    @Parity("fs/read_at_one_page")
    void lessThanAPageFromAnOffset(Ring ring, Loop loop, Path directory) throws Exception {
        assertThat(read(ring, loop, directory, SMALL, PAGE, 100)).isEqualTo(from(100, SMALL));
    }

    @Test
    @Parity("fs/read_at_multiple_pages_one_read")
    void severalPagesFromAnOffset(Ring ring, Loop loop, Path directory) throws Exception {
        assertThat(read(ring, loop, directory, LARGE, 1 << 20, 8192)).isEqualTo(from(8192, LARGE));
    }

    @Test
    @Parity("fs/read_at_multiple_pages_multiple_reads")
    void severalPagesFromAnOffsetByThePage(Ring ring, Loop loop, Path directory) throws Exception {
        assertThat(read(ring, loop, directory, LARGE, PAGE, 16384)).isEqualTo(from(16384, LARGE));
    }

    @Test
    @Parity({"fs/read_vectored_array", "fs/read_vectored_tuple"})
    void severalBuffersAreFilledInOrder(Ring ring, Loop loop, Path directory) throws Exception {
        Path path = Files.write(directory.resolve("file"), LARGE);
        AsyncFile file = loop.await(ring.files().prepareOpen(path));
        Buf[] bufs = {loop.buffer(4096), loop.buffer(32), loop.buffer(4064)};
        assertThat(loop.await(file.prepareReadN(bufs, 8192))).isEqualTo(8192);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Stream.of(bufs).forEach(buf -> all.writeBytes(buf.getAll()));
        assertThat(all.toByteArray()).isEqualTo(Arrays.copyOf(LARGE, 8192));
    }

    // ---- writing

    private static void requireWritten(Ring ring, Loop loop, Path directory, byte[]... pieces) throws Exception {
        Path path = directory.resolve("file");
        AsyncFile file = loop.await(ring.files().prepareOpen(path, READ, WRITE, CREATE_NEW));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            assertThat(loop.await(file.prepareWriteAll(loop.bufferOf(piece)))).isEqualTo(piece.length);
            all.writeBytes(piece);
        }
        assertThat(Files.readAllBytes(path)).isEqualTo(all.toByteArray());
    }

    @Test
    @Parity("fs/write_hello_world")
    void aFewBytes(Ring ring, Loop loop, Path directory) throws Exception {
        requireWritten(ring, loop, directory, "Hello world".getBytes(UTF_8));
    }

    @Test
    @Parity("fs/write_one_page")
    void onePage(Ring ring, Loop loop, Path directory) throws Exception {
        requireWritten(ring, loop, directory, random(PAGE));
    }

    @Test
    @Parity("fs/write_multiple_pages_one_write")
    void fourPagesAtOnce(Ring ring, Loop loop, Path directory) throws Exception {
        requireWritten(ring, loop, directory, random(4 * PAGE));
    }

    @Test
    @Parity("fs/write_multiple_pages_mulitple_writes")
    void twoPagesOneByOne(Ring ring, Loop loop, Path directory) throws Exception {
        requireWritten(ring, loop, directory, random(PAGE), random(PAGE));
    }

    @Test
    @Parity("fs/write_multiple_pages_mulitple_writes_unaligned")
    void pagesAfterOtherPieces(Ring ring, Loop loop, Path directory) throws Exception {
        requireWritten(ring, loop, directory, random(18), random(PAGE), random(PAGE));
    }

    @Test
    @Parity({"fs/write_vectored", "fs/write_vectored_extractor"})
    void severalBuffersAreWrittenInOrderAndComeBack(Ring ring, Loop loop, Path directory) throws Exception {
        Path path = directory.resolve("file");
        AsyncFile file = loop.await(ring.files().prepareOpen(path, WRITE, CREATE_NEW));
        Buf[] bufs = {loop.bufferOf("Hello"), loop.bufferOf(" world"), loop.bufferOf("!\n")};
        assertThat(loop.await(file.prepareWriteAll(bufs))).isEqualTo(13);
        assertThat(Files.readString(path)).isEqualTo("Hello world!\n");
        assertThat(bufs).allMatch(buf -> !buf.isLent() && buf.readable() == 0);
    }
}
