package dev.ringway.conformance;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncFile;
import dev.ringway.Buf;
import dev.ringway.ErrnoException;
import dev.ringway.Ring;
import dev.ringway.TestRings;
import dev.ringway.internal.ffi.OpenFlags;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Parity;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// O_DIRECT. The file system of the temporary directory has to have it, as ext4, XFS, btrfs and a newer tmpfs do.
///
/// Where transfers are as short as a kernel can make them, what is left of one would be no whole block.
@EveryBackend(where = Cap.HELPFUL_KERNEL)
class DirectTest {
    private static final int BLOCK = 4096;

    /// As users name it; Ringway itself does not need its module.
    static OpenOption direct() throws ClassNotFoundException {
        Object[] constants = Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants();
        return (OpenOption) List.of(constants).stream()
                .filter(constant -> constant.toString().equals("DIRECT"))
                .findFirst()
                .orElseThrow();
    }

    static int flags(AsyncFile file) throws Exception {
        return Files.readAllLines(Path.of("/proc/self/fdinfo/" + TestRings.fd(file))).stream()
                .filter(line -> line.startsWith("flags:"))
                .mapToInt(line -> Integer.parseInt(line.substring(6).strip(), 8))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void movesWholeBlocks(Ring ring, Loop loop, Path directory) throws Exception {
        Path path = directory.resolve("file");
        AsyncFile file = loop.await(ring.files().prepareOpen(path, READ, WRITE, CREATE, direct()));
        assertThat(flags(file) & OpenFlags.O_DIRECT).isNotZero();
        AsyncFile other = loop.await(ring.files().prepareOpen(path));
        assertThat(flags(other) & OpenFlags.O_DIRECT).isZero();
        byte[] content = new byte[BLOCK];
        new Random(1).nextBytes(content);
        List<Buf> blocks = loop.registeredBuffers(4, BLOCK);
        for (int i = 0; i < 4; i++) {
            assertThat(loop.await(file.prepareWriteAll(blocks.get(i).put(content)).at((long) i * BLOCK)))
                    .isEqualTo(BLOCK);
        }
        for (int i = 0; i < 4; i++) {
            assertThat(loop.await(file.prepareReadN(blocks.get(i).clear(), BLOCK).from((long) (3 - i) * BLOCK)))
                    .isEqualTo(BLOCK);
            assertThat(blocks.get(i).getAll()).isEqualTo(content);
        }
    }

    @Test
    @Parity("fs/open_direct_io")
    void writesAreOnTheDeviceWhenTheyEnd(Ring ring, Loop loop, Path directory) throws Exception {
        Path path = directory.resolve("file");
        AsyncFile file = loop.await(ring.files().prepareOpen(path, WRITE, CREATE_NEW, DSYNC, direct()));
        byte[] content = new byte[BLOCK];
        new Random(3).nextBytes(content);
        loop.await(file.prepareWriteAll(loop.registeredBuffers(1, BLOCK).getFirst().put(content)));
        loop.await(file.prepareClose());
        assertThat(Files.readAllBytes(path)).isEqualTo(content);
    }

    /// Some file systems do it all the same.
    @Test
    void aPartOfABlockIsReadOrTheRemedyTold(Ring ring, Loop loop, Path directory) throws Exception {
        byte[] content = new byte[2 * BLOCK];
        new Random(2).nextBytes(content);
        Path path = Files.write(directory.resolve("file"), content);
        AsyncFile file = loop.await(ring.files().prepareOpen(path, READ, direct()));
        Buf buf = loop.registeredBuffers(1, BLOCK).getFirst();
        Count read = loop.start(file.prepareReadN(buf, 100).from(1));
        if (read.failure() != null) {
            DirectRemedyTest.requireRemedy(read.failure(ErrnoException.class), "100", ", and the offset, 1,");
            assertThat(buf.readable()).isZero();
        } else {
            assertThat(buf.getAll()).isEqualTo(Arrays.copyOfRange(content, 1, 101));
        }
    }

    @Test
    void otherOptionsThatAreNotKnownAreRefused(Ring ring) {
        assertThatThrownBy(() -> ring.files().prepareOpen(Path.of("file"), LinkOption.NOFOLLOW_LINKS))
                .isInstanceOf(UnsupportedOperationException.class).hasMessageContaining("NOFOLLOW_LINKS");
    }
}
