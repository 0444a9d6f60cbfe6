package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncFile;
import dev.ringway.ErrnoException;
import dev.ringway.Ring;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// A ring that was made without places for direct descriptors, and backends that have none.
@EveryBackend
class NoDirectDescriptorTest {
    @Test
    void noneIsMade(Ring ring, Loop loop, Path directory, Caps caps) throws IOException {
        Path path = Files.writeString(directory.resolve("file"), "content");
        AsyncFile file = loop.await(ring.files().prepareOpen(path));
        requireRefused(loop.start(ring.prepareToDirectDescriptor(file)).failure(ErrnoException.class), caps);
        requireRefused(
                loop.start(ring.files().prepareOpen(path).asDirectDescriptor()).failure(ErrnoException.class), caps);
    }

    private static void requireRefused(ErrnoException refused, Caps caps) {
        boolean possible = caps.has(Cap.REGISTERS_BUFFERS_AND_FILES);
        assertThat(refused.errnoName()).isEqualTo(possible ? "ENXIO" : "EOPNOTSUPP");
        assertThat(refused).hasMessageContaining(possible ? "Ring.Builder.directDescriptors" : "only io_uring");
    }
}
