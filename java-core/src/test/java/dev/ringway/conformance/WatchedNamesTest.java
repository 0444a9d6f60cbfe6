package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.ErrnoException;
import dev.ringway.FileEvent;
import dev.ringway.FileWatcher;
import dev.ringway.FileWatcher.Interest;
import dev.ringway.Readiness;
import dev.ringway.Ring;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.Census;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/// What becomes of names, whether the kernel says so or it is found out by comparing listings; and what cannot be told.
@EveryBackend
class WatchedNamesTest {
    private static final Interest[] NAMES = {Interest.CREATE, Interest.DELETE, Interest.MOVE};

    private static FileWatcher watcher(Ring ring, Loop loop) {
        return loop.await(ring.files().prepareWatcher());
    }

    private static List<String> texts(Items<FileEvent> events) {
        return events.items().stream().map(FileEvent::toString).toList();
    }

    @Test
    void anotherNameForAFileIsNoRename(Ring ring, Loop loop, Path directory) throws Exception {
        Path one = Files.createDirectory(directory.resolve("one"));
        Path two = Files.createDirectory(directory.resolve("two"));
        Path file = Files.createFile(one.resolve("f"));
        FileWatcher watcher = watcher(ring, loop);
        loop.await(watcher.prepareWatch(directory, NAMES).recursive());
        Items<FileEvent> events = loop.start(watcher.prepareEventEach());
        Path beside = Files.createLink(one.resolve("g"), file);
        events.await(1);
        Path elsewhere = Files.createLink(two.resolve("f"), file);
        events.await(2);
        Files.delete(file);
        events.await(3);
        assertThat(texts(events)).containsExactly(
                beside + ": created", elsewhere + ": created", file + ": deleted");
    }

    @Test
    void aMoveBetweenTwoWatchesIsOnePair(Ring ring, Loop loop, Path directory) throws Exception {
        Path one = Files.createDirectory(directory.resolve("one"));
        Path two = Files.createDirectory(directory.resolve("two"));
        Path file = Files.createFile(one.resolve("f"));
        FileWatcher watcher = watcher(ring, loop);
        loop.await(watcher.prepareWatch(one, NAMES));
        loop.await(watcher.prepareWatch(two, NAMES));
        Items<FileEvent> events = loop.start(watcher.prepareEventEach());
        Path moved = Files.move(file, two.resolve("g"));
        events.await(2);
        assertThat(texts(events)).containsExactly(
                file + ": moved from", moved + ": moved into, from " + file);
    }

    @Test
    void aRenameMayReplaceAFile(Ring ring, Loop loop, Path directory) throws Exception {
        Path from = Files.createFile(directory.resolve("from"));
        Path to = Files.createFile(directory.resolve("to"));
        FileWatcher watcher = watcher(ring, loop);
        loop.await(watcher.prepareWatch(directory, Interest.MOVE));
        Items<FileEvent> events = loop.start(watcher.prepareEventEach());
        Files.move(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        events.await(2);
        assertThat(texts(events)).containsExactly(from + ": moved from", to + ": moved into, from " + from);
    }

    /// Also if the new file gets the inode of the old one.
    @Test
    void theSameNameMayBeAnotherFile(Ring ring, Loop loop, Path directory) throws Exception {
        Path file = Files.createFile(directory.resolve("f"));
        Thread.sleep(30); // times of creation are those of the kernel's tick
        FileWatcher watcher = watcher(ring, loop);
        loop.await(watcher.prepareWatch(directory, NAMES));
        Items<FileEvent> events = loop.start(watcher.prepareEventEach());
        Files.delete(file);
        Files.createFile(file);
        events.await(2);
        assertThat(texts(events)).containsExactly(file + ": deleted", file + ": created");
    }

    @Test
    void aDirectoryMayTakeTheNameOfOneThatWasRenamed(Ring ring, Loop loop, Path directory) throws Exception {
        Path one = Files.createDirectory(directory.resolve("one"));
        FileWatcher watcher = watcher(ring, loop);
        loop.await(watcher.prepareWatch(directory, NAMES).recursive());
        Items<FileEvent> events = loop.start(watcher.prepareEventEach());
        Path two = Files.move(one, directory.resolve("two"));
        Files.createDirectory(one);
        events.await(3);
        loop.linger(20);
        Path inOne = Files.createFile(one.resolve("f"));
        events.await(4);
        Path inTwo = Files.createFile(two.resolve("f"));
        events.await(5);
        assertThat(texts(events)).containsExactly(
                one + ": moved from, directory", two + ": moved into, directory, from " + one,
                one + ": created, directory", inOne + ": created", inTwo + ": created");
    }

    // ---- what cannot be told

    @Test
    void useOfFilesIsToldOrRefused(Ring ring, Loop loop, Path directory, Caps caps) {
        FileWatcher watcher = watcher(ring, loop);
        for (Interest use : List.of(Interest.OPEN, Interest.ACCESS, Interest.CLOSE, Interest.CLOSE_WRITE,
                Interest.CLOSE_NOWRITE)) {
            if (caps.has(Cap.TELLS_FILE_USE)) {
                assertThat(loop.await(watcher.prepareWatch(directory, use)).path()).isEqualTo(directory);
            } else {
                assertThatThrownBy(() -> watcher.prepareWatch(directory, Interest.CREATE, use))
                        .isInstanceOf(UnsupportedOperationException.class)
                        .hasMessageContaining("watch of " + directory + ": kqueue does not tell " + use)
                        .hasMessageContaining("MODIFY");
            }
        }
        assertThat(loop.await(watcher.prepareWatch(directory, Interest.ALL)).path()).isEqualTo(directory);
    }

    @Test
    void aSymbolicLinkIsWatchedOrRefused(Ring ring, Loop loop, Path directory, Caps caps) throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory);
        Outcome<FileWatcher.Watch> watch = loop.start(watcher(ring, loop).prepareWatch(link, NAMES));
        if (caps.has(Cap.WATCHES_LINKS)) {
            assertThat(watch.value().path()).isEqualTo(link);
        } else {
            assertThat(watch.failure(ErrnoException.class).errnoName()).isEqualTo("ELOOP");
        }
    }

    @Test
    void whatIsToldCanBePolledOrThatIsRefused(Ring ring, Loop loop, Path directory, Caps caps) throws Exception {
        FileWatcher watcher = watcher(ring, loop);
        loop.await(watcher.prepareWatch(directory, NAMES));
        Files.createFile(directory.resolve("f"));
        Outcome<?> poll = loop.start(watcher.preparePoll(Readiness.READABLE));
        Items<Readiness> each = loop.start(watcher.preparePollEach(Readiness.READABLE));
        if (caps.has(Cap.POLLS_NOTICES)) {
            poll.value();
            each.await(1);
        } else {
            ErrnoException refused = poll.failure(ErrnoException.class);
            assertThat(refused.errnoName()).isEqualTo("EOPNOTSUPP");
            assertThat(refused).hasMessageContaining("no fd on this backend");
            assertThat(each.failure(ErrnoException.class).errnoName()).isEqualTo("EOPNOTSUPP");
        }
    }

    /// More than a library has inotify instances for. Whatever was opened is closed.
    @Test
    void manyAreWatchedOrThatIsRefused(Ring ring, Loop loop, Path directory, Caps caps) throws Exception {
        Path many = Files.createDirectory(directory.resolve("many"));
        for (int i = 0; i < 200; i++) {
            Files.createDirectory(many.resolve("d" + i));
        }
        FileWatcher watcher = watcher(ring, loop);
        Outcome<FileWatcher.Watch> watch = loop.start(watcher.prepareWatch(many, NAMES).recursive());
        if (caps.has(Cap.WATCHES_MANY_FILES)) {
            assertThat(watch.value().isRecursive()).isTrue();
        } else {
            ErrnoException refused = watch.failure(ErrnoException.class);
            assertThat(refused.errnoName()).isEqualTo("EMFILE");
            assertThat(refused).hasMessageContaining("kevent on " + many).hasMessageContaining("max_user_instances");
        }
        Path few = Files.createDirectory(directory.resolve("few"));
        loop.await(watcher.prepareWatch(few, NAMES));
        Items<FileEvent> events = loop.start(watcher.prepareEventEach());
        Path file = Files.createFile(few.resolve("f"));
        events.await(1);
        assertThat(texts(events)).containsExactly(file + ": created");
    }

    /// Whenever that is: what was opened is closed.
    @Test
    void aWalkThatIsCancelledLeavesNothing(Ring ring, Loop loop, Path directory) throws Exception {
        for (int i = 0; i < 40; i++) {
            Files.createDirectories(directory.resolve("d" + i % 4 + "/e" + i));
        }
        FileWatcher watcher = watcher(ring, loop);
        Census before = Census.take(directory);
        for (int turns = 0; turns < 12; turns++) {
            FileWatcher.Start start = watcher.prepareWatch(directory, NAMES).recursive();
            Outcome<FileWatcher.Watch> watch = loop.start(start);
            for (int i = 0; i < turns; i++) {
                loop.turn();
            }
            start.cancel();
            loop.until("it has ended", watch::isDone);
            if (watch.failure() != null) {
                watch.failure(CancellationException.class);
            } else {
                loop.await(watcher.prepareUnwatch(watch.value()));
            }
        }
        loop.linger(20);
        before.requireSameFds("after the walks", 2_000_000_000);
    }
}
