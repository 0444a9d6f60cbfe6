package dev.ringway.conformance;

import static java.nio.file.StandardOpenOption.READ;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncFile;
import dev.ringway.Buf;
import dev.ringway.ErrnoException;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.testing.Cap;
import dev.ringway.testing.CountingSys;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.TestBed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a file system that wants whole blocks says, and what is told then, whatever that of the temporary directory is.
@EveryBackend(where = Cap.PLAIN_CALLS)
class DirectRemedyTest {
    private static final int BLOCK = 4096;

    /// Says no to every read of a file.
    private static final class Picky extends CountingSys {
        Picky(Sys real) {
            super(real);
        }

        @Override
        public int read(int fd, long address, int length) {
            return length == BLOCK ? -Errno.EINVAL : super.read(fd, address, length);
        }

        @Override
        public int pread(int fd, long address, int length, long offset) {
            return -Errno.EINVAL;
        }
    }

    static void requireRemedy(ErrnoException failure, String... parts) {
        assertThat(failure.errnoName()).isEqualTo("EINVAL");
        assertThat(failure).hasMessageContaining("DIRECT").hasMessageContaining("multiples of its block size")
                .hasMessageContaining("Ring.registeredBuffers").hasMessageContainingAll(parts);
    }

    @Test
    void theRemedyIsForDirectFilesAlone(TestBed bed, Path directory) throws Exception {
        Loop loop = bed.loop(options -> options.sys = new Picky(options.sys));
        Path path = Files.write(directory.resolve("file"), new byte[BLOCK]);
        Buf buf = loop.buffer(BLOCK);
        AsyncFile direct = loop.await(loop.ring().files().prepareOpen(path, READ, DirectTest.direct()));
        AsyncFile twin = loop.await(direct.prepareDuplicate());
        for (AsyncFile file : List.of(direct, twin)) {
            requireRemedy(loop.start(file.prepareRead(buf).from(7)).failure(ErrnoException.class), "4096", "7");
            requireRemedy(loop.start(file.prepareRead(buf)).failure(ErrnoException.class), "4096");
        }
        AsyncFile file = loop.await(loop.ring().files().prepareOpen(path, READ));
        ErrnoException failure = loop.start(file.prepareRead(buf)).failure(ErrnoException.class);
        assertThat(failure.getMessage()).contains("EINVAL").doesNotContain("DIRECT");
    }
}
