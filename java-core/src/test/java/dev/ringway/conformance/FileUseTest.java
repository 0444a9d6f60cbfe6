package dev.ringway.conformance;

import dev.ringway.FileEvent;
import dev.ringway.FileWatcher.Interest;
import dev.ringway.Ring;
import dev.ringway.testing.Cap;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Parity;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// What a watcher tells of files that are used, and not changed.
@EveryBackend(where = Cap.TELLS_FILE_USE)
class FileUseTest extends WatchedDirectory {
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
    @Parity("fs_notify/watched_directory_dir_accessed")
    void theDirectoryItselfThatIsListed(Ring ring, Loop loop) throws Exception {
        Files.writeString(directory.resolve("f"), "content");
        Items<FileEvent> events = watch(ring, loop, directory, Interest.ACCESS);
        list(directory);
        requireOne(events, directory, "accessed isDirectory");
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
}
