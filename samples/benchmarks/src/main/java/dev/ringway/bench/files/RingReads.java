package dev.ringway.bench.files;

import dev.ringway.AsyncFile;
import dev.ringway.Buf;
import dev.ringway.IntCompletion;
import dev.ringway.IntOperation;
import dev.ringway.Ring;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads with callbacks, on the thread that turns the ring; every operation is prepared once.
final class RingReads extends ReadProgram {
    private static final Duration FOREVER = Duration.ofSeconds(-1);

    private final Ring ring;
    private final boolean batched;
    private final List<Reading> readings = new ArrayList<>();
    private int inFlight;
    private @Nullable Throwable failed;

    private RingReads(Ring ring, AsyncFile file, boolean direct, String how) {
        this.ring = ring;
        this.batched = how.equals("batch");
        List<Buf> registered = how.equals("plain") ? List.of() : ring.registeredBuffers(DEPTH_MAX, TestFile.BLOCK);
        for (int i = 0; i < DEPTH_MAX; i++) {
            Buf buf = how.equals("plain") ? plain(ring, direct) : registered.get(i);
            readings.add(new Reading(file, buf));
        }
    }

    private static Buf plain(Ring ring, boolean direct) {
        return direct
                ? Buf.adopt(ByteBuffer.allocateDirect(2 * TestFile.BLOCK).alignedSlice(TestFile.BLOCK)
                        .slice(0, TestFile.BLOCK).limit(0))
                : ring.buffer(TestFile.BLOCK);
    }

    /// Arguments: the file, `cached` or `direct`, and `plain`, `registered` or `batch`.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (Ring ring = Ring.create()) {
            List<AsyncFile> opened = new ArrayList<>();
            ring.files().open(file(arguments), options(arguments), (file, failure) -> {
                if (file == null) {
                    throw new IllegalStateException(failure);
                }
                opened.add(file);
            });
            while (opened.isEmpty()) {
                ring.poll(FOREVER);
            }
            try (AsyncFile file = opened.getFirst()) {
                new RingReads(ring, file, isDirect(arguments), arguments[2]).obey(ring.backend().toString());
            }
        }
    }

    @Override
    void read(int depth) throws IOException {
        if (batched) {
            Together together = new Together(readings.subList(0, depth));
            inFlight = 1;
            together.start();
        } else {
            inFlight = depth;
            readings.subList(0, depth).forEach(Reading::start);
        }
        while (inFlight > 0) {
            ring.poll(FOREVER);
        }
        if (failed != null) {
            throw new IOException(failed);
        }
    }

    private void ended(@Nullable Throwable failure) {
        inFlight--;
        failed = failed == null ? failure : failed;
    }

    /// One of the reads in flight.
    private final class Reading implements IntCompletion {
        private final Buf buf;
        private final AsyncFile.Read read;
        private long block;

        Reading(AsyncFile file, Buf buf) {
            this.buf = buf;
            this.read = file.prepareRead(buf);
        }

        AsyncFile.Read prepare() {
            block = nextBlock();
            return read.reset(buf.clear()).from(block * TestFile.BLOCK);
        }

        void start() {
            prepare().start(this);
        }

        void look() {
            if (isChecking()) {
                TestFile.requireBlock(block, ByteBuffer.wrap(buf.getAll()));
            }
        }

        @Override
        public void complete(int count, @Nullable Throwable failure) {
            if (failure != null || count != TestFile.BLOCK) {
                ended(failure != null ? failure : new IOException(count + " bytes"));
                return;
            }
            look();
            if (goesOn() && failed == null) {
                start();
            } else {
                ended(null);
            }
        }
    }

    /// So many reads that begin together, and the next ones when all have ended.
    private final class Together implements IntCompletion {
        private final List<Reading> members;
        private final Ring.Batch batch;

        Together(List<Reading> members) {
            this.members = members;
            List<IntOperation> reads = new ArrayList<>();
            members.forEach(each -> reads.add(each.read));
            this.batch = ring.prepareBatch(reads);
        }

        void start() {
            for (int i = 0; i < members.size(); i++) {
                members.get(i).prepare();
            }
            batch.reset().start(this);
        }

        @Override
        public void complete(int count, @Nullable Throwable failure) {
            if (failure != null) {
                ended(failure);
                return;
            }
            for (int i = 0; i < members.size(); i++) {
                members.get(i).look();
            }
            if (goesOn(count)) {
                start();
            } else {
                ended(null);
            }
        }
    }
}
