package dev.ringway.conformance;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncFile;
import dev.ringway.Buf;
import dev.ringway.ErrnoException;
import dev.ringway.Ring;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Parity;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@EveryBackend
class SyncTest {
    @Test
    void endsWhenTheDeviceHasTheFile(Ring ring, Loop loop, Path directory) {
        AsyncFile file = loop.await(ring.files().prepareOpen(directory.resolve("file"), WRITE, CREATE_NEW));
        loop.await(file.prepareWriteAll(loop.bufferOf("content")));
        loop.await(file.prepareSync());
    }

    @Test
    void saysWhatTheKernelSays(Ring ring, Loop loop) {
        AsyncFile device = loop.await(ring.files().prepareOpen(Path.of("/dev/null")));
        ErrnoException refused = loop.start(device.prepareSync()).failure(ErrnoException.class);
        assertThat(refused).hasMessageContaining("fsync").hasMessageContaining("/dev/null");
        assertThat(refused.errnoName()).isEqualTo("EINVAL"); // it has nothing to make durable
    }

    @Test
    void ofAClosedFileFails(Ring ring, Loop loop, Path directory) {
        AsyncFile file = loop.await(ring.files().prepareOpen(directory.resolve("file"), WRITE, CREATE_NEW));
        file.close();
        loop.start(file.prepareSync()).failure(ClosedChannelException.class);
    }

    @Test
    @Parity({"fs/sync_all", "operation/sync_all"})
    void theBufferOfTheWriteIsBackBefore(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = loop.await(ring.files().prepareOpen(directory.resolve("file"), WRITE, CREATE_NEW));
        Buf buf = loop.bufferOf("content");
        assertThat(loop.await(file.prepareWriteAll(buf))).isEqualTo(7);
        loop.await(file.prepareSync());
        assertThat(buf.readable()).isZero();
        assertThat(Files.readString(directory.resolve("file"))).isEqualTo("content");
    }

    @Test
    @Parity({"fs/sync_data", "operation/sync_data"})
    void theContentAloneCanBeMadeDurable(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = loop.await(ring.files().prepareOpen(directory.resolve("file"), WRITE, CREATE_NEW));
        Buf buf = loop.bufferOf("content");
        assertThat(loop.await(file.prepareWriteAll(buf))).isEqualTo(7);
        loop.await(file.prepareSyncData());
        assertThat(buf.readable()).isZero();
        assertThat(Files.readString(directory.resolve("file"))).isEqualTo("content");
        AsyncFile device = loop.await(ring.files().prepareOpen(Path.of("/dev/null")));
        ErrnoException refused = loop.start(device.prepareSyncData()).failure(ErrnoException.class);
        assertThat(refused).hasMessageContaining("fdatasync").hasMessageContaining("/dev/null");
        assertThat(refused.errnoName()).isEqualTo("EINVAL");
    }
}
