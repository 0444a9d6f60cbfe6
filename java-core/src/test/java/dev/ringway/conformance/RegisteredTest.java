package dev.ringway.conformance;

import static dev.ringway.testing.Content.random;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncFile;
import dev.ringway.Buf;
import dev.ringway.Ring;
import dev.ringway.TestRings;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Libc;
import dev.ringway.testing.Loop;
import dev.ringway.testing.TestBed;
import java.io.RandomAccessFile;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Buffers and files that the kernel knows by an index, where it can; and the same program where it cannot.
@EveryBackend
class RegisteredTest {
    /// Transfers after which a file has been registered.
    private static final int BUSY = 70;

    private static AsyncFile open(Loop loop, Path directory, String name) {
        return loop.await(loop.ring().files().prepareOpen(directory.resolve(name), READ, WRITE, CREATE));
    }

    /// Through every part of a buffer: what is appended behind content, what is left of content that was half consumed.
    @Test
    void whatIsWrittenIsRead(TestBed bed, Path directory, Caps caps) throws Exception {
        SeesEntries[] sys = new SeesEntries[1];
        Loop loop = bed.loop(options -> {
            sys[0] = new SeesEntries(options.sys);
            options.sys = sys[0];
        });
        List<Buf> bufs = loop.registeredBuffers(5, 5000);
        byte[] content = random(5 * 5000);
        Path path = directory.resolve("file");
        AsyncFile file = loop.await(loop.ring().files().prepareOpen(path, READ, WRITE, CREATE));
        for (int i = 0; i < 5; i++) {
            bufs.get(i).put((byte) 1).put(content, i * 5000, 4999).skip(1);
            assertThat(loop.await(file.prepareWriteAll(bufs.get(i)).at(i * 4999L))).isEqualTo(4999);
            assertThat(bufs.get(i).readable()).isZero();
        }
        byte[] written = Files.readAllBytes(path);
        for (int i = 0; i < 5; i++) {
            assertThat(Arrays.copyOfRange(written, i * 4999, (i + 1) * 4999))
                    .isEqualTo(Arrays.copyOfRange(content, i * 5000, i * 5000 + 4999));
        }
        for (int round = 0; round < BUSY; round++) {
            int from = 211 * round;
            Buf buf = bufs.get(round % 5).clear().put("<").put("123");
            assertThat(loop.await(file.prepareReadN(buf, 1000).from(from))).isEqualTo(1000);
            assertThat(new String(buf.getAll(), 0, 4, UTF_8)).isEqualTo("<123");
            buf.clear().put("<");
            int moved = loop.await(round % 2 == 0 ? file.prepareRead(buf) : file.prepareRead(buf).from(from));
            assertThat(buf.readable()).isEqualTo(1 + Math.max(moved, 0));
            buf.clear();
            assertThat(loop.await(file.prepareReadN(buf, 1000).from(from))).isEqualTo(1000);
            assertThat(buf.getAll()).isEqualTo(Arrays.copyOfRange(written, from, from + 1000));
        }
        assertThat(sys[0].seen()).isEqualTo(caps.has(Cap.REGISTERS_BUFFERS_AND_FILES)
                ? Set.of("READ_FIXED", "WRITE_FIXED", "FIXED_FILE")
                : Set.of());
    }

    @Test
    void everyBufferIsAlignedAndOnItsOwn(Loop loop, Path directory) throws Exception {
        List<Buf> bufs = loop.registeredBuffers(3, 10);
        for (Buf buf : bufs) {
            assertThat(buf.capacity()).isEqualTo(10);
            assertThat(buf.readable()).isZero();
            assertThat(TestRings.address(buf) % 4096).isZero();
        }
        Files.writeString(directory.resolve("file"), "0123456789abcdefghij");
        AsyncFile file = loop.await(loop.ring().files().prepareOpen(directory.resolve("file")));
        assertThat(loop.await(file.prepareReadN(bufs.get(1), 10))).isEqualTo(10);
        assertThat(bufs.get(1).getText(UTF_8)).isEqualTo("0123456789");
        assertThat(bufs.get(0).readable() + bufs.get(2).readable()).isZero();
    }

    @Test
    void aVectoredTransferTakesThem(TestBed bed, Path directory) throws Exception {
        Loop loop = bed.loop();
        Files.writeString(directory.resolve("file"), "0123456789");
        AsyncFile file = loop.await(loop.ring().files().prepareOpen(directory.resolve("file")));
        List<Buf> bufs = loop.registeredBuffers(2, 4);
        Buf plain = loop.buffer(2);
        assertThat(loop.await(file.prepareReadN(new Buf[] {bufs.get(1), plain, bufs.get(0)}, 10))).isEqualTo(10);
        assertThat(bufs.get(1).getText(UTF_8) + plain.getText(UTF_8) + bufs.get(0).getText(UTF_8))
                .isEqualTo("0123456789");
    }

    @Test
    void aReleasedOneCannotBeUsed(Loop loop, Path directory) {
        Buf buf = loop.registeredBuffers(2, 100).getFirst();
        AsyncFile file = open(loop, directory, "file");
        buf.release();
        assertThatThrownBy(() -> loop.start(file.prepareRead(buf)))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("released");
        assertThatThrownBy(() -> buf.put((byte) 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(buf::release).isInstanceOf(IllegalStateException.class);
    }

    /// Both rings have registered something under the same index, so that a mistaken one would be noticed.
    @Test
    void anotherRingUsesThemAsPlainOnes(TestBed bed, Loop loop, Path directory) throws Exception {
        Files.writeString(directory.resolve("file"), "0123456789");
        List<Buf> mine = loop.registeredBuffers(4, 100);
        Loop other = bed.loop(options -> {});
        List<Buf> others = other.registeredBuffers(4, 100);
        other.turn();
        AsyncFile file = loop.await(loop.ring().files().prepareOpen(directory.resolve("file")));
        for (Buf buf : List.of(mine.get(1), others.get(1), others.get(2))) {
            assertThat(loop.await(file.prepareReadN(buf, 5).from(5))).isEqualTo(5);
            assertThat(buf.getText(UTF_8)).isEqualTo("56789");
        }
    }

    /// More often than there are slots.
    @Test
    void theyAreRegisteredUntilTheLastIsReleased(Loop loop, Path directory, Caps caps) {
        int expected = caps.has(Cap.REGISTERS_BUFFERS_AND_FILES) ? 1 : 0;
        AsyncFile file = open(loop, directory, "file");
        loop.await(file.prepareWriteAll(loop.bufferOf("content")));
        for (int round = 0; round < 1100; round++) {
            List<Buf> bufs = loop.ring().registeredBuffers(2, 8);
            assertThat(loop.registered()).isEqualTo(expected);
            bufs.get(round % 2).release();
            assertThat(loop.registered()).isEqualTo(expected);
            if (round % 100 == 0) {
                assertThat(loop.await(file.prepareReadN(bufs.get((round + 1) % 2), 7).from(0))).isEqualTo(7);
            }
            bufs.get((round + 1) % 2).release();
            assertThat(loop.registered()).isZero();
        }
    }

    @Test
    void whereThereIsNoSlotLeftTheyArePlain(TestBed bed, Path directory, Caps caps) {
        SeesEntries[] sys = new SeesEntries[1];
        Loop loop = bed.loop(options -> {
            sys[0] = new SeesEntries(options.sys);
            options.sys = sys[0];
        });
        for (int i = 0; i < 1024; i++) {
            loop.registeredBuffers(1, 8);
        }
        Buf last = loop.registeredBuffers(1, 8).getFirst().put("content");
        loop.turn();
        assertThat(loop.registered()).isEqualTo(caps.has(Cap.REGISTERS_BUFFERS_AND_FILES) ? 1024 : 0);
        AsyncFile file = open(loop, directory, "file");
        assertThat(loop.await(file.prepareWriteAll(last))).isEqualTo(7);
        assertThat(loop.await(file.prepareReadN(last.clear(), 7).from(0))).isEqualTo(7);
        assertThat(last.getText(UTF_8)).isEqualTo("content");
        assertThat(sys[0].seen()).isEmpty();
    }

    @Test
    void oneThatIsReleasedWhileInFlightIsRegisteredUntilItEnds(Loop loop, Path directory, Caps caps) throws Exception {
        Path fifo = Libc.mkfifo(directory.resolve("fifo"));
        AsyncFile file = loop.await(loop.ring().files().prepareOpen(fifo, READ, WRITE));
        Buf buf = loop.registeredBuffers(1, 100).getFirst();
        Count read = loop.start(file.prepareRead(buf));
        loop.settle();
        buf.release();
        loop.settle();
        assertThat(loop.registered()).isEqualTo(caps.has(Cap.REGISTERS_BUFFERS_AND_FILES) ? 1 : 0);
        Buf canary = loop.registeredBuffers(1, 100).getFirst().put("canary");
        try (RandomAccessFile writer = new RandomAccessFile(fifo.toFile(), "rw")) {
            writer.writeBytes("hello");
            assertThat(read.value()).isPositive();
        }
        canary.put("+");
        assertThat(canary.getText(UTF_8)).isEqualTo("canary+");
        canary.release();
        loop.until("it is registered no longer", () -> loop.registered() == 0);
    }

    @Test
    void theEndOfTheRingEndsWhatIsInFlight(TestBed bed, Path directory, Caps caps) throws Exception {
        Loop loop = bed.loop(options -> {});
        Path fifo = Libc.mkfifo(directory.resolve("fifo"));
        AsyncFile file = loop.await(loop.ring().files().prepareOpen(fifo, READ, WRITE));
        List<Buf> bufs = loop.registeredBuffers(2, 100);
        bufs.get(1).put("mine");
        Count read = loop.start(file.prepareRead(bufs.get(0)));
        loop.settle();
        try (RandomAccessFile writer = new RandomAccessFile(fifo.toFile(), "rw")) {
            if (!caps.has(Cap.CANCELS_FILE_CALLS)) {
                writer.writeBytes("hello"); // a thread waits for it that cannot be ended
            }
            loop.closeRing();
        }
        if (caps.has(Cap.CANCELS_FILE_CALLS) || read.moved() == 0) { // a thread's call may be interrupted
            read.failure(AsynchronousCloseException.class);
        }
        assertThat(bufs.get(0).readable()).isEqualTo(read.moved());
        assertThat(bufs.get(1).getText(UTF_8)).isEqualTo("mine");
        bufs.forEach(Buf::release);
    }

    /// A kernel that has no memory to lock, or does not want to.
    @Test
    void whereTheKernelRefusesTheyArePlain(TestBed bed, Path directory) throws Exception {
        Files.writeString(directory.resolve("file"), "0123456789");
        Set<Integer> updates = Set.of(Linux.IORING_REGISTER_BUFFERS_UPDATE(), Linux.IORING_REGISTER_FILES_UPDATE2());
        Set<Integer> tables = Set.of(Linux.IORING_REGISTER_BUFFERS2(), Linux.IORING_REGISTER_FILES2());
        for (Set<Integer> refused : List.of(updates, tables)) {
            SeesEntries[] sys = new SeesEntries[1];
            Loop loop = bed.loop(options -> {
                sys[0] = new SeesEntries(options.sys, refused, Errno.ENOMEM);
                options.sys = sys[0];
            });
            AsyncFile file = loop.await(loop.ring().files().prepareOpen(directory.resolve("file")));
            Buf buf = loop.registeredBuffers(2, 5).getFirst();
            for (int i = 0; i < 3 * BUSY; i++) {
                assertThat(loop.await(file.prepareReadN(buf.clear(), 5).from(i % 5))).isEqualTo(5);
                assertThat(buf.getText(UTF_8)).isEqualTo("0123456789".substring(i % 5, i % 5 + 5));
            }
            assertThat(loop.registered()).isZero();
            assertThat(sys[0].seen()).isEmpty();
        }
    }

    /// A file that follows gets the number of one that was closed, and its slot.
    @Test
    void aBusyFileIsRegisteredUntilItIsClosed(Loop loop, Path directory, Caps caps) throws Exception {
        Buf buf = loop.buffer(10);
        for (int round = 0; round < 20; round++) {
            Path path = Files.writeString(directory.resolve("file" + round), "content " + (10 + round));
            AsyncFile file = loop.await(loop.ring().files().prepareOpen(path));
            AsyncFile twin = loop.await(file.prepareDuplicate());
            for (int i = 0; i < BUSY; i++) {
                assertThat(loop.await(file.prepareReadN(buf.clear(), 10).from(0))).isEqualTo(10);
                assertThat(buf.getText(UTF_8)).isEqualTo("content " + (10 + round));
            }
            assertThat(loop.registered()).isEqualTo(caps.has(Cap.REGISTERS_BUFFERS_AND_FILES) ? 1 : 0);
            file.close();
            assertThat(loop.registered()).isZero();
            assertThat(loop.await(twin.prepareReadN(buf.clear(), 10).from(0))).isEqualTo(10);
            assertThat(buf.getText(UTF_8)).isEqualTo("content " + (10 + round));
            twin.close();
        }
    }

    /// One that is not busy is not worth the calls.
    @Test
    void aFileThatIsReadOnceIsNotRegistered(Loop loop, Path directory) {
        AsyncFile file = open(loop, directory, "file");
        loop.await(file.prepareRead(loop.buffer(10)));
        assertThat(loop.registered()).isZero();
    }

    @Test
    void thereMayBeMoreBusyFilesThanSlots(Loop loop, Path directory, Caps caps) throws Exception {
        Path path = Files.writeString(directory.resolve("file"), "content");
        int count = caps.has(Cap.REGISTERS_BUFFERS_AND_FILES) ? 1030 : 10;
        List<AsyncFile> files = new ArrayList<>();
        Buf buf = loop.registeredBuffers(1, 7).getFirst();
        for (int i = 0; i < count; i++) {
            AsyncFile file = loop.await(loop.ring().files().prepareOpen(path));
            files.add(file);
            AsyncFile.Read read = file.prepareRead(buf).from(0);
            for (int transfers = 0; transfers < 64; transfers++) {
                assertThat(loop.await(read.reset(buf.clear()))).isPositive();
            }
        }
        assertThat(loop.registered()).isEqualTo(caps.has(Cap.REGISTERS_BUFFERS_AND_FILES) ? 1 + 1024 : 0);
        for (AsyncFile file : files) {
            assertThat(loop.await(file.prepareReadN(buf.clear(), 7).from(0))).isEqualTo(7);
            assertThat(buf.getText(UTF_8)).isEqualTo("content");
            file.close();
        }
        buf.release();
        assertThat(loop.registered()).isZero();
    }

    @Test
    void badInputIsRefused(Ring ring) {
        assertThatThrownBy(() -> ring.registeredBuffers(0, 10))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0 buffers");
        assertThatThrownBy(() -> ring.registeredBuffers(1, 0))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0 bytes");
        assertThatThrownBy(() -> ring.registeredBuffers(Integer.MAX_VALUE, Integer.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("1073741824");
        assertThatThrownBy(() -> ring.registeredBuffers(262_145, 1))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("1073745920");
    }
}
