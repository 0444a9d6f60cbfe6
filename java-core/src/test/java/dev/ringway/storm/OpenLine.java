package dev.ringway.storm;

import dev.ringway.AsyncFd;
import dev.ringway.AsyncFile;
import dev.ringway.RingFiles;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.testing.Libc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Opens of a regular file, there already or made anew, or of a FIFO, whose other end is opened by the peer.
///
/// There is no handle to close. The open of a FIFO waits for the other end: where io_uring runs it the kernel can be
/// told to stop waiting, on the offload executor nobody can, so that there the peer goes on until it has happened.
final class OpenLine extends Line {
    private static final Way[] WAYS = {Way.OWNER, Way.OTHER, Way.TIMEOUT};
    private static final OpenOption[][] MODES = {
        {StandardOpenOption.READ},
        {StandardOpenOption.WRITE},
        {StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING},
    };
    private static final int AGAIN_NANOS = 100_000;

    private final boolean fifo;
    private final Path path;
    private final MemorySegment name;
    /// The open that the peer helps with; counted, as it looks from another thread.
    private volatile long present;

    OpenLine(Storm storm, int number, Path directory, boolean fifo) {
        super(storm, number);
        this.fifo = fifo;
        path = directory.resolve((fifo ? "fifo-" : "file-") + number);
        byte[] bytes = path.toString().getBytes(StandardCharsets.UTF_8);
        name = Arena.ofAuto().allocate(bytes.length + 1L);
        Memory.copy(bytes, 0, name.address(), bytes.length);
    }

    private Kind kind() {
        return fifo ? Kind.OPEN_FIFO : Kind.OPEN_FILE;
    }

    @Override
    Way[] ways() {
        return WAYS;
    }

    @Override
    AsyncFd target() {
        throw new AssertionError("an open has nothing to close");
    }

    @Override
    Runnable peerAct() {
        return fifo ? this::openOtherEnd : () -> {};
    }

    /// Read and write at once: that never waits, and either side finds its partner.
    private void openOtherEnd() {
        int flags = Linux.O_RDWR() | Linux.O_CLOEXEC();
        int fd = Probe.value(Probe.SYS.openat(Linux.AT_FDCWD(), name.address(), flags, 0), "openat");
        Probe.SYS.close(fd);
    }

    private void openOtherEndUntilOver(long turn) {
        if (present == turn) {
            openOtherEnd();
            storm.peer.after(AGAIN_NANOS, () -> openOtherEndUntilOver(turn));
        }
    }

    @Override
    Shot prepare(Way way, @Nullable Duration limit) {
        RingFiles.Open open =
                storm.ring.files().prepareOpen(path, MODES[storm.random.nextInt(fifo ? 2 : MODES.length)]);
        if (limit != null) {
            open.timeout(limit);
        }
        long turn = present;
        if (fifo && !isUring()) {
            storm.peer.after(AGAIN_NANOS, () -> openOtherEndUntilOver(turn));
        }
        Shot[] self = new Shot[1];
        Shot shot = new Shot(way, open, () -> open.start((file, failure) -> {
            present = turn + 1;
            if (file == null == (failure == null)) {
                storm.wrong(this + ": " + file + " and " + failure);
            }
            if (file != null) {
                close(file);
            }
            completed(kind(), self[0], outcome(self[0], failure), failure);
        }), open::cancel);
        self[0] = shot;
        return shot;
    }

    private void close(AsyncFile file) {
        if (storm.random.nextBoolean()) {
            file.close();
        } else {
            storm.other.now(file::close);
        }
    }

    @Override
    void renew() {
        try {
            if (fifo) {
                Libc.mkfifo(path);
            } else {
                Files.writeString(path, "some content");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        next();
    }

    @Override
    void retire() {
        end();
    }
}
