package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.FileEvent;
import dev.ringway.FileWatcher;
import dev.ringway.FileWatcher.Interest;
import dev.ringway.Ring;
import dev.ringway.testing.Cap;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Parity;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a watcher tells of one change at a time.
@EveryBackend(where = Cap.WATCHES_FILES)
class FileEventTest {
    private Path directory;
    private Path outside;

    @BeforeEach
    void makeDirectories(Path given) throws IOException {
        directory = Files.createDirectory(given.resolve("watched"));
        outside = Files.createDirectory(given.resolve("outside"));
    }

    private static Items<FileEvent> watch(Ring ring, Loop loop, Path path, Interest... interests) {
        FileWatcher watcher = loop.await(ring.files().prepareWatcher());
        loop.await(watcher.prepareWatch(path, interests));
        return loop.start(watcher.prepareEventEach());
    }

    /// Everything that an event says, in a fixed order.
    static String said(FileEvent event) {
        StringJoiner said = new StringJoiner(" ");
        add(said, "accessed", event.accessed());
        add(said, "modified", event.modified());
        add(said, "metadataChanged", event.metadataChanged());
        add(said, "closedWrite", event.closedWrite());
        add(said, "closedNoWrite", event.closedNoWrite());
        add(said, "closed", event.closed());
        add(said, "opened", event.opened());
        add(said, "deleted", event.deleted());
        add(said, "moved", event.moved());
        add(said, "unmounted", event.unmounted());
        add(said, "fileMovedFrom", event.fileMovedFrom());
        add(said, "fileMovedInto", event.fileMovedInto());
        add(said, "fileMoved", event.fileMoved());
        add(said, "fileCreated", event.fileCreated());
        add(said, "fileDeleted", event.fileDeleted());
        add(said, "isOverflow", event.isOverflow());
        add(said, "isDirectory", event.isDirectory());
        return said.toString();
    }

    private static void add(StringJoiner said, String name, boolean holds) {
        if (holds) {
            said.add(name);
        }
    }

    /// One event, perhaps told more than once by the kernel, and no other.
    private static void requireOne(Items<FileEvent> events, Path path, String says) {
        events.await(1);
        assertThat(events.items()).allSatisfy(event -> {
            assertThat(event.path()).isEqualTo(path);
            assertThat(said(event)).isEqualTo(says);
            assertThat(event.from()).isEmpty();
            assertThat(event.toString()).startsWith(path + ": ");
        });
    }

    // ---- what is done

    private static void list(Path path) throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            assertThat(entries.count()).isNotNegative();
        }
    }

    private static void readOnce(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            assertThat(file.read()).isEqualTo('c');
        }
    }

    private static void writeOnce(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.write("C".getBytes(UTF_8));
        }
    }

    private static void chmod(Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    }

    // ---- in a watched directory, and of it

    @Test
    @Parity({"fs_notify/watched_directory_file_created", "operation/watcher_events"})
    void aFileThatIsCreated(Ring ring, Loop loop) throws Exception {
        Items<FileEvent> events = watch(ring, loop, directory, Interest.CREATE);
        Files.createFile(directory.resolve("f"));
        requireOne(events, directory.resolve("f"), "fileCreated");
    }

    @Test
    @Parity("fs_notify/watched_directory_dir_created")
    void aDirectoryThatIsCreated(Ring ring, Loop loop) throws Exception {
        Items<FileEvent> events = watch(ring, loop, directory, Interest.CREATE);
        Files.createDirectory(directory.resolve("d"));
        requireOne(events, directory.resolve("d"), "fileCreated isDirectory");
    }

    @Test
    @Parity("fs_notify/watched_directory_file_opened")
    void aFileThatIsOpened(Ring ring, Loop loop) throws Exception {
        Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, directory, Interest.OPEN);
        Files.readString(directory.resolve("f"));
        requireOne(events, directory.resolve("f"), "opened");
    }

    @Test
    @Parity("fs_notify/watched_directory_dir_opened")
    void aDirectoryThatIsOpened(Ring ring, Loop loop) throws Exception {
        Files.createDirectory(directory.resolve("d"));
        Items<FileEvent> events = watch(ring, loop, directory, Interest.OPEN);
        list(directory.resolve("d"));
        requireOne(events, directory.resolve("d"), "opened isDirectory");
    }

    @Test
    @Parity("fs_notify/watched_directory_file_accessed")
    void aFileThatIsRead(Ring ring, Loop loop) throws Exception {
        Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, directory, Interest.ACCESS);
        readOnce(directory.resolve("f"));
        requireOne(events, directory.resolve("f"), "accessed");
    }

    @Test
    @Parity("fs_notify/watched_directory_file_modified")
    void aFileThatIsWritten(Ring ring, Loop loop) throws Exception {
        Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, directory, Interest.MODIFY);
        writeOnce(directory.resolve("f"));
        requireOne(events, directory.resolve("f"), "modified");
    }

    @Test
    @Parity("fs_notify/watched_directory_file_metadata_changed")
    void aFileWhosePermissionsChange(Ring ring, Loop loop) throws Exception {
        Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, directory, Interest.METADATA);
        chmod(directory.resolve("f"));
        requireOne(events, directory.resolve("f"), "metadataChanged");
    }

    @Test
    @Parity("fs_notify/watched_directory_dir_metadata_changed")
    void aDirectoryWhosePermissionsChange(Ring ring, Loop loop) throws Exception {
        Files.createDirectory(directory.resolve("d"));
        Items<FileEvent> events = watch(ring, loop, directory, Interest.METADATA);
        chmod(directory.resolve("d"));
        requireOne(events, directory.resolve("d"), "metadataChanged isDirectory");
    }

    @Test
    @Parity("fs_notify/watched_directory_file_moved_from")
    void aFileThatIsMovedOut(Ring ring, Loop loop) throws Exception {
        Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, directory, Interest.MOVE_FROM);
        Files.move(directory.resolve("f"), outside.resolve("f"));
        requireOne(events, directory.resolve("f"), "fileMovedFrom fileMoved");
    }

    @Test
    @Parity("fs_notify/watched_directory_dir_moved_from")
    void aDirectoryThatIsMovedOut(Ring ring, Loop loop) throws Exception {
        Files.createDirectory(directory.resolve("d"));
        Items<FileEvent> events = watch(ring, loop, directory, Interest.MOVE_FROM);
        Files.move(directory.resolve("d"), outside.resolve("d"));
        requireOne(events, directory.resolve("d"), "fileMovedFrom fileMoved isDirectory");
    }

    @Test
    @Parity("fs_notify/watched_directory_file_moved_to")
    void aFileThatIsMovedIn(Ring ring, Loop loop) throws Exception {
        Items<FileEvent> events = watch(ring, loop, directory, Interest.MOVE_INTO);
        Files.move(Files.createFile(outside.resolve("f")), directory.resolve("f"));
        requireOne(events, directory.resolve("f"), "fileMovedInto fileMoved");
    }

    @Test
    @Parity("fs_notify/watched_directory_dir_moved_to")
    void aDirectoryThatIsMovedIn(Ring ring, Loop loop) throws Exception {
        Items<FileEvent> events = watch(ring, loop, directory, Interest.MOVE_INTO);
        Files.move(Files.createDirectory(outside.resolve("d")), directory.resolve("d"));
        requireOne(events, directory.resolve("d"), "fileMovedInto fileMoved isDirectory");
    }

    @Test
    @Parity("fs_notify/watched_directory_file_closed_no_write")
    void aFileThatIsClosedAfterReading(Ring ring, Loop loop) throws Exception {
        Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, directory, Interest.CLOSE_NOWRITE);
        Files.readString(directory.resolve("f"));
        requireOne(events, directory.resolve("f"), "closedNoWrite closed");
    }

    @Test
    @Parity("fs_notify/watched_directory_dir_closed_no_write")
    void aDirectoryThatIsClosed(Ring ring, Loop loop) throws Exception {
        Files.createDirectory(directory.resolve("d"));
        Items<FileEvent> events = watch(ring, loop, directory, Interest.CLOSE_NOWRITE);
        list(directory.resolve("d"));
        requireOne(events, directory.resolve("d"), "closedNoWrite closed isDirectory");
    }

    @Test
    @Parity("fs_notify/watched_directory_file_closed_write")
    void aFileThatIsClosedAfterWriting(Ring ring, Loop loop) throws Exception {
        Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, directory, Interest.CLOSE_WRITE);
        writeOnce(directory.resolve("f"));
        requireOne(events, directory.resolve("f"), "closedWrite closed");
    }

    @Test
    @Parity("fs_notify/watched_directory_dir_deleted")
    void aDirectoryThatIsDeleted(Ring ring, Loop loop) throws Exception {
        Files.createDirectory(directory.resolve("d"));
        Items<FileEvent> events = watch(ring, loop, directory, Interest.DELETE);
        Files.delete(directory.resolve("d"));
        requireOne(events, directory.resolve("d"), "fileDeleted isDirectory");
    }

    @Test
    @Parity("fs_notify/watched_directory_file_deleted")
    void aFileThatIsDeleted(Ring ring, Loop loop) throws Exception {
        Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, directory, Interest.DELETE);
        Files.delete(directory.resolve("f"));
        requireOne(events, directory.resolve("f"), "fileDeleted");
    }

    @Test
    @Parity("fs_notify/watched_directory_dir_accessed")
    void theDirectoryItselfThatIsListed(Ring ring, Loop loop) throws Exception {
        Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, directory, Interest.ACCESS);
        list(directory);
        requireOne(events, directory, "accessed isDirectory");
    }

    @Test
    @Parity("fs_notify/watched_directory_moved")
    void theDirectoryItselfThatIsMoved(Ring ring, Loop loop) throws Exception {
        Items<FileEvent> events = watch(ring, loop, directory, Interest.MOVE_SELF);
        Files.move(directory, outside.resolve("moved"));
        requireOne(events, directory, "moved");
    }

    @Test
    @Parity("fs_notify/watched_directory_deleted")
    void theDirectoryItselfThatIsDeleted(Ring ring, Loop loop) throws Exception {
        Items<FileEvent> events = watch(ring, loop, directory, Interest.DELETE_SELF);
        Files.delete(directory);
        requireOne(events, directory, "deleted");
    }

    @Test
    @Parity("fs_notify/watched_file_opened")
    void aWatchedFileThatIsOpened(Ring ring, Loop loop) throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, file, Interest.OPEN);
        readOnce(file);
        requireOne(events, file, "opened");
    }

    @Test
    @Parity("fs_notify/watched_file_accessed")
    void aWatchedFileThatIsRead(Ring ring, Loop loop) throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, file, Interest.ACCESS);
        readOnce(file);
        requireOne(events, file, "accessed");
    }

    @Test
    @Parity("fs_notify/watched_file_modified")
    void aWatchedFileThatIsWritten(Ring ring, Loop loop) throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, file, Interest.MODIFY);
        writeOnce(file);
        requireOne(events, file, "modified");
    }

    @Test
    @Parity("fs_notify/watched_file_metadata_changed")
    void aWatchedFileWhosePermissionsChange(Ring ring, Loop loop) throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, file, Interest.METADATA);
        chmod(file);
        requireOne(events, file, "metadataChanged");
    }

    @Test
    @Parity("fs_notify/watched_file_moved")
    void aWatchedFileThatIsMoved(Ring ring, Loop loop) throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, file, Interest.MOVE_SELF);
        Files.move(file, outside.resolve("f"));
        requireOne(events, file, "moved");
    }

    @Test
    @Parity("fs_notify/watched_file_closed_nowrite")
    void aWatchedFileThatIsClosedAfterReading(Ring ring, Loop loop) throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, file, Interest.CLOSE_NOWRITE);
        readOnce(file);
        requireOne(events, file, "closedNoWrite closed");
    }

    @Test
    @Parity("fs_notify/watched_file_closed_write")
    void aWatchedFileThatIsClosedAfterWriting(Ring ring, Loop loop) throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, file, Interest.CLOSE_WRITE);
        writeOnce(file);
        requireOne(events, file, "closedWrite closed");
    }

    @Test
    @Parity("fs_notify/watched_file_closed_after_read")
    void ofBothKindsOfClosesThatAfterReading(Ring ring, Loop loop) throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, file, Interest.CLOSE);
        readOnce(file);
        requireOne(events, file, "closedNoWrite closed");
    }

    @Test
    @Parity("fs_notify/watched_file_closed_after_write")
    void ofBothKindsOfClosesThatAfterWriting(Ring ring, Loop loop) throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, file, Interest.CLOSE);
        writeOnce(file);
        requireOne(events, file, "closedWrite closed");
    }

    @Test
    @Parity("fs_notify/watched_file_deleted")
    void aWatchedFileThatIsDeleted(Ring ring, Loop loop) throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, file, Interest.DELETE_SELF);
        Files.delete(file);
        requireOne(events, file, "deleted");
    }

    @Test
    @Parity("fs_notify/watched_file_all")
    void allOfIt(Ring ring, Loop loop) throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, file, Interest.ALL);
        writeOnce(file);
        chmod(file);
        Files.move(file, outside.resolve("f"));
        List<String> said = events.await(5).stream().map(FileEventTest::said).toList();
        assertThat(said).containsSubsequence("opened", "modified", "closedWrite closed", "metadataChanged", "moved");
        assertThat(events.items()).allMatch(event -> event.path().equals(file));
    }
}
