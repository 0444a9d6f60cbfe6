package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.ErrnoException;
import dev.ringway.FileEvent;
import dev.ringway.FileWatcher;
import dev.ringway.FileWatcher.Interest;
import dev.ringway.Iteration;
import dev.ringway.Ring;
import dev.ringway.internal.ffi.NativePath;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Items;
import dev.ringway.testing.Libc;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadPendingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What is watched: begun, ended, and followed when it changes.
@EveryBackend
class FileWatcherTest {
    private static FileWatcher watcher(Ring ring, Loop loop) {
        return loop.await(ring.files().prepareWatcher());
    }

    private static List<String> texts(Items<FileEvent> events) {
        return events.items().stream().map(FileEvent::toString).toList();
    }

    private static Set<Path> created(Items<FileEvent> events) {
        return events.items().stream().filter(FileEvent::fileCreated).map(FileEvent::path).collect(Collectors.toSet());
    }

    /// Each once, in their order if that is told.
    private static void requireNumbered(List<Path> told, Path directory, int count, Caps caps) {
        List<Path> expected = IntStream.range(100, 100 + count).mapToObj(i -> directory.resolve("f" + i)).toList();
        if (caps.has(Cap.TELLS_EVERY_CHANGE)) {
            assertThat(told).isEqualTo(expected);
        } else {
            assertThat(told).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    // ---- what may be watched

    @Test
    @Parity("fs_notify/watch_recursive_not_directory")
    void aFileHasNothingBelow(Ring ring, Loop loop, Path directory) throws Exception {
        Path file = Files.createFile(directory.resolve("f"));
        FileWatcher watcher = watcher(ring, loop);
        FileWatcher.Watch watch = loop.await(watcher.prepareWatch(file, Interest.MODIFY).recursive());
        assertThat(watch.path()).isEqualTo(file);
        Items<FileEvent> events = loop.start(watcher.prepareEventEach());
        Files.writeString(file, "x");
        assertThat(events.await(1).getFirst().toString()).isEqualTo(file + ": modified");
    }

    @Test
    @Parity("beyond/watcher_errors")
    void eachKindIsRefusedWhereTheOtherIsAskedFor(Ring ring, Loop loop, Path directory) throws Exception {
        Path file = Files.createFile(directory.resolve("f"));
        FileWatcher watcher = watcher(ring, loop);
        ErrnoException notDirectory = loop.start(watcher.prepareWatchDirectory(file, Interest.ALL))
                .failure(ErrnoException.class);
        assertThat(notDirectory.errnoName()).isEqualTo("ENOTDIR");
        assertThat(notDirectory).hasMessageContaining(" on " + file);
        ErrnoException isDirectory = loop.start(watcher.prepareWatchFile(directory, Interest.ALL))
                .failure(ErrnoException.class);
        assertThat(isDirectory.errnoName()).isEqualTo("EISDIR");
        loop.await(watcher.prepareWatchDirectory(directory, Interest.ALL));
        loop.await(watcher.prepareWatchFile(file, Interest.ALL));
        loop.start(watcher.prepareWatch(directory.resolve("missing"), Interest.ALL)).failure(NoSuchFileException.class);
        assertThatThrownBy(() -> watcher.prepareWatch(file)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("interest");
    }

    /// Either it has one itself, or what it watches has.
    @Test
    @Parity({"beyond/watcher_errors", "defect/resources_freed_on_error"})
    void withoutAnFdThereIsNone(Ring ring, Loop loop, Path directory, Caps caps) throws Exception {
        FileWatcher watcher = watcher(ring, loop);
        loop.await(watcher.prepareUnwatch(loop.await(watcher.prepareWatch(directory, Interest.ALL))));
        loop.start(ring.files().prepareOpen(Path.of("/dev/null/x"))).failure(ErrnoException.class);
        ErrnoException failure; // the classes are loaded, which takes fds too
        AutoCloseable limit = Libc.limitFds(3);
        try {
            failure = (caps.has(Cap.POLLS_NOTICES)
                    ? loop.start(ring.files().prepareWatcher())
                    : loop.start(watcher.prepareWatch(directory, Interest.ALL))).failure(ErrnoException.class);
        } finally {
            limit.close();
        }
        assertThat(failure.errnoName()).isEqualTo("EMFILE");
        assertThat(failure).hasMessageContaining("ulimit -n")
                .hasMessageContaining(caps.has(Cap.POLLS_NOTICES) ? "inotify_init" : "kevent on " + directory);
    }

    @Test
    void watchingAgainAddsToWhatIsTold(Ring ring, Loop loop, Path directory) throws Exception {
        FileWatcher watcher = watcher(ring, loop);
        loop.await(watcher.prepareWatch(directory, Interest.CREATE));
        FileWatcher.Watch second = loop.await(watcher.prepareWatch(directory, Interest.DELETE));
        Items<FileEvent> events = loop.start(watcher.prepareEventEach());
        Path file = Files.createFile(directory.resolve("f"));
        events.await(1);
        Files.delete(file);
        events.await(2);
        assertThat(texts(events)).containsExactly(file + ": created", file + ": deleted");
        loop.await(watcher.prepareUnwatch(second));
        Files.createFile(file);
        events.await(3);
        Files.delete(file);
        Files.createFile(directory.resolve("g"));
        events.await(4);
        assertThat(texts(events).subList(2, 4))
                .containsExactly(file + ": created", directory.resolve("g") + ": created");
    }

    @Test
    void aWatchThatHasEndedTellsNothing(Ring ring, Loop loop, Path directory) throws Exception {
        Path one = Files.createDirectory(directory.resolve("one"));
        Path two = Files.createDirectory(directory.resolve("two"));
        FileWatcher watcher = watcher(ring, loop);
        FileWatcher.Watch ended = loop.await(watcher.prepareWatch(one, Interest.CREATE).recursive());
        loop.await(watcher.prepareWatch(two, Interest.CREATE));
        Items<FileEvent> events = loop.start(watcher.prepareEventEach());
        loop.await(watcher.prepareUnwatch(ended));
        loop.await(watcher.prepareUnwatch(ended));
        Files.createFile(one.resolve("f"));
        Path told = Files.createFile(two.resolve("f"));
        events.await(1);
        assertThat(texts(events)).containsExactly(told + ": created");
        FileWatcher other = watcher(ring, loop);
        assertThatThrownBy(() -> other.prepareUnwatch(ended)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesThatAreNoTextSurvive(Ring ring, Loop loop, Path directory) throws Exception {
        FileWatcher watcher = watcher(ring, loop);
        loop.await(watcher.prepareWatch(directory, Interest.CREATE));
        Items<FileEvent> events = loop.start(watcher.prepareEventEach());
        byte[] name = {(byte) 0xff, 'a', (byte) 0xe4};
        Path file = Files.createFile(directory.resolve(NativePath.path(name)));
        FileEvent event = events.await(1).getFirst();
        assertThat(event.path()).isEqualTo(file);
        assertThat(NativePath.bytes(event.path().getFileName())).startsWith(name);
        Files.delete(event.path());
        assertThat(Files.exists(file)).isFalse();
    }

    // ---- trees

    @Test
    @Parity("beyond/watch_recursive_tree")
    void allThatIsBelowIsWatched(Ring ring, Loop loop, Path directory) throws Exception {
        Path deep = Files.createDirectories(directory.resolve("a/b/c"));
        Path side = Files.createDirectories(directory.resolve("d"));
        Files.createSymbolicLink(directory.resolve("link"), deep);
        FileWatcher watcher = watcher(ring, loop);
        FileWatcher.Watch watch = loop.await(watcher.prepareWatch(directory, Interest.CREATE).recursive());
        assertThat(watch.isRecursive()).isTrue();
        Items<FileEvent> events = loop.start(watcher.prepareEventEach());
        Files.createFile(deep.resolve("f"));
        events.await(1);
        Files.createFile(side.resolve("g"));
        events.await(2);
        assertThat(texts(events)).containsExactly(deep.resolve("f") + ": created", side.resolve("g") + ": created");
    }

    /// A tree that comes into being while it is watched: every file is told, whatever was faster.
    @Test
    void whatIsCreatedInNewDirectoriesIsNotMissed(Ring ring, Loop loop, Path directory, Caps caps)
            throws Exception {
        FileWatcher watcher = watcher(ring, loop);
        loop.await(watcher.prepareWatch(directory, Interest.CREATE, Interest.MOVE).recursive());
        Items<FileEvent> events = loop.start(watcher.prepareEventEach());
        Set<Path> expected = new HashSet<>();
        for (int i = 0; i < (caps.has(Cap.WATCHES_MANY_FILES) ? 20 : 6); i++) {
            Path path = directory;
            for (int depth = 0; depth < 4; depth++) {
                path = path.resolve("d" + i + depth);
                Files.createDirectory(path);
                expected.add(path);
                expected.add(Files.createFile(path.resolve("f")));
                if (i % 5 == 0) {
                    loop.turn();
                }
            }
        }
        loop.until("everything was told", () -> created(events).containsAll(expected));
        assertThat(created(events)).isEqualTo(expected);
        for (FileEvent event : events.items()) {
            assertThat(event.isDirectory()).isEqualTo(Files.isDirectory(event.path()));
        }
        Path late = Files.createFile(directory.resolve("d00/d01/d02/d03/late"));
        loop.until("the last one is watched", () -> created(events).contains(late));
    }

    /// In no hurry nothing is told twice.
    @Test
    void oneByOneEachIsToldOnce(Ring ring, Loop loop, Path directory) throws Exception {
        FileWatcher watcher = watcher(ring, loop);
        loop.await(watcher.prepareWatch(directory, Interest.CREATE).recursive());
        Items<FileEvent> events = loop.start(watcher.prepareEventEach());
        Path path = directory;
        int told = 0;
        for (int depth = 0; depth < 5; depth++) {
            path = Files.createDirectory(path.resolve("d"));
            events.await(++told);
            loop.linger(20); // it is watched now
            Files.createFile(path.resolve("f"));
            events.await(++told);
        }
        loop.linger(20);
        assertThat(events.size()).isEqualTo(told);
    }

    @Test
    void aTreeThatIsMovedInIsToldAndWatched(Ring ring, Loop loop, TestBed bed) throws Exception {
        Path watched = Files.createDirectory(bed.directory().resolve("watched"));
        Path tree = Files.createDirectories(bed.directory().resolve("tree/below"));
        Files.createFile(tree.resolve("f"));
        FileWatcher watcher = watcher(ring, loop);
        loop.await(watcher.prepareWatch(watched, Interest.CREATE, Interest.MOVE).recursive());
        Items<FileEvent> events = loop.start(watcher.prepareEventEach());
        Files.move(tree.getParent(), watched.resolve("tree"));
        Path below = watched.resolve("tree/below");
        loop.until("what came along", () -> created(events).contains(below.resolve("f")));
        assertThat(texts(events)).containsExactly(
                watched.resolve("tree")
                        + (bed.caps().has(Cap.TELLS_EVERY_CHANGE) ? ": moved into, directory" : ": created, directory"),
                below + ": created, directory",
                below.resolve("f") + ": created");
        Files.createFile(below.resolve("g"));
        loop.until("what comes later", () -> created(events).contains(below.resolve("g")));
    }

    @Test
    void pathsFollowDirectoriesThatAreRenamed(Ring ring, Loop loop, Path directory) throws Exception {
        Path deep = Files.createDirectories(directory.resolve("a/b/c"));
        Files.createDirectory(directory.resolve("x"));
        FileWatcher watcher = watcher(ring, loop);
        loop.await(watcher.prepareWatch(directory, Interest.CREATE, Interest.MOVE).recursive());
        Items<FileEvent> events = loop.start(watcher.prepareEventEach());
        Files.createFile(deep.resolve("one"));
        events.await(1);
        Files.move(directory.resolve("a/b"), directory.resolve("x/y"));
        Path renamed = directory.resolve("x/y/c");
        Files.createFile(renamed.resolve("two"));
        events.await(4);
        assertThat(texts(events)).startsWith(
                deep.resolve("one") + ": created",
                directory.resolve("a/b") + ": moved from, directory",
                directory.resolve("x/y") + ": moved into, directory, from " + directory.resolve("a/b"),
                renamed.resolve("two") + ": created");
        assertThat(events.items().get(2).from()).contains(directory.resolve("a/b"));
    }

    @Test
    void whatHasLeftIsNotWatchedAnyMore(Ring ring, Loop loop, TestBed bed) throws Exception {
        Path watched = Files.createDirectory(bed.directory().resolve("watched"));
        Files.createDirectories(watched.resolve("tree/below"));
        FileWatcher watcher = watcher(ring, loop);
        loop.await(watcher.prepareWatch(watched, Interest.CREATE, Interest.MOVE, Interest.DELETE).recursive());
        Items<FileEvent> events = loop.start(watcher.prepareEventEach());
        Path left = bed.directory().resolve("left");
        Files.move(watched.resolve("tree"), left);
        events.await(1);
        loop.linger(20);
        Files.createFile(left.resolve("below/f"));
        Path last = Files.createFile(watched.resolve("last"));
        events.await(2);
        assertThat(texts(events)).containsExactly(
                watched.resolve("tree")
                        + (bed.caps().has(Cap.TELLS_EVERY_CHANGE) ? ": moved from, directory" : ": deleted, directory"),
                last + ": created");
    }

    @Test
    void aFileThatIsRenamedIsOnePair(Ring ring, Loop loop, Path directory) throws Exception {
        Path from = Files.createFile(directory.resolve("from"));
        Path to = directory.resolve("to");
        FileWatcher watcher = watcher(ring, loop);
        loop.await(watcher.prepareWatch(directory, Interest.MOVE));
        Items<FileEvent> events = loop.start(watcher.prepareEventEach());
        Files.move(from, to);
        events.await(2);
        Files.move(to, from);
        events.await(4);
        assertThat(events.items().stream().map(FileEvent::path)).containsExactly(from, to, to, from);
        assertThat(events.items().get(1).from()).contains(from);
        assertThat(events.items().get(3).from()).contains(to);
        assertThat(events.items().get(0).from()).isEmpty();
    }

    // ---- taking events

    @Test
    @Parity("beyond/watch_added_while_iterating")
    void watchesAreAddedWhileEventsAreTaken(Ring ring, Loop loop, Path directory) throws Exception {
        FileWatcher watcher = watcher(ring, loop);
        Items<FileEvent> events = loop.start(watcher.prepareEventEach());
        loop.settle();
        loop.await(watcher.prepareWatch(directory, Interest.CREATE));
        Files.createFile(directory.resolve("f"));
        assertThat(events.await(1).getFirst().fileCreated()).isTrue();
    }

    @Test
    void whatWasNotToldIsToldTheNextTime(Ring ring, Loop loop, Path directory, Caps caps) throws Exception {
        FileWatcher watcher = watcher(ring, loop);
        loop.await(watcher.prepareWatch(directory, Interest.CREATE));
        for (int i = 0; i < 100; i++) {
            Files.createFile(directory.resolve("f" + (100 + i)));
        }
        Iteration<FileEvent> iteration = watcher.prepareEventEach();
        AtomicInteger taken = new AtomicInteger();
        Items<FileEvent> first = loop.start(iteration, event -> {
            if (taken.incrementAndGet() == 3) {
                iteration.cancel();
            }
        });
        first.failure(CancellationException.class);
        assertThat(first.size()).isEqualTo(3);
        Items<FileEvent> second = loop.start(watcher.prepareEventEach());
        second.await(97);
        List<Path> told = Stream.of(first, second)
                .flatMap(items -> items.items().stream().map(FileEvent::path))
                .toList();
        requireNumbered(told, directory, 100, caps);
    }

    @Test
    void pausedItTellsNothingAndLosesNothing(Ring ring, Loop loop, Path directory, Caps caps) throws Exception {
        FileWatcher watcher = watcher(ring, loop);
        loop.await(watcher.prepareWatch(directory, Interest.CREATE));
        Items<FileEvent> events = loop.start(watcher.prepareEventEach());
        loop.settle();
        events.iteration().pause();
        for (int i = 0; i < 200; i++) {
            Files.createFile(directory.resolve("f" + (100 + i)));
        }
        loop.linger(20);
        assertThat(events.size()).isZero();
        events.iteration().resume();
        events.await(200);
        requireNumbered(events.items().stream().map(FileEvent::path).toList(), directory, 200, caps);
    }

    @Test
    void oneTakesThemAtATime(Ring ring, Loop loop) {
        FileWatcher watcher = watcher(ring, loop);
        loop.start(watcher.prepareEventEach());
        assertThatThrownBy(() -> loop.start(watcher.prepareEventEach())).isInstanceOf(ReadPendingException.class);
    }

    @Test
    void closingEndsEverything(Ring ring, Loop loop, Path directory) throws Exception {
        FileWatcher watcher = watcher(ring, loop);
        FileWatcher.Watch watch = loop.await(watcher.prepareWatch(directory, Interest.CREATE).recursive());
        Items<FileEvent> events = loop.start(watcher.prepareEventEach());
        loop.settle();
        Files.createDirectories(directory.resolve("a/b/c"));
        loop.turn();
        watcher.close();
        events.failure(AsynchronousCloseException.class);
        loop.start(watcher.prepareUnwatch(watch)).failure(ClosedChannelException.class);
        loop.start(watcher.prepareWatch(directory, Interest.ALL)).failure(ClosedChannelException.class);
    }

    @Test
    void aWalkThroughALargeTreeHoldsNobodyUp(Ring ring, Loop loop, Path directory, Caps caps) throws Exception {
        int many = caps.has(Cap.WATCHES_MANY_FILES) ? 300 : 40;
        for (int i = 0; i < many; i++) {
            Files.createDirectories(directory.resolve("d" + i % 10 + "/e" + i));
        }
        FileWatcher watcher = watcher(ring, loop);
        Outcome<FileWatcher.Watch> watch = loop.start(watcher.prepareWatch(directory, Interest.CREATE).recursive());
        for (int i = 0; i < 20; i++) {
            assertThat(loop.await(ring.prepareNop())).isZero();
        }
        watch.value();
        Items<FileEvent> events = loop.start(watcher.prepareEventEach());
        Path last = Files.createFile(directory.resolve("d9/e" + (many - 1) + "/f"));
        events.await(1);
        assertThat(texts(events)).containsExactly(last + ": created");
    }
}
