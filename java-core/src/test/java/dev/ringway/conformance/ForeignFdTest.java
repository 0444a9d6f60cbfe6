package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncSink;
import dev.ringway.AsyncSource;
import dev.ringway.Buf;
import dev.ringway.ErrnoException;
import dev.ringway.Ring;
import dev.ringway.internal.ffi.LinuxSys;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.TestBed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Fds that Ringway did not make: blocking ones, which somebody else may share.
@EveryBackend
class ForeignFdTest {
    private static final Sys SYS = new LinuxSys();

    /// Two fds of a pipe: the end to read from, and the end to write to.
    private static int[] pipe(int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment fds = arena.allocate(ValueLayout.JAVA_INT, 2);
            assertThat(SYS.pipe2(fds.address(), Linux.O_CLOEXEC() | flags)).isZero();
            return fds.toArray(ValueLayout.JAVA_INT);
        }
    }

    private static AsyncSource source(Ring ring, Loop loop, int fd) throws IOException {
        return loop.keep(ring.streams().source(fd));
    }

    private static AsyncSink sink(Ring ring, Loop loop, int fd) throws IOException {
        return loop.keep(ring.streams().sink(fd));
    }

    @ParameterizedTest(name = "O_NONBLOCK: {0}")
    @ValueSource(booleans = {false, true})
    @Tag("H25")
    void aPipeIsReadAndWritten(boolean nonBlocking, Ring ring, Loop loop) throws IOException {
        int[] fds = pipe(nonBlocking ? Linux.O_NONBLOCK() : 0);
        AsyncSource source = source(ring, loop, fds[0]);
        AsyncSink sink = sink(ring, loop, fds[1]);
        byte[] content = new byte[500_000];
        new Random(3).nextBytes(content);
        Buf buf = loop.buffer(content.length);
        Count read = loop.start(source.prepareReadN(buf, content.length));
        loop.linger(10);
        assertThat(read.isDone()).isFalse();
        loop.await(sink.prepareWriteAll(loop.bufferOf(content)));
        read.value();
        assertThat(buf.getAll()).isEqualTo(content);
        assertThat((SYS.fcntl(fds[0], Linux.F_GETFL(), 0) & Linux.O_NONBLOCK()) != 0).isEqualTo(nonBlocking);
    }

    /// A pipe with a little room says that it can be written; a plain write of more would block everybody.
    @Test
    void aLongWriteDoesNotHoldTheLoopUp(Ring ring, Loop loop) throws IOException {
        int[] fds = pipe(0);
        AsyncSource source = source(ring, loop, fds[0]);
        AsyncSink sink = sink(ring, loop, fds[1]);
        loop.await(sink.prepareWriteAll(loop.bufferOf(new byte[60_000])));
        Count write = loop.start(sink.prepareWriteAll(loop.bufferOf(new byte[100_000])));
        Count nop = loop.start(ring.prepareNop());
        assertThat(nop.value()).isZero();
        assertThat(write.isDone()).isFalse();
        loop.await(source.prepareReadN(loop.buffer(160_000), 160_000));
        write.value();
    }

    @Test
    void readEachReadsToTheEnd(Ring ring, Loop loop) throws IOException {
        int[] fds = pipe(0);
        AsyncSource source = source(ring, loop, fds[0]);
        AsyncSink sink = sink(ring, loop, fds[1]);
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        Items<Buf> items = loop.start(source.prepareReadEach(loop.pool(4, 1024)), lease -> {
            read.writeBytes(lease.getAll());
            lease.release();
        });
        loop.await(sink.prepareWriteAll(loop.bufferOf("x".repeat(100_000))));
        sink.close();
        items.awaitEnd();
        assertThat(read.toString(UTF_8)).isEqualTo("x".repeat(100_000));
    }

    /// A file and a device cannot be waited for at all.
    @Test
    @Tag("H26")
    void aFileAndADeviceAreStreamsToo(Ring ring, Loop loop, Path directory) throws IOException {
        Path path = Files.writeString(directory.resolve("file"), "y".repeat(10_000));
        AsyncSource file = source(ring, loop, open(path, Linux.O_RDONLY()));
        Buf buf = loop.buffer(4);
        loop.await(file.prepareReadN(buf, 4));
        assertThat(buf.getText(UTF_8)).isEqualTo("yyyy");
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        Items<Buf> items = loop.start(file.prepareReadEach(loop.pool(4, 1024)), lease -> {
            read.writeBytes(lease.getAll());
            lease.release();
        });
        items.awaitEnd();
        assertThat(read.size()).isEqualTo(9_996);
        AsyncSink nowhere = sink(ring, loop, open(Path.of("/dev/null"), Linux.O_RDWR()));
        assertThat(loop.await(nowhere.prepareWriteAll(loop.bufferOf("gone")))).isEqualTo(4);
    }

    /// A pipe that is asked not to wait, and a file, which is read elsewhere.
    @Test
    void severalBuffersAtOnce(Ring ring, Loop loop, Path directory) throws IOException {
        int[] fds = pipe(0);
        AsyncSource source = source(ring, loop, fds[0]);
        AsyncSink sink = sink(ring, loop, fds[1]);
        Buf[] parts = {loop.bufferOf("0".repeat(50_000)), loop.bufferOf("1".repeat(50_000))};
        Count write = loop.start(sink.prepareWriteAll(parts));
        loop.linger(10);
        assertThat(write.isDone()).isFalse();
        Buf[] rooms = {loop.buffer(70_000), loop.buffer(30_000)};
        loop.await(source.prepareReadN(rooms, 100_000));
        assertThat(write.value()).isEqualTo(100_000);
        assertThat(rooms[0].getText(UTF_8) + rooms[1].getText(UTF_8))
                .isEqualTo("0".repeat(50_000) + "1".repeat(50_000));
        Path path = Files.writeString(directory.resolve("file"), "content");
        AsyncSource file = source(ring, loop, open(path, Linux.O_RDONLY()));
        Buf[] halves = {loop.buffer(3), loop.buffer(10)};
        loop.await(file.prepareReadN(halves, 7));
        assertThat(halves[0].getText(UTF_8) + "," + halves[1].getText(UTF_8)).isEqualTo("con,tent");
        AsyncSink append = sink(ring, loop, open(path, Linux.O_WRONLY() | Linux.O_APPEND()));
        loop.await(append.prepareWriteAll(new Buf[] {loop.bufferOf(", "), loop.bufferOf("more")}));
        assertThat(Files.readString(path)).isEqualTo("content, more");
    }

    private static int open(Path path, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            long name = arena.allocateFrom(path.toString()).address();
            return SYS.openat(Linux.AT_FDCWD(), name, flags | Linux.O_CLOEXEC(), 0);
        }
    }

    /// Also where the reads are made on another thread, which the pool is not for.
    @Test
    void anEmptyPoolHoldsReadEachOfAFileUp(Ring ring, Loop loop, Path directory) throws IOException {
        Path path = Files.writeString(directory.resolve("file"), "z".repeat(5_000));
        AsyncSource file = source(ring, loop, open(path, Linux.O_RDONLY()));
        List<Buf> held = new ArrayList<>();
        Items<Buf> items = loop.start(file.prepareReadEach(loop.pool(2, 1024)), held::add);
        items.await(2);
        loop.linger(20);
        assertThat(held).hasSize(2);
        int[] bytes = {0};
        loop.until("everything has been read", () -> {
            held.forEach(lease -> {
                bytes[0] += lease.readable();
                lease.release();
            });
            held.clear();
            return bytes[0] == 5_000;
        });
        items.awaitEnd();
    }

    /// What somebody else has made non-blocking is not to be watched, but looked after.
    @Test
    void aNonBlockingTerminalIsRead(Ring ring, Loop loop) throws IOException {
        try (Terminal terminal = Terminal.open(SYS)) {
            int flags = SYS.fcntl(terminal.inside(), Linux.F_GETFL(), 0);
            SYS.fcntl(terminal.inside(), Linux.F_SETFL(), flags | Linux.O_NONBLOCK());
            AsyncSource keyboard = source(ring, loop, SYS.dup(terminal.inside()));
            Buf buf = loop.buffer(64);
            Count read = loop.start(keyboard.prepareReadN(buf, 6));
            loop.linger(10);
            assertThat(read.isDone()).isFalse();
            terminal.type("hello\n");
            for (int i = 0; i < 200 && !read.isDone(); i++) {
                loop.pass(Duration.ofMillis(10));
            }
            assertThat(read.value()).isEqualTo(6);
            Count cancelled = loop.start(keyboard.prepareRead(buf));
            loop.linger(10);
            cancelled.cancel();
            cancelled.failure(CancellationException.class);
        }
    }

    @Test
    void aTerminalIsReadAndWritten(Ring ring, Loop loop) throws IOException {
        try (Terminal terminal = Terminal.open(SYS)) {
            AsyncSource keyboard = source(ring, loop, SYS.dup(terminal.inside()));
            AsyncSink screen = sink(ring, loop, SYS.dup(terminal.inside()));
            Buf buf = loop.buffer(64);
            Count read = loop.start(keyboard.prepareReadN(buf, 6));
            loop.linger(10);
            assertThat(read.isDone()).isFalse();
            terminal.type("hello\nthere\n");
            assertThat(read.value()).isEqualTo(6);
            assertThat(buf.getText(UTF_8)).isEqualTo("hello\n");
            assertThat(loop.await(keyboard.prepareReadN(buf, 6))).isEqualTo(6);
            assertThat(loop.await(screen.prepareWriteAll(loop.bufferOf("bye")))).isEqualTo(3);
        }
    }

    /// The next reader gets them.
    @Test
    void aCancelledReadTakesNothing(Ring ring, Loop loop, Caps caps) throws IOException {
        int[] fds = pipe(0);
        AsyncSource source = source(ring, loop, fds[0]);
        AsyncSink sink = sink(ring, loop, fds[1]);
        Buf first = loop.buffer(10);
        Count read = loop.start(source.prepareRead(first));
        loop.settle();
        read.cancel();
        if (caps.has(Cap.READS_WITHOUT_WAITING)) {
            read.failure(CancellationException.class);
        }
        loop.await(sink.prepareWriteAll(loop.bufferOf("later")));
        // Where a thread was in the call already, it takes what comes, and says so.
        loop.until("the cancelled read has ended", read::isDone);
        Buf second = loop.buffer(10);
        if (first.readable() == 0) {
            loop.await(source.prepareReadN(second, 5));
        } else {
            assertThat(caps.has(Cap.READS_WITHOUT_WAITING)).isFalse();
        }
        assertThat(first.getText(UTF_8) + second.getText(UTF_8)).isEqualTo("later");
    }

    @Test
    void isClosedWithItsHandle(Ring ring, Loop loop) throws IOException {
        int[] fds = pipe(0);
        source(ring, loop, fds[0]).close();
        assertThat(SYS.fcntl(fds[0], Linux.F_GETFL(), 0)).isNegative();
        sink(ring, loop, fds[1]).close();
        assertThat(SYS.fcntl(fds[1], Linux.F_GETFL(), 0)).isNegative();
    }

    /// Another thread has taken it over, and the polling thread is quicker than the news.
    @Test
    void isClosedOnceEvenBeforeItsRingHasHeardOfIt(Ring ring, Loop loop) throws Exception {
        int[] fds = pipe(0);
        AtomicReference<AsyncSource> taken = new AtomicReference<>();
        Thread other = Thread.ofPlatform().start(() -> {
            try {
                taken.set(ring.streams().source(fds[0]));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        other.join();
        taken.get().close();
        assertThat(SYS.fcntl(fds[0], Linux.F_GETFL(), 0)).isNegative();
        int heir = SYS.dup(fds[1]);
        assertThat(heir).isEqualTo(fds[0]);
        loop.settle();
        loop.closeRing();
        assertThat(SYS.close(heir)).isZero();
        assertThat(SYS.close(fds[1])).isZero();
    }

    @Test
    void standardStreamsStayOpen(Ring ring, Loop loop) throws IOException {
        for (int i = 0; i < 3; i++) {
            ring.streams().stdin().close();
            ring.streams().stdout().close();
            ring.streams().stderr().close();
        }
        for (int fd = 0; fd < 3; fd++) {
            assertThat(SYS.fcntl(fd, Linux.F_GETFL(), 0)).isNotNegative();
        }
        assertThat(loop.await(loop.keep(ring.streams().stderr()).prepareWriteAll(loop.bufferOf("")))).isZero();
    }

    @Test
    void whatIsNoneIsRefused(Ring ring, Loop loop, TestBed bed) {
        assertThatThrownBy(() -> ring.streams().source(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("fd -1");
        assertThatThrownBy(() -> ring.streams().source(987_654))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("EBADF");
        int[] fds = pipe(0);
        assertThatThrownBy(() -> ring.streams().source(fds[1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not open for reading");
        assertThatThrownBy(() -> ring.streams().sink(fds[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not open for writing");
        SYS.close(fds[0]);
        SYS.close(fds[1]);
    }
}
