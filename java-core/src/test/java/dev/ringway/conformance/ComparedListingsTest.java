package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.ErrnoException;
import dev.ringway.FileEvent;
import dev.ringway.FileWatcher;
import dev.ringway.FileWatcher.Interest;
import dev.ringway.Ring;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Census;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a watcher does where the kernel says of a directory only that it has changed.
@EveryBackend(without = Cap.TELLS_EVERY_CHANGE)
class ComparedListingsTest {
    private static final int KEPT = 16384;

    private static FileWatcher watcher(Ring ring, Loop loop) {
        return loop.await(ring.files().prepareWatcher());
    }

    private static List<String> texts(Items<FileEvent> events) {
        return events.items().stream().map(FileEvent::toString).toList();
    }

    @Test
    void whatIsGoneByTheNextListingNobodyLearnsOf(Ring ring, Loop loop, Path directory) throws Exception {
        FileWatcher watcher = watcher(ring, loop);
        loop.await(watcher.prepareWatch(directory, Interest.ALL));
        Items<FileEvent> events = loop.start(watcher.prepareEventEach());
        Files.delete(Files.createFile(directory.resolve("short")));
        Path file = Files.createFile(directory.resolve("f"));
        events.await(1);
        loop.linger(20);
        assertThat(texts(events)).contains(file + ": created").noneMatch(text -> text.contains("short"));
    }

    @Test
    void everythingThatIsWatchedHasAnFd(Ring ring, Loop loop, Path directory) throws Exception {
        Path sub = Files.createDirectory(directory.resolve("sub"));
        for (int i = 0; i < 5; i++) {
            Files.createFile(sub.resolve("f" + i));
        }
        Census before = Census.take(directory);
        FileWatcher watcher = watcher(ring, loop);
        FileWatcher.Watch content = loop.await(watcher.prepareWatch(sub, Interest.MODIFY));
        assertThat(below(before, sub)).as("with each file").isEqualTo(6);
        FileWatcher.Watch names = loop.await(watcher.prepareWatch(sub, Interest.CREATE));
        assertThat(below(before, sub)).as("once for both").isEqualTo(6);
        loop.await(watcher.prepareUnwatch(content));
        assertThat(below(before, sub)).as("alone").isEqualTo(1);
        loop.await(watcher.prepareUnwatch(names));
        assertThat(below(before, sub)).isZero();
    }

    private static long below(Census before, Path sub) {
        return Census.take(sub.getParent()).fdsSince(before).values().stream()
                .filter(target -> target.startsWith(sub.toString()))
                .count();
    }

    /// Who takes events is told, once, and may go on.
    @Test
    void whatCannotBeFollowedIsTold(Ring ring, Loop loop, Path directory) throws Exception {
        FileWatcher watcher = watcher(ring, loop);
        loop.await(watcher.prepareWatch(directory, Interest.CREATE).recursive());
        Items<FileEvent> events = loop.start(watcher.prepareEventEach());
        for (int i = 0; i < 200; i++) {
            Files.createDirectory(directory.resolve("d" + i));
        }
        ErrnoException failure = events.failure(ErrnoException.class);
        assertThat(failure.errnoName()).isEqualTo("EMFILE");
        assertThat(failure).hasMessageContaining("watcher of files").hasMessageContaining("max_user_instances");
        Items<FileEvent> more = loop.start(watcher.prepareEventEach());
        Path file = Files.createFile(directory.resolve("f"));
        loop.until("it goes on", () -> texts(more).contains(file + ": created"));
    }

    @Test
    void moreThanIsKeptIsToldAsLost(Ring ring, Loop loop, Path directory) throws Exception {
        FileWatcher watcher = watcher(ring, loop);
        loop.await(watcher.prepareWatch(directory, Interest.CREATE));
        for (int i = 0; i < KEPT + 10; i++) {
            Files.createFile(directory.resolve("f" + i));
        }
        loop.linger(20); // the listing has begun
        loop.until("it is listed", () -> loop.inFlight() == 0);
        Items<FileEvent> events = loop.start(watcher.prepareEventEach());
        events.await(KEPT + 1);
        assertThat(events.items().get(KEPT).isOverflow()).isTrue();
        assertThat(events.items().get(KEPT).path()).isEqualTo(Path.of(""));
        Path later = Files.createFile(directory.resolve("later"));
        events.await(KEPT + 2);
        assertThat(texts(events)).hasSize(KEPT + 2).endsWith(later + ": created");
    }
}
