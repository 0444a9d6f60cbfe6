package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncFile;
import dev.ringway.Buf;
import dev.ringway.ErrnoException;
import dev.ringway.Operation;
import dev.ringway.Ring;
import dev.ringway.internal.ffi.NativePath;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Names of files and directories: made, changed and deleted.
@EveryBackend
class NamesTest {
    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(Path::getFileName).sorted().toList();
        }
    }

    // ---- directories

    @Test
    @Parity({"fs/create_dir", "operation/create_dir", "fs/create_dir_extract"})
    void aDirectoryIsCreatedForItsOwnerAlone(Ring ring, Loop loop, Path directory) throws Exception {
        Path path = directory.resolve("new");
        loop.await(ring.files().prepareCreateDirectory(path));
        assertThat(Files.isDirectory(path)).isTrue();
        assertThat(list(path)).isEmpty();
        assertThat(Files.getPosixFilePermissions(path)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        loop.await(ring.files().prepareCreateDirectory(path.resolve("below"))); // the path is still the caller's
        assertThat(list(path)).containsExactly(Path.of("below"));
    }

    @Test
    void permissionsAreThoseAskedForLessTheUmask(Ring ring, Loop loop, Path directory) throws Exception {
        Set<PosixFilePermission> asked = PosixFilePermissions.fromString("rwxr-x--x");
        Path likewise = Files.createDirectory(
                directory.resolve("likewise"), PosixFilePermissions.asFileAttribute(asked));
        Path path = directory.resolve("new");
        loop.await(ring.files().prepareCreateDirectory(path).permissions(asked));
        assertThat(Files.getPosixFilePermissions(path)).isEqualTo(Files.getPosixFilePermissions(likewise));
    }

    @Test
    void whatExistsIsNotCreated(Ring ring, Loop loop, Path directory) throws Exception {
        Path path = Files.writeString(directory.resolve("file"), "kept");
        FileAlreadyExistsException failure = loop.start(ring.files().prepareCreateDirectory(path))
                .failure(FileAlreadyExistsException.class);
        assertThat(failure.getFile()).isEqualTo(path.toString());
        assertThat(failure).hasMessageContaining("mkdir").hasMessageContaining("EEXIST");
        assertThat(Files.readString(path)).isEqualTo("kept");
    }

    @Test
    @Parity({"fs/remove_dir", "operation/remove_dir", "fs/remove_dir_extract"})
    void aDirectoryIsDeletedWhenItIsEmpty(Ring ring, Loop loop, Path directory) throws Exception {
        Path path = Files.createDirectory(directory.resolve("old"));
        Path file = Files.writeString(path.resolve("file"), "");
        DirectoryNotEmptyException failure = loop.start(ring.files().prepareDeleteDirectory(path))
                .failure(DirectoryNotEmptyException.class);
        assertThat(failure.getFile()).isEqualTo(path.toString());
        loop.await(ring.files().prepareDelete(file));
        loop.await(ring.files().prepareDeleteDirectory(path));
        assertThat(Files.exists(path)).isFalse();
        loop.start(ring.files().prepareDeleteDirectory(path)).failure(NoSuchFileException.class);
    }

    @Test
    void eachDeletesItsOwnKindAndTellsOfTheOther(Ring ring, Loop loop, Path directory) throws Exception {
        Path folder = Files.createDirectory(directory.resolve("folder"));
        Path file = Files.writeString(directory.resolve("file"), "");
        ErrnoException isFile = loop.start(ring.files().prepareDeleteDirectory(file)).failure(ErrnoException.class);
        assertThat(isFile.errnoName()).isEqualTo("ENOTDIR");
        assertThat(isFile).hasMessageContaining("rmdir on " + file).hasMessageContaining("delete deletes");
        ErrnoException isFolder = loop.start(ring.files().prepareDelete(folder)).failure(ErrnoException.class);
        assertThat(isFolder.errnoName()).isEqualTo("EISDIR");
        assertThat(isFolder).hasMessageContaining("unlink on " + folder).hasMessageContaining("deleteDirectory");
        assertThat(list(directory)).containsExactly(Path.of("file"), Path.of("folder"));
    }

    // ---- files

    @Test
    @Parity({"fs/remove_file", "operation/remove_file", "fs/remove_file_extract"})
    void aFileIsDeletedAndReadToItsEndByWhoHasIt(Ring ring, Loop loop, Path directory) throws Exception {
        Path path = Files.writeString(directory.resolve("file"), "content");
        AsyncFile file = loop.await(ring.files().prepareOpen(path));
        loop.await(ring.files().prepareDelete(path));
        assertThat(Files.exists(path)).isFalse();
        Buf buf = loop.buffer(7);
        loop.await(file.prepareReadN(buf, 7));
        assertThat(buf.getText(UTF_8)).isEqualTo("content");
        NoSuchFileException failure =
                loop.start(ring.files().prepareDelete(path)).failure(NoSuchFileException.class);
        assertThat(failure.getFile()).isEqualTo(path.toString());
    }

    @Test
    void ofALinkTheLinkIsDeleted(Ring ring, Loop loop, Path directory) throws Exception {
        Path target = Files.writeString(directory.resolve("target"), "kept");
        Path link = Files.createSymbolicLink(directory.resolve("link"), target);
        loop.await(ring.files().prepareDelete(link));
        assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isFalse();
        assertThat(Files.readString(target)).isEqualTo("kept");
    }

    @Test
    @Parity({"fs/rename", "operation/rename", "fs/rename_extract"})
    void aFileIsFoundUnderItsNewNameAlone(Ring ring, Loop loop, Path directory) throws Exception {
        Path from = Files.writeString(directory.resolve("from"), "content");
        Path to = Files.createDirectory(directory.resolve("elsewhere")).resolve("to");
        loop.await(ring.files().prepareRename(from, to));
        assertThat(Files.exists(from)).isFalse();
        assertThat(Files.readString(to)).isEqualTo("content");
        loop.await(ring.files().prepareRename(to, from)); // both paths are still the caller's
        assertThat(Files.readString(from)).isEqualTo("content");
    }

    @Test
    void aFileThatHadTheNameIsReplaced(Ring ring, Loop loop, Path directory) throws Exception {
        Path from = Files.writeString(directory.resolve("from"), "new");
        Path to = Files.writeString(directory.resolve("to"), "old");
        loop.await(ring.files().prepareRename(from, to));
        assertThat(Files.readString(to)).isEqualTo("new");
        assertThat(list(directory)).containsExactly(Path.of("to"));
    }

    @Test
    void aRenameThatFailsNamesBoth(Ring ring, Loop loop, Path directory) {
        Path from = directory.resolve("missing");
        Path to = directory.resolve("to");
        NoSuchFileException failure =
                loop.start(ring.files().prepareRename(from, to)).failure(NoSuchFileException.class);
        assertThat(failure.getFile()).isEqualTo(from.toString());
        assertThat(failure.getOtherFile()).isEqualTo(to.toString());
        assertThat(failure).hasMessageContaining("rename on " + from + " to " + to + ": ");
    }

    @Test
    void toAnotherFileSystemTheRemedyIsTold(Ring ring, Loop loop, Path directory) throws Exception {
        Path from = Files.writeString(directory.resolve("file"), "content");
        ErrnoException failure = loop.start(ring.files().prepareRename(from, Path.of("/proc/self/ringway")))
                .failure(ErrnoException.class);
        assertThat(failure.errnoName()).isEqualTo("EXDEV");
        assertThat(failure).hasMessageContaining("copy it");
        assertThat(Files.readString(from)).isEqualTo("content");
    }

    @Test
    void aHundredAtOnce(Ring ring, Loop loop, Path directory) throws Exception {
        List<Outcome<Void>> all = Stream.iterate(0, i -> i + 1).limit(100)
                .map(i -> loop.start(ring.files().prepareCreateDirectory(directory.resolve("d" + i))))
                .toList();
        all.forEach(Outcome::value);
        assertThat(list(directory)).hasSize(100);
        Stream.iterate(0, i -> i + 1).limit(100)
                .map(i -> loop.start(ring.files().prepareDeleteDirectory(directory.resolve("d" + i))))
                .toList().forEach(Outcome::value);
        assertThat(list(directory)).isEmpty();
    }

    // ---- names that are no text

    /// Bytes that are no UTF-8, a name in Latin-1, a character that replaces others, and one that is cut in two.
    @ParameterizedTest
    @ValueSource(strings = {"fffe", "e4f6fc", "61efbfbd", "c3", "80", "f09f9880", "2e2e2eff"})
    void bytesComeBackAsTheyWere(String hex, Ring ring, Loop loop, Path directory) throws Exception {
        byte[] bytes = HexFormat.of().parseHex(hex);
        Path name = NativePath.path(bytes);
        Path folder = directory.resolve(name);
        loop.await(ring.files().prepareCreateDirectory(folder));
        assertThat(list(directory)).containsExactly(name);
        Path from = folder.resolve(name);
        AsyncFile file = loop.await(ring.files().prepareOpen(from, READ, WRITE, CREATE_NEW));
        loop.await(file.prepareWriteAll(loop.bufferOf("content")));
        Path to = folder.resolve(NativePath.path(HexFormat.of().parseHex(hex + "ff")));
        loop.await(ring.files().prepareRename(from, to));
        assertThat(list(folder)).containsExactly(to.getFileName());
        assertThat(NativePath.bytes(list(folder).getFirst())).startsWith(bytes).endsWith(0xff, 0);
        assertThat(Files.readString(to)).isEqualTo("content");
        loop.await(ring.files().prepareDelete(to));
        loop.await(ring.files().prepareDeleteDirectory(folder));
        assertThat(list(directory)).isEmpty();
    }

    @Test
    void usersWriteThemAsUris(Ring ring, Loop loop, Path directory) throws Exception {
        Path path = Path.of(URI.create(directory.toUri() + "na%FFme"));
        loop.await(ring.files().prepareOpen(path, WRITE, CREATE_NEW)).close();
        assertThat(NativePath.bytes(list(directory).getFirst())).containsExactly('n', 'a', 0xff, 'm', 'e', 0);
    }

    // ---- bad input, time and cancelling

    @Test
    void pathsThatNameNothingAreRefused(Ring ring, Path directory) {
        Path empty = Path.of("");
        assertThatThrownBy(() -> ring.files().prepareCreateDirectory(empty)).isInstanceOf(InvalidPathException.class);
        assertThatThrownBy(() -> ring.files().prepareDelete(empty)).isInstanceOf(InvalidPathException.class);
        assertThatThrownBy(() -> ring.files().prepareDeleteDirectory(empty)).isInstanceOf(InvalidPathException.class);
        assertThatThrownBy(() -> ring.files().prepareRename(directory, empty)).isInstanceOf(InvalidPathException.class);
        assertThatThrownBy(() -> ring.files().prepareRename(empty, directory)).isInstanceOf(InvalidPathException.class);
        Path tooLong = directory.resolve("a/".repeat(2048));
        assertThatThrownBy(() -> ring.files().prepareRename(directory, tooLong))
                .isInstanceOf(InvalidPathException.class).hasMessageContaining("4095");
    }

    /// The truth is told: either it was made, or it was not and somebody asked for that.
    @Test
    void cancelledRightAwayItTellsTheTruth(TestBed bed, Ring ring, Loop loop) {
        for (int i = 0; i < 20; i++) {
            Path path = bed.directory().resolve("d" + i);
            Outcome<Void> outcome = loop.start(ring.files().prepareCreateDirectory(path));
            outcome.cancel();
            Throwable failure = outcome.failure();
            assertThat(Files.isDirectory(path)).isEqualTo(failure == null);
            assertThat(failure == null || failure instanceof CancellationException).as("" + failure).isTrue();
        }
    }

    @Test
    void aTimeLimitThatIsNotReachedChangesNothing(Ring ring, Loop loop, Path directory) {
        Duration limit = Duration.ofMinutes(1);
        Path path = directory.resolve("d");
        Operation<Void> create = ring.files().prepareCreateDirectory(path).timeout(limit);
        loop.await(create);
        loop.await(ring.files().prepareRename(path, directory.resolve("e")).timeout(limit));
        loop.await(ring.files().prepareDeleteDirectory(directory.resolve("e")).timeout(limit));
        assertThat(Files.exists(path)).isFalse();
    }
}
