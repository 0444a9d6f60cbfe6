package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncListener;
import dev.ringway.ErrnoException;
import dev.ringway.Ring;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
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
        requireRefused(
                loop.start(ring.streams().preparePipe().asDirectDescriptor()).failure(ErrnoException.class), caps);
        requireRefused(loop.start(ring.net().prepareSocket(StandardProtocolFamily.INET).asDirectDescriptor()).failure(),
                caps);
        SocketAddress address = Transport.TCP4.unused(directory);
        requireRefused(loop.start(ring.net().prepareListen(address).asDirectDescriptor()).failure(), caps);
        AsyncListener listener = loop.await(ring.net().prepareListen(address));
        SocketAddress listening = loop.await(listener.prepareLocalAddress());
        requireRefused(loop.start(ring.net().prepareConnect(listening).asDirectDescriptor()).failure(), caps);
    }

    private static void requireRefused(Throwable refused, Caps caps) {
        boolean possible = caps.has(Cap.REGISTERS_BUFFERS_AND_FILES);
        assertThat(refused).hasMessageContaining(possible ? "ENXIO" : "EOPNOTSUPP");
        assertThat(refused).hasMessageContaining(possible ? "Ring.Builder.directDescriptors" : "only io_uring");
    }
}
