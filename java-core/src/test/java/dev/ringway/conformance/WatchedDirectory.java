package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.FileEvent;
import dev.ringway.FileWatcher;
import dev.ringway.FileWatcher.Interest;
import dev.ringway.Ring;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;

/// A directory that is watched, one that is not, and what can be done to files.
abstract class WatchedDirectory {
    Path directory;
    Path outside;

    @BeforeEach
    void makeDirectories(Path given) throws IOException {
        directory = Files.createDirectory(given.resolve("watched"));
        outside = Files.createDirectory(given.resolve("outside"));
    }

    static Items<FileEvent> watch(Ring ring, Loop loop, Path path, Interest... interests) {
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
    static void requireOne(Items<FileEvent> events, Path path, String says) {
        events.await(1);
        assertThat(events.items()).allSatisfy(event -> {
            assertThat(event.path()).isEqualTo(path);
            assertThat(said(event)).isEqualTo(says);
            assertThat(event.from()).isEmpty();
            assertThat(event.toString()).startsWith(path + ": ");
        });
    }

    // ---- what is done

    static void list(Path path) throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            assertThat(entries.count()).isNotNegative();
        }
    }

    static void readOnce(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            assertThat(file.read()).isEqualTo('c');
        }
    }

    static void writeOnce(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.write("C".getBytes(UTF_8));
        }
    }

    static void chmod(Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    }
}
