package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncFile.Advice;
import dev.ringway.AsyncFile.AllocateMode;
import dev.ringway.Buf;
import dev.ringway.ErrnoException;
import dev.ringway.PipeEnds;
import dev.ringway.Ring;
import dev.ringway.TestRings;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.LinuxSys;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.CountingSys.Call;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Parity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What is done to a range of a file, or to its length.
@EveryBackend
class RangesTest {
    private static final int BLOCK = 4096;

    private static Path blocks(Path directory, String letters) throws Exception {
        StringBuilder content = new StringBuilder();
        letters.chars().forEach(letter -> content.append(Character.toString(letter).repeat(BLOCK)));
        return Files.writeString(directory.resolve("file"), content);
    }

    /// The letter that each block is full of; 0 for zeros.
    private static String letters(Path path) throws Exception {
        byte[] content = Files.readAllBytes(path);
        StringBuilder letters = new StringBuilder();
        for (int at = 0; at < content.length; at += BLOCK) {
            byte[] block = Arrays.copyOfRange(content, at, Math.min(at + BLOCK, content.length));
            byte[] same = new byte[block.length];
            Arrays.fill(same, block[0]);
            assertThat(block).isEqualTo(same);
            letters.append(block[0] == 0 ? '0' : (char) block[0]);
        }
        return letters.toString();
    }

    private static AsyncFile open(Ring ring, Loop loop, Path path) {
        return loop.await(ring.files().prepareOpen(path, READ, WRITE));
    }

    // ---- truncate

    @Test
    @Parity({"fs/ftruncate", "operation/truncate"})
    void truncateCutsOffAndFillsUp(Ring ring, Loop loop, Path directory) throws Exception {
        Path path = Files.writeString(directory.resolve("file"), "x".repeat(31396));
        AsyncFile file = open(ring, loop, path);
        loop.await(file.prepareTruncate(4096));
        assertThat(loop.await(file.prepareMetadata()).size()).hasValue(4096);
        assertThat(Files.readString(path)).isEqualTo("x".repeat(4096));
        loop.await(file.prepareTruncate(8192));
        assertThat(letters(path)).isEqualTo("x0");
        long large = 5L << 30;
        loop.await(file.prepareTruncate(large));
        assertThat(Files.size(path)).isEqualTo(large);
        loop.await(file.prepareTruncate(0));
        assertThat(Files.size(path)).isZero();
    }

    @Test
    void truncateOfAFileThatIsOnlyReadFails(Ring ring, Loop loop, Path directory) throws Exception {
        Path path = Files.writeString(directory.resolve("file"), "content");
        AsyncFile file = loop.await(ring.files().prepareOpen(path));
        ErrnoException failure = loop.start(file.prepareTruncate(1)).failure(ErrnoException.class);
        assertThat(failure.errnoName()).isEqualTo("EINVAL");
        assertThat(failure).hasMessageContaining("ftruncate").hasMessageContaining("open for writing");
        assertThat(Files.readString(path)).isEqualTo("content");
    }

    @Test
    void rangesThatDoNotLieInAFileAreRefused(Ring ring, Loop loop, Path directory) {
        AsyncFile file = loop.await(ring.files().prepareOpen(directory.resolve("file"), WRITE, CREATE_NEW));
        assertThatThrownBy(() -> file.prepareTruncate(-1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
        for (long[] range : new long[][] {{-1, 1}, {0, -1}, {Long.MAX_VALUE, 1}, {1, Long.MAX_VALUE}}) {
            assertThatThrownBy(() -> file.prepareAllocate(range[0], range[1]))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("fallocate");
            assertThatThrownBy(() -> file.prepareAdvise(range[0], range[1], Advice.NORMAL))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("posix_fadvise");
        }
        assertThatThrownBy(() -> file.prepareAllocate(0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    // ---- allocate

    private static void requireUnsupported(Outcome<?> outcome, String call) {
        ErrnoException failure = outcome.failure(ErrnoException.class);
        assertThat(failure.errno()).isEqualTo(Errno.EOPNOTSUPP);
        assertThat(failure.call()).isEqualTo(call);
        assertThat(failure).hasMessageContaining("; this system");
    }

    @Test
    @Parity({"fs/fallocate", "operation/allocate"})
    void allocateMakesRoom(Ring ring, Loop loop, Caps caps, Path directory) throws Exception {
        Path path = directory.resolve("file");
        AsyncFile file = loop.await(ring.files().prepareOpen(path, READ, WRITE, CREATE_NEW));
        Outcome<Void> allocate = loop.start(file.prepareAllocate(0, 4096));
        if (caps.has(Cap.ALLOCATES_AND_ADVISES_FILES)) {
            allocate.value();
            loop.await(file.prepareWriteAll(loop.bufferOf("hello world")));
            assertThat(Files.size(path)).isEqualTo(4096);
            assertThat(loop.await(file.prepareMetadata()).blocks().orElseThrow()).isGreaterThanOrEqualTo(8);
        } else {
            requireUnsupported(allocate, "fallocate");
            assertThat(Files.size(path)).isZero();
        }
    }

    /// Errors that the call returns, rather than leaves in errno, are not lost.
    @Test
    @Parity("defect/advise_and_allocate_errors_reported")
    void allocateAndAdviseOfAPipeFail(Ring ring, Loop loop, Caps caps, Path directory) throws Exception {
        PipeEnds ends = loop.await(ring.streams().preparePipe());
        loop.keep(ends.source());
        loop.keep(ends.sink());
        Path pipe = Path.of("/proc/self/fd/" + TestRings.fd(ends.sink()));
        AsyncFile file = loop.await(ring.files().prepareOpen(pipe, WRITE));
        Outcome<Void> allocate = loop.start(file.prepareAllocate(0, 4096));
        Outcome<Void> advise = loop.start(file.prepareAdvise(0, 0, Advice.SEQUENTIAL));
        if (caps.has(Cap.ALLOCATES_AND_ADVISES_FILES)) {
            assertThat(allocate.failure(ErrnoException.class).errnoName()).isEqualTo("ESPIPE");
            assertThat(advise.failure(ErrnoException.class).errnoName()).isEqualTo("ESPIPE");
        } else {
            requireUnsupported(allocate, "fallocate");
            requireUnsupported(advise, "posix_fadvise");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "KEEP_SIZE,      0x01, 12288, 4096, 'abc'",
        "PUNCH_HOLE,     0x03, 4096,  4096, 'a0c'",
        "COLLAPSE_RANGE, 0x08, 4096,  4096, 'ac'",
        "ZERO_RANGE,     0x10, 4096,  8192, 'a00'",
        "INSERT_RANGE,   0x20, 4096,  4096, 'a0bc'",
        "UNSHARE_RANGE,  0x40, 0,     4096, 'abc'"
    })
    @Parity("beyond/allocate_modes")
    void modesOfAllocate(
            AllocateMode mode, int systems, long offset, long length, String expected,
            Ring ring, Loop loop, Caps caps, Path directory) throws Exception {
        Path path = blocks(directory, "abc");
        Path twin = Files.copy(path, directory.resolve("twin"));
        AsyncFile file = open(ring, loop, path);
        AsyncFile other = open(ring, loop, twin); // what becomes of it the system itself decides
        int res = new LinuxSys().fallocate(TestRings.fd(other), systems, offset, length);
        Outcome<Void> allocate = loop.start(file.prepareAllocate(offset, length).mode(mode));
        if (!caps.has(Cap.HAS_MODES_OF_ALLOCATE)) {
            requireUnsupported(allocate, "fallocate");
            assertThat(letters(path)).isEqualTo("abc");
        } else if (res == 0) {
            allocate.value();
            assertThat(letters(path)).isEqualTo(letters(twin)).isEqualTo(expected);
            assertThat(loop.await(file.prepareMetadata()).blocks())
                    .isEqualTo(loop.await(other.prepareMetadata()).blocks());
        } else {
            assertThat(res).isEqualTo(-Errno.EOPNOTSUPP); // the file system has not got this one
            requireUnsupported(allocate, "fallocate");
            assertThat(letters(path)).isEqualTo("abc");
        }
    }

    @Test
    void modesThatDoNotGoTogetherAreTheSystemsToRefuse(Ring ring, Loop loop, Path directory) throws Exception {
        Path path = blocks(directory, "abc");
        AsyncFile file = open(ring, loop, path);
        ErrnoException failure = loop.start(file.prepareAllocate(0, BLOCK)
                        .mode(AllocateMode.COLLAPSE_RANGE, AllocateMode.INSERT_RANGE))
                .failure(ErrnoException.class);
        assertThat(failure.errnoName()).isIn("EINVAL", "EOPNOTSUPP");
        assertThat(letters(path)).isEqualTo("abc");
    }

    // ---- advise

    @ParameterizedTest
    @EnumSource(Advice.class)
    @Parity({"fs/fadvise", "operation/advise"})
    void afterAnAdviceTheFileReadsAsBefore(Advice advice, Ring ring, Loop loop, Caps caps, Path directory)
            throws Exception {
        Path path = Files.writeString(directory.resolve("file"), "content");
        AsyncFile file = loop.await(ring.files().prepareOpen(path));
        Outcome<Void> advise = loop.start(file.prepareAdvise(0, 0, advice));
        Outcome<Void> beyond = loop.start(file.prepareAdvise(1 << 20, 6L << 30, advice));
        if (caps.has(Cap.ALLOCATES_AND_ADVISES_FILES)) {
            advise.value();
            beyond.value();
            // A length of more than 32 bits does not fit an entry
            assertThat(loop.sys().count(Call.FADVISE)).isEqualTo(caps.has(Cap.PLAIN_CALLS) ? 2 : 1);
        } else {
            requireUnsupported(advise, "posix_fadvise");
            requireUnsupported(beyond, "posix_fadvise");
        }
        Buf buf = loop.buffer(7);
        loop.await(file.prepareReadN(buf, 7));
        assertThat(buf.getText(UTF_8)).isEqualTo("content");
    }
}
