package dev.ringway.bench.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.CompletionHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// Reads with [AsynchronousFileChannel] on a pool of threads, all of them on the one core.
final class AsyncChannelReads extends ReadProgram {
    private final AsynchronousFileChannel file;
    private final List<ByteBuffer> buffers = new ArrayList<>();
    private CountDownLatch left = new CountDownLatch(0);
    private volatile @Nullable Throwable failed;

    private AsyncChannelReads(AsynchronousFileChannel file) {
        this.file = file;
        for (int i = 0; i < DEPTH_MAX; i++) {
            buffers.add(ByteBuffer.allocateDirect(2 * TestFile.BLOCK)
                    .alignedSlice(TestFile.BLOCK).slice(0, TestFile.BLOCK));
        }
    }

    /// Arguments: the file, `cached` or `direct`, and how many threads.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (ExecutorService threads = Executors.newFixedThreadPool(Integer.parseInt(arguments[2]));
                AsynchronousFileChannel file =
                        AsynchronousFileChannel.open(file(arguments), options(arguments), threads)) {
            new AsyncChannelReads(file).obey("");
        }
    }

    @Override
    void read(int depth) throws IOException, InterruptedException {
        left = new CountDownLatch(depth);
        buffers.subList(0, depth).forEach(buffer -> start(new Reading(buffer)));
        left.await();
        if (failed != null) {
            throw new IOException(failed);
        }
    }

    private synchronized long next() {
        return nextBlock();
    }

    private synchronized boolean another() {
        return goesOn();
    }

    private void start(Reading reading) {
        reading.block = next();
        file.read(reading.buffer.clear(), reading.block * TestFile.BLOCK, reading, reading);
    }

    /// One of the reads in flight.
    private final class Reading implements CompletionHandler<Integer, Reading> {
        private final ByteBuffer buffer;
        private long block;

        Reading(ByteBuffer buffer) {
            this.buffer = buffer;
        }

        @Override
        public void completed(Integer count, Reading same) {
            try {
                if (count != TestFile.BLOCK) {
                    throw new IOException("a short read");
                }
                if (isChecking()) {
                    TestFile.requireBlock(block, buffer.flip());
                }
            } catch (IOException | RuntimeException wrong) {
                failed(wrong, same);
                return;
            }
            if (another()) {
                start(this);
            } else {
                left.countDown();
            }
        }

        @Override
        public void failed(Throwable failure, Reading same) {
            failed = failure;
            left.countDown();
        }
    }
}
