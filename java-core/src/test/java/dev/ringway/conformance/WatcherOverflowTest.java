package dev.ringway.conformance;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What a watcher does when its kernel has kept all the events that it keeps.
@EveryBackend(where = Cap.TELLS_EVERY_CHANGE)
class WatcherOverflowTest {
    private static Set<Path> created(Items<FileEvent> events) {
        return events.items().stream().filter(FileEvent::fileCreated).map(FileEvent::path).collect(Collectors.toSet());
    }

    /// More than the kernel keeps; then everything is looked for again, and new directories are watched.
    @Test
    @Parity("beyond/watch_overflow")
    void lostEventsAreToldOfAndTreesAreFollowedOn(Ring ring, Loop loop, Path directory) throws Exception {
        int limit = Integer.parseInt( // in one read, since the kernel gives no more than one
                Files.readAllLines(Path.of("/proc/sys/fs/inotify/max_queued_events")).getFirst());
        FileWatcher watcher = loop.await(ring.files().prepareWatcher());
        loop.await(watcher.prepareWatch(directory, Interest.CREATE).recursive());
        Path file = Files.createFile(directory.resolve("f"));
        Path other = Files.createFile(directory.resolve("g"));
        Files.delete(other);
        for (int i = 0; i <= limit / 2; i++) {
            Files.move(file, other);
            Files.move(other, file);
        }
        Path missed = Files.createDirectory(directory.resolve("missed"));
        Files.createFile(missed.resolve("inside"));
        Items<FileEvent> events = loop.start(watcher.prepareEventEach());
        loop.until("the overflow", () -> events.items().stream().anyMatch(FileEvent::isOverflow));
        assertThat(events.items().stream().filter(FileEvent::isOverflow).map(FileEvent::path))
                .containsExactly(Path.of(""));
        loop.until("what was missed", () -> created(events).contains(missed.resolve("inside")));
        assertThat(created(events)).contains(missed);
        Files.createFile(missed.resolve("later"));
        loop.until("it is watched", () -> created(events).contains(missed.resolve("later")));
    }
}
