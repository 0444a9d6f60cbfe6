package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.FileEvent;
import dev.ringway.FileWatcher.Interest;
import dev.ringway.Ring;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Parity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a watcher tells of one change at a time.
@EveryBackend
class FileEventTest extends WatchedDirectory {
    private static String movedFrom(Caps caps) {
        return caps.has(Cap.TELLS_EVERY_CHANGE) ? "fileMovedFrom fileMoved" : "fileDeleted";
    }

    private static String movedInto(Caps caps) {
        return caps.has(Cap.TELLS_EVERY_CHANGE) ? "fileMovedInto fileMoved" : "fileCreated";
    }

    private void requireMetadata(Items<FileEvent> events, Path path, String says, Caps caps) {
        if (caps.has(Cap.TELLS_METADATA_APART)) {
            requireOne(events, path, says);
            return;
        }
        assertThat(events.await(2)).extracting(FileEvent::path).containsExactlyInAnyOrder(path, directory);
        assertThat(events.items()).allMatch(FileEvent::metadataChanged);
    }

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
    @Parity("fs_notify/watched_directory_file_modified")
    void aFileThatIsWritten(Ring ring, Loop loop) throws Exception {
        Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, directory, Interest.MODIFY);
        writeOnce(directory.resolve("f"));
        requireOne(events, directory.resolve("f"), "modified");
    }

    @Test
    @Parity("fs_notify/watched_directory_file_metadata_changed")
    void aFileWhosePermissionsChange(Ring ring, Loop loop, Caps caps) throws Exception {
        Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, directory, Interest.METADATA);
        chmod(directory.resolve("f"));
        requireMetadata(events, directory.resolve("f"), "metadataChanged", caps);
    }

    @Test
    @Parity("fs_notify/watched_directory_dir_metadata_changed")
    void aDirectoryWhosePermissionsChange(Ring ring, Loop loop, Caps caps) throws Exception {
        Files.createDirectory(directory.resolve("d"));
        Items<FileEvent> events = watch(ring, loop, directory, Interest.METADATA);
        chmod(directory.resolve("d"));
        requireMetadata(events, directory.resolve("d"), "metadataChanged isDirectory", caps);
    }

    @Test
    @Parity("fs_notify/watched_directory_file_moved_from")
    void aFileThatIsMovedOut(Ring ring, Loop loop, Caps caps) throws Exception {
        Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, directory, Interest.MOVE_FROM, Interest.DELETE);
        Files.move(directory.resolve("f"), outside.resolve("f"));
        requireOne(events, directory.resolve("f"), movedFrom(caps));
    }

    @Test
    @Parity("fs_notify/watched_directory_dir_moved_from")
    void aDirectoryThatIsMovedOut(Ring ring, Loop loop, Caps caps) throws Exception {
        Files.createDirectory(directory.resolve("d"));
        Items<FileEvent> events = watch(ring, loop, directory, Interest.MOVE_FROM, Interest.DELETE);
        Files.move(directory.resolve("d"), outside.resolve("d"));
        requireOne(events, directory.resolve("d"), movedFrom(caps) + " isDirectory");
    }

    @Test
    @Parity("fs_notify/watched_directory_file_moved_to")
    void aFileThatIsMovedIn(Ring ring, Loop loop, Caps caps) throws Exception {
        Items<FileEvent> events = watch(ring, loop, directory, Interest.MOVE_INTO, Interest.CREATE);
        Files.move(Files.createFile(outside.resolve("f")), directory.resolve("f"));
        requireOne(events, directory.resolve("f"), movedInto(caps));
    }

    @Test
    @Parity("fs_notify/watched_directory_dir_moved_to")
    void aDirectoryThatIsMovedIn(Ring ring, Loop loop, Caps caps) throws Exception {
        Items<FileEvent> events = watch(ring, loop, directory, Interest.MOVE_INTO, Interest.CREATE);
        Files.move(Files.createDirectory(outside.resolve("d")), directory.resolve("d"));
        requireOne(events, directory.resolve("d"), movedInto(caps) + " isDirectory");
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
    @Parity("fs_notify/watched_directory_moved")
    void theDirectoryItselfThatIsMoved(Ring ring, Loop loop) throws Exception {
        Items<FileEvent> events = watch(ring, loop, directory, Interest.MOVE_SELF);
        Files.move(directory, outside.resolve("moved"));
        requireOne(events, directory, "moved");
    }

    @Test
    @Parity("fs_notify/watched_directory_deleted")
    void theDirectoryItselfThatIsDeleted(Ring ring, Loop loop, Caps caps) throws Exception {
        Items<FileEvent> events = watch(ring, loop, directory, Interest.DELETE_SELF);
        Files.delete(directory);
        if (caps.has(Cap.TELLS_DELETED_DIRECTORIES)) {
            requireOne(events, directory, "deleted");
        } else {
            loop.linger(20);
            assertThat(events.items()).isEmpty();
        }
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
    @Parity("fs_notify/watched_file_deleted")
    void aWatchedFileThatIsDeleted(Ring ring, Loop loop) throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, file, Interest.DELETE_SELF);
        Files.delete(file);
        requireOne(events, file, "deleted");
    }

    @Test
    @Parity("fs_notify/watched_file_all")
    void allOfIt(Ring ring, Loop loop, Caps caps) throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, file, Interest.ALL);
        writeOnce(file);
        chmod(file);
        Files.move(file, outside.resolve("f"));
        boolean use = caps.has(Cap.TELLS_FILE_USE);
        List<String> said = events.await(use ? 5 : 3).stream().map(FileEventTest::said).toList();
        List<String> expected = List.of("opened", "modified", "closedWrite closed", "metadataChanged", "moved");
        assertThat(said).containsSubsequence(expected.stream()
                .filter(each -> use || (!each.startsWith("opened") && !each.startsWith("closed")))
                .toList());
        assertThat(events.items()).allMatch(event -> event.path().equals(file));
    }
}
