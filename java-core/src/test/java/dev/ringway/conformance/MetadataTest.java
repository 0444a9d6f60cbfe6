package dev.ringway.conformance;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncFile;
import dev.ringway.Metadata;
import dev.ringway.Metadata.Field;
import dev.ringway.Ring;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Libc;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Parity;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

@EveryBackend
class MetadataTest {
    private static Metadata of(Ring ring, Loop loop, Path path) {
        try (AsyncFile file = loop.await(ring.files().prepareOpen(path))) {
            return loop.await(file.prepareMetadata());
        }
    }

    private static void requireTypeSizeAndPermissions(Ring ring, Loop loop, Path directory, int size)
            throws Exception {
        Path path = Files.write(directory.resolve("file"), new byte[size]);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
        Metadata metadata = of(ring, loop, path);
        assertThat(metadata.type()).contains(Metadata.Type.REGULAR_FILE);
        assertThat(metadata.isRegularFile()).isTrue();
        assertThat(metadata.isDirectory() || metadata.isSymbolicLink()).isFalse();
        assertThat(metadata.size()).hasValue(size);
        assertThat(metadata.permissions()).contains(PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(metadata.permissionBits()).hasValue(0644);
        assertThat(metadata).hasToString("-rw-r--r-- " + size + " bytes");
    }

    @Test
    @Parity({"fs/metadata_small", "operation/metadata"})
    void ofASmallFile(Ring ring, Loop loop, Path directory) throws Exception {
        requireTypeSizeAndPermissions(ring, loop, directory, 3130);
    }

    @Test
    @Parity("fs/metadata_big")
    void ofALargerFile(Ring ring, Loop loop, Path directory) throws Exception {
        requireTypeSizeAndPermissions(ring, loop, directory, 31396);
    }

    /// All of it is what the JDK's own stat says.
    @Test
    void everyFieldIsTheSystems(Ring ring, Loop loop, Caps caps, Path directory) throws Exception {
        Path path = Files.write(directory.resolve("file"), new byte[10_000]);
        Files.createLink(directory.resolve("other name"), path);
        Files.setLastModifiedTime(path, FileTime.from(Instant.ofEpochSecond(1_234_567_890, 123_456_789)));
        Metadata metadata = of(ring, loop, path);
        Map<String, Object> jdk = Files.readAttributes(path, "unix:*");
        assertThat(metadata.inode()).hasValue((Long) jdk.get("ino"));
        assertThat(metadata.device()).isEqualTo((Long) jdk.get("dev"));
        assertThat(metadata.links()).hasValue(2);
        assertThat(metadata.owner()).hasValue((Integer) jdk.get("uid"));
        assertThat(metadata.group()).hasValue((Integer) jdk.get("gid"));
        assertThat(metadata.size()).hasValue(10_000);
        assertThat(metadata.modified()).contains((FileTime) jdk.get("lastModifiedTime"));
        assertThat(metadata.changed()).contains((FileTime) jdk.get("ctime"));
        assertThat(metadata.accessed()).isPresent();
        assertThat(metadata.blocks().orElseThrow()).isPositive().isLessThan(10_000);
        assertThat(metadata.blockSize()).isPositive();
        assertThat(metadata.specialDevice()).isEmpty();
        if (caps.has(Cap.KNOWS_WHEN_FILES_WERE_CREATED)) {
            assertThat(metadata.created()).contains((FileTime) jdk.get("creationTime"));
        } else {
            assertThat(metadata.created()).isEmpty();
        }
    }

    @Test
    @Parity("fs/metadata_select_fields")
    void whatWasNotAskedForIsAbsent(Ring ring, Loop loop, Path directory) throws Exception {
        Path path = Files.writeString(directory.resolve("file"), "content");
        AsyncFile file = loop.await(ring.files().prepareOpen(path));
        Metadata metadata = loop.await(file.prepareMetadata().only(Field.TYPE));
        assertThat(metadata.type()).contains(Metadata.Type.REGULAR_FILE);
        assertThat(metadata.permissions()).isEmpty();
        assertThat(metadata.permissionBits()).isEmpty();
        assertThat(metadata.created()).isEmpty();
        assertThat(metadata.accessed()).isEqualTo(metadata.modified()).isEqualTo(metadata.changed())
                .isEqualTo(Optional.empty());
        assertThat(metadata.size()).isEqualTo(metadata.blocks()).isEqualTo(metadata.inode())
                .isEqualTo(metadata.links()).isEqualTo(metadata.owner()).isEqualTo(metadata.group())
                .isEqualTo(OptionalLong.empty());
        assertThat(metadata).hasToString("-? ?");
        Metadata others = loop.await(file.prepareMetadata().only(Field.SIZE, Field.PERMISSIONS));
        assertThat(others.size()).hasValue(7);
        assertThat(others.permissions()).isPresent();
        assertThat(others.type()).isEmpty();
        assertThat(others.isRegularFile()).isFalse();
    }

    @Test
    void ofOtherKindsOfFiles(Ring ring, Loop loop, Path directory) throws Exception {
        Metadata folder = of(ring, loop, directory);
        assertThat(folder.isDirectory()).isTrue();
        assertThat(folder.type()).contains(Metadata.Type.DIRECTORY);
        Metadata device = of(ring, loop, Path.of("/dev/null"));
        assertThat(device.type()).contains(Metadata.Type.CHARACTER_DEVICE);
        assertThat(device.specialDevice()).hasValue(0x103);
        Path fifo = Libc.mkfifo(directory.resolve("fifo"));
        AsyncFile end = loop.await(ring.files().prepareOpen(fifo, READ, WRITE));
        assertThat(loop.await(end.prepareMetadata()).type()).contains(Metadata.Type.FIFO);
    }

    @Test
    void itIsThatOfTheMoment(Ring ring, Loop loop, Path directory) throws IOException {
        Path path = directory.resolve("file");
        AsyncFile file = loop.await(ring.files().prepareOpen(path, READ, WRITE, CREATE_NEW));
        Metadata before = loop.await(file.prepareMetadata());
        loop.await(file.prepareWriteAll(loop.bufferOf("content")));
        Files.delete(path);
        Metadata after = loop.await(file.prepareMetadata());
        assertThat(before.size()).hasValue(0);
        assertThat(after.size()).hasValue(7);
        assertThat(before.links()).hasValue(1);
        assertThat(after.links()).hasValue(0);
        assertThat(after.inode()).isEqualTo(before.inode());
    }

    @Test
    void setUserIdIsABitOfItsOwn(Ring ring, Loop loop, Path directory) throws Exception {
        Path path = Files.writeString(directory.resolve("file"), "");
        Files.setAttribute(path, "unix:mode", 04755);
        Metadata metadata = of(ring, loop, path);
        assertThat(metadata.permissionBits()).hasValue(04755);
        assertThat(metadata.permissions())
                .contains(Files.readAttributes(path, PosixFileAttributes.class).permissions());
    }

    @Test
    void ofAClosedFileFails(Ring ring, Loop loop, Path directory) {
        AsyncFile file = loop.await(ring.files().prepareOpen(directory));
        file.close();
        loop.start(file.prepareMetadata()).failure(ClosedChannelException.class);
    }
}
