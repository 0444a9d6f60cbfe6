package dev.ringway.bench.files;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.ringway.AsyncFile;
import dev.ringway.Buf;
import dev.ringway.IntCompletion;
import dev.ringway.Operation;
import dev.ringway.Ring;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Copies a file: 16 registered buffers, each of which is filled from one place and emptied to the same place of the
/// other file, over and over, independently of the others.
final class RingCopy {
    private static final Duration FOREVER = Duration.ofSeconds(-1);
    private static final int CHUNK = 128 << 10;
    private static final int IN_FLIGHT = 16;

    private final AsyncFile from;
    private final AsyncFile to;
    private long next;
    private int working;
    private @Nullable Throwable failed;

    private RingCopy(AsyncFile from, AsyncFile to) {
        this.from = from;
        this.to = to;
    }

    static void copy(Ring ring, Path source, Path target) throws IOException {
        try (AsyncFile from = await(ring, ring.files().prepareOpen(source));
                AsyncFile to = await(ring, ring.files().prepareOpen(target, WRITE, CREATE, TRUNCATE_EXISTING))) {
            RingCopy copy = new RingCopy(from, to);
            List<Buf> bufs = ring.registeredBuffers(IN_FLIGHT, CHUNK);
            copy.working = IN_FLIGHT;
            bufs.forEach(buf -> copy.new Mover(buf).read());
            while (copy.working > 0) {
                ring.poll(FOREVER);
            }
            bufs.forEach(Buf::release);
            if (copy.failed != null) {
                throw new IOException(copy.failed);
            }
        }
    }

    private static AsyncFile await(Ring ring, Operation<AsyncFile> open) throws IOException {
        List<@Nullable Throwable> ended = new ArrayList<>();
        open.start((file, failure) -> ended.add(failure));
        while (ended.isEmpty()) {
            ring.poll(FOREVER);
        }
        return open.result();
    }

    /// Moves one chunk at a time.
    private final class Mover {
        private final Buf buf;
        private final AsyncFile.Read read;
        private final AsyncFile.Write write;
        private final IntCompletion readDone = this::haveRead;
        private final IntCompletion writeDone = this::haveWritten;
        private long at;
        private int wanted;

        Mover(Buf buf) {
            this.buf = buf;
            this.read = from.prepareRead(buf);
            this.write = to.prepareWriteAll(buf);
        }

        void read() {
            at = next;
            wanted = (int) Math.min(CHUNK, TestFile.BYTES - at);
            next += wanted;
            if (wanted == 0 || failed != null) {
                working--;
            } else {
                buf.clear();
                readMore();
            }
        }

        private void readMore() {
            read.reset(buf).from(at + buf.readable()).start(readDone);
        }

        private void haveRead(int count, @Nullable Throwable failure) {
            if (failure != null || count < 0) {
                end(failure != null ? failure : new EOFException());
            } else if (buf.readable() < wanted) {
                readMore();
            } else {
                write.reset(buf).at(at).start(writeDone);
            }
        }

        private void haveWritten(int count, @Nullable Throwable failure) {
            if (failure != null) {
                end(failure);
            } else {
                read();
            }
        }

        private void end(Throwable failure) {
            failed = failure;
            working--;
        }
    }
}
