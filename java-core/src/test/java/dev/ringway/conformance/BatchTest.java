package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncSource;
import dev.ringway.Buf;
import dev.ringway.IntOperation;
import dev.ringway.PipeEnds;
import dev.ringway.Ring;
import dev.ringway.RingStats;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Row;
import dev.ringway.testing.TestBed;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.channels.ReadPendingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

@EveryBackend
class BatchTest {
    private static final int BLOCK = 64;

    /// Reads of blocks of one file, each at its own offset.
    private static final class Blocks {
        private final byte[] content;
        private final AsyncFile file;
        private final List<Buf> bufs = new ArrayList<>();
        private final List<AsyncFile.ReadN> reads = new ArrayList<>();

        Blocks(Loop loop, Path directory, int count) throws IOException {
            content = new byte[count * BLOCK];
            new Random(count).nextBytes(content);
            Path path = Files.write(directory.resolve("blocks" + count), content);
            file = loop.await(loop.ring().files().prepareOpen(path));
            for (int i = 0; i < count; i++) {
                bufs.add(loop.buffer(BLOCK));
                reads.add(file.prepareReadN(bufs.get(i), BLOCK).from((long) i * BLOCK));
            }
        }

        void reset() {
            for (int i = 0; i < reads.size(); i++) {
                reads.get(i).reset(bufs.get(i).clear(), BLOCK);
            }
        }

        void requireRead() throws IOException {
            for (int i = 0; i < reads.size(); i++) {
                requireRead(i);
            }
        }

        void requireRead(int i) throws IOException {
            assertThat(reads.get(i).isDone()).isTrue();
            assertThat(reads.get(i).failure()).isNull();
            assertThat(reads.get(i).result()).isEqualTo(BLOCK);
            assertThat(bufs.get(i).getAll()).isEqualTo(Arrays.copyOfRange(content, i * BLOCK, (i + 1) * BLOCK));
        }
    }

    /// Of which nothing comes.
    private static AsyncSource silent(Loop loop) {
        PipeEnds pipe = loop.await(loop.ring().streams().preparePipe());
        loop.keep(pipe.sink());
        return loop.keep(pipe.source());
    }

    @Test
    void endsWhenAllHaveEnded(Loop loop, Path directory) throws Exception {
        Blocks blocks = new Blocks(loop, directory, 20);
        assertThat(loop.await(loop.ring().prepareBatch(blocks.reads))).isEqualTo(20);
        blocks.requireRead();
    }

    @Test
    void ofNothingEndsAtOnce(Loop loop) {
        assertThat(loop.await(loop.ring().prepareBatch(List.of()))).isZero();
    }

    @Test
    void mayBeLargerThanTheQueue(Loop loop, Path directory) throws Exception {
        Blocks blocks = new Blocks(loop, directory, 1500);
        assertThat(loop.await(loop.ring().prepareBatch(blocks.reads))).isEqualTo(1500);
        blocks.requireRead();
    }

    /// Where the kernel takes several at once.
    @Test
    void isSubmittedAtOnce(Loop loop, Path directory, Row row) throws Exception {
        Blocks blocks = new Blocks(loop, directory, 100);
        loop.settle();
        RingStats before = loop.ring().stats();
        Count batch = loop.start(loop.ring().prepareBatch(blocks.reads));
        assertThat(loop.ring().stats().since(before).enters()).isZero();
        assertThat(batch.value()).isEqualTo(100);
        blocks.requireRead();
        if (row == Row.IO_URING || row == Row.IO_URING_6_1) {
            assertThat(loop.ring().stats().since(before).enters()).isEqualTo(1);
        } else if (row == Row.IO_URING_SMALL) { // two at a time
            assertThat(loop.ring().stats().since(before).enters()).isGreaterThanOrEqualTo(50);
        }
    }

    /// Each with its own result, and the first failure in their order is that of all.
    @Test
    void oneMayFail(Loop loop, Path directory) throws Exception {
        Blocks blocks = new Blocks(loop, directory, 4);
        Blocks others = new Blocks(loop, directory, 3);
        others.file.close();
        Buf tooFar = loop.buffer(10);
        IntOperation beyond = blocks.file.prepareReadN(tooFar, 10).from(4 * BLOCK - 3);
        List<IntOperation> all = new ArrayList<>(blocks.reads);
        all.add(2, beyond);
        all.addAll(others.reads);
        Count batch = loop.start(loop.ring().prepareBatch(all));
        assertThat(batch.failure(EOFException.class)).hasMessageContaining(blocks.file.toString());
        assertThat(batch.moved()).isEqualTo(4);
        blocks.requireRead();
        assertThat(beyond.failure()).isInstanceOf(EOFException.class);
        assertThat(tooFar.readable()).isEqualTo(3);
        for (AsyncFile.ReadN read : others.reads) {
            assertThat(read.failure()).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(read::result).isInstanceOf(ClosedChannelException.class);
        }
        others.bufs.forEach(buf -> assertThat(buf.readable()).isZero());
    }

    @Test
    void cancellingItEndsThoseInFlight(Loop loop, Path directory) throws Exception {
        Blocks blocks = new Blocks(loop, directory, 3);
        AsyncSource[] silent = {silent(loop), silent(loop)};
        Buf[] bufs = {loop.buffer(10), loop.buffer(10)};
        List<IntOperation> all = new ArrayList<>(blocks.reads);
        all.add(0, silent[0].prepareRead(bufs[0]));
        all.add(silent[1].prepareRead(bufs[1]));
        Count batch = loop.start(loop.ring().prepareBatch(all));
        loop.until("the blocks have been read", () -> blocks.reads.stream().allMatch(IntOperation::isDone));
        loop.settle();
        assertThat(batch.isDone()).isFalse();
        assertThat(bufs[1].isLent()).isTrue();
        batch.cancel();
        batch.failure(CancellationException.class);
        assertThat(batch.moved()).isEqualTo(3);
        blocks.requireRead();
        for (int i : new int[] {0, 4}) {
            assertThat(all.get(i).failure()).isInstanceOf(CancellationException.class);
        }
        bufs[0].put("mine");
        bufs[1].put("mine");
    }

    @Test
    void cancellingOneLeavesTheOthers(Loop loop) {
        AsyncSource[] silent = {silent(loop), silent(loop)};
        Buf[] bufs = {loop.buffer(10), loop.buffer(10)};
        List<IntOperation> all = List.of(silent[0].prepareRead(bufs[0]), silent[1].prepareRead(bufs[1]));
        Count batch = loop.start(loop.ring().prepareBatch(all));
        loop.settle();
        all.get(0).cancel();
        loop.until("it has ended", all.get(0)::isDone);
        loop.settle();
        assertThat(batch.isDone()).isFalse();
        assertThat(all.get(1).isDone()).isFalse();
        silent[1].close();
        batch.failure(CancellationException.class);
        assertThat(all.get(1).failure()).isInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void endsWithItsTimeout(Loop loop, Path directory) throws Exception {
        Blocks blocks = new Blocks(loop, directory, 2);
        Buf buf = loop.buffer(10);
        List<IntOperation> all = new ArrayList<>(blocks.reads);
        all.add(silent(loop).prepareRead(buf));
        Count batch = loop.start(loop.ring().prepareBatch(all).timeout(Duration.ofMillis(50)));
        loop.until("the blocks have been read", () -> blocks.reads.stream().allMatch(IntOperation::isDone));
        loop.pass(Duration.ofMillis(60));
        batch.failure(InterruptedByTimeoutException.class);
        assertThat(batch.moved()).isEqualTo(2);
        blocks.requireRead();
        assertThat(all.get(2).failure()).isInstanceOf(InterruptedByTimeoutException.class);
        assertThat(buf.readable()).isZero();
    }

    @Test
    void oneThatIsDoneInTimeIsNoFailure(Loop loop, Path directory) throws Exception {
        Blocks blocks = new Blocks(loop, directory, 2);
        assertThat(loop.await(loop.ring().prepareBatch(blocks.reads).timeout(Duration.ofSeconds(5)))).isEqualTo(2);
        loop.pass(Duration.ofMillis(10));
        assertThat(loop.ring().stats().timers()).isZero();
        blocks.requireRead();
    }

    @Test
    void theEndOfTheRingEndsIt(TestBed bed) {
        Loop loop = bed.loop(options -> {});
        Buf buf = loop.buffer(10);
        IntOperation read = silent(loop).prepareRead(buf);
        IntOperation nop = loop.ring().prepareNop();
        Count batch = loop.start(loop.ring().prepareBatch(List.of(nop, read)));
        loop.settle();
        loop.closeRing();
        batch.failure(AsynchronousCloseException.class);
        assertThat(batch.moved()).isEqualTo(1);
        assertThat(nop.failure()).isNull();
        assertThat(read.failure()).isInstanceOf(AsynchronousCloseException.class);
        assertThat(buf.readable()).isZero();
    }

    /// It has begun, and nothing of it has been submitted.
    @Test
    void theEndOfTheRingEndsItAtOnce(TestBed bed, Path directory) throws Exception {
        Loop loop = bed.loop(options -> {});
        Blocks blocks = new Blocks(loop, directory, 5);
        Count batch = loop.start(loop.ring().prepareBatch(blocks.reads));
        loop.closeRing();
        assertThat(batch.isDone()).isTrue();
        assertThat(batch.moved()).isEqualTo((int) blocks.reads.stream().filter(read -> read.failure() == null).count());
        blocks.bufs.forEach(Buf::clear);
    }

    @Test
    void onAClosedRingIsRefused(TestBed bed, Path directory) throws Exception {
        Loop loop = bed.loop(options -> {});
        Blocks blocks = new Blocks(loop, directory, 2);
        loop.closeRing();
        Ring.Batch batch = loop.ring().prepareBatch(blocks.reads);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> loop.start(batch))
                    .isInstanceOf(RejectedExecutionException.class).hasMessageContaining("2 operations");
            blocks.bufs.forEach(Buf::clear); // they are the caller's
            assertThat(batch.isDone()).isFalse();
        }
    }

    @Test
    void ifOneCannotBeStartedNoneIs(Loop loop, Path directory) throws Exception {
        Blocks blocks = new Blocks(loop, directory, 3);
        Buf inUse = blocks.bufs.get(2);
        Count other = loop.start(silent(loop).prepareRead(inUse));
        Ring.Batch batch = loop.ring().prepareBatch(blocks.reads);
        assertThatThrownBy(() -> loop.start(batch))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("is lent to read");
        blocks.bufs.get(0).clear();
        blocks.bufs.get(1).clear();
        loop.settle();
        assertThat(loop.inFlight()).isEqualTo(1);
        other.cancel();
        other.failure(CancellationException.class);
        assertThat(loop.await(batch)).isEqualTo(3);
        blocks.requireRead();
    }

    @Test
    void oneThatWasStartedCannotBeStartedAgain(Loop loop, Path directory) throws Exception {
        Blocks blocks = new Blocks(loop, directory, 2);
        AsyncFile.ReadN twice = blocks.reads.getFirst();
        Ring.Batch batch = loop.ring().prepareBatch(List.of(twice, blocks.reads.get(1), twice));
        assertThatThrownBy(() -> loop.start(batch))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("started already");
        assertThat(loop.await(loop.ring().prepareBatch(blocks.reads))).isEqualTo(2);
        blocks.requireRead();
        assertThatThrownBy(() -> loop.start(loop.ring().prepareBatch(blocks.reads)))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("has finished");
    }

    @Test
    void oneOfAnotherRingIsRefused(TestBed bed, Loop loop) {
        Loop other = bed.loop(options -> {});
        assertThatThrownBy(() -> loop.ring().prepareBatch(List.of(loop.ring().prepareNop(), other.ring().prepareNop())))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("operations[1]");
        assertThatThrownBy(() -> loop.ring().prepareBatch(Arrays.asList(loop.ring().prepareNop(), null)))
                .isInstanceOf(NullPointerException.class).hasMessageContaining("operations[1]");
    }

    @Test
    void isStartedAgainAfterAReset(Loop loop, Path directory) throws Exception {
        Blocks blocks = new Blocks(loop, directory, 10);
        Ring.Batch batch = loop.ring().prepareBatch(blocks.reads);
        for (int round = 0; round < 20; round++) {
            assertThat(loop.await(batch)).isEqualTo(10);
            blocks.requireRead();
            blocks.reset();
            batch.reset();
        }
    }

    @Test
    void theRingGoesOnFromItsCompletion(Loop loop, Path directory) throws Exception {
        Blocks blocks = new Blocks(loop, directory, 4);
        Ring.Batch batch = loop.ring().prepareBatch(blocks.reads);
        AtomicInteger rounds = new AtomicInteger();
        AtomicReference<Throwable> failed = new AtomicReference<>();
        loop.ring().execute(new Runnable() {
            @Override
            public void run() {
                batch.start((count, failure) -> {
                    if (failure != null || count != 4) {
                        failed.set(new AssertionError(count + " have succeeded", failure));
                    } else if (rounds.incrementAndGet() < 50) {
                        blocks.reset();
                        batch.reset();
                        run();
                    }
                });
            }
        });
        loop.until("it has run often", () -> rounds.get() == 50 || failed.get() != null);
        assertThat(failed.get()).isNull();
        blocks.requireRead();
    }

    /// Its members take their turns with each other, in their order, and are bounded like any.
    @Test
    void atTheFilesPositionTheyTakeTheirTurns(TestBed bed, Path directory) throws Exception {
        Loop loop = bed.loop(options -> options.queueLimit = 8);
        Path path = Files.writeString(directory.resolve("file"), "abcdefghijkl");
        AsyncFile file = loop.await(loop.ring().files().prepareOpen(path));
        List<Buf> bufs = new ArrayList<>();
        List<IntOperation> reads = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            bufs.add(loop.buffer(1));
            reads.add(file.prepareReadN(bufs.get(i), 1));
        }
        assertThatThrownBy(() -> loop.start(loop.ring().prepareBatch(reads))).isInstanceOf(ReadPendingException.class);
        bufs.forEach(Buf::clear);
        for (int round = 0; round < 2; round++) { // what was refused has left no trace in the bound
            assertThatThrownBy(() -> loop.start(loop.ring().prepareBatch(reads)))
                    .isInstanceOf(ReadPendingException.class);
        }
        assertThat(loop.await(loop.ring().prepareBatch(reads.subList(0, 8)))).isEqualTo(8);
        StringBuilder text = new StringBuilder();
        bufs.subList(0, 8).forEach(buf -> text.append(buf.getText(UTF_8)));
        assertThat(text.toString()).isEqualTo("abcdefgh");
        assertThat(loop.await(reads.get(8))).isEqualTo(1);
        assertThat(bufs.get(8).getText(UTF_8)).isEqualTo("i");
    }

    @Test
    void mayHaveABatchInIt(Loop loop, Path directory) throws Exception {
        Blocks blocks = new Blocks(loop, directory, 6);
        Ring.Batch inner = loop.ring().prepareBatch(blocks.reads.subList(0, 4));
        Ring.Batch outer = loop.ring().prepareBatch(
                List.of(inner, blocks.reads.get(4), blocks.reads.get(5), loop.ring().prepareNop()));
        assertThat(loop.await(outer)).isEqualTo(4);
        assertThat(inner.result()).isEqualTo(4);
        blocks.requireRead();
    }

    @Test
    void isPolled(Loop loop, Path directory) throws Exception {
        Blocks blocks = new Blocks(loop, directory, 5);
        Ring.Batch batch = loop.ring().prepareBatch(blocks.reads);
        AtomicInteger woken = new AtomicInteger();
        loop.turn();
        assertThat(batch.poll(woken::incrementAndGet)).isFalse();
        loop.until("it wakes who polled it", () -> woken.get() == 1);
        assertThat(batch.poll(woken::incrementAndGet)).isTrue();
        assertThat(batch.result()).isEqualTo(5);
        blocks.requireRead();
    }

    // ---- from other threads

    @Test
    void threadsOfBothKindsJoinIt(TestBed bed, Path directory) throws Exception {
        Loop loop = bed.running();
        AtomicInteger read = new AtomicInteger();
        try (Workers workers = new Workers()) {
            for (int i = 0; i < 8; i++) {
                Path own = Files.createDirectory(directory.resolve("of" + i));
                Workers.Work body = () -> {
                    Blocks blocks = new Blocks(loop, own, 30);
                    Ring.Batch batch = loop.ring().prepareBatch(blocks.reads);
                    for (int round = 0; round < 20; round++) {
                        read.addAndGet(batch.join());
                        blocks.requireRead();
                        blocks.reset();
                        batch.reset();
                    }
                };
                if (i % 2 == 0) {
                    workers.startVirtual(body);
                } else {
                    workers.start(body);
                }
            }
        }
        assertThat(read.get()).isEqualTo(8 * 20 * 30);
    }

    /// An inbox of one task takes it, and the ring is woken once.
    @Test
    void travelsAsOneTask(TestBed bed, Path directory) throws Exception {
        Loop loop = bed.loop(options -> options.inboxLimit = 1);
        Blocks blocks = new Blocks(loop, directory, 40);
        loop.settle();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Count[] batch = new Count[1];
        Thread starter = Thread.ofPlatform().start(() -> {
            try {
                batch[0] = loop.start(loop.ring().prepareBatch(blocks.reads));
                assertThatThrownBy(() -> loop.ring().execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
                Buf buf = loop.buffer(10);
                IntOperation late = blocks.file.prepareRead(buf);
                assertThatThrownBy(() -> loop.start(loop.ring().prepareBatch(List.of(late))))
                        .isInstanceOf(RejectedExecutionException.class).hasMessageContaining("inbox");
                buf.put("mine"); // it is the caller's
            } catch (Throwable failure) {
                thrown.set(failure);
            }
        });
        starter.join();
        assertThat(thrown.get()).isNull();
        assertThat(batch[0].value()).isEqualTo(40);
        blocks.requireRead();
    }

    @Test
    void oneThatIsCancelledOnItsWayEnds(Loop loop, Path directory) throws Exception {
        Blocks blocks = new Blocks(loop, directory, 3);
        List<IntOperation> all = new ArrayList<>(blocks.reads);
        Buf buf = loop.buffer(10);
        all.add(silent(loop).prepareRead(buf));
        loop.settle();
        Count[] batch = new Count[1];
        Thread starter = Thread.ofPlatform().start(() -> batch[0] = loop.start(loop.ring().prepareBatch(all)));
        starter.join();
        batch[0].cancel(); // on the polling thread, which has not heard of it yet
        batch[0].failure(CancellationException.class);
        assertThat(all.get(3).failure()).isInstanceOf(CancellationException.class);
        for (int i = 0; i < 3; i++) {
            if (blocks.reads.get(i).failure() == null) {
                blocks.requireRead(i);
            }
        }
        buf.put("mine");
        blocks.bufs.forEach(Buf::clear);
    }

    @Test
    void anInterruptEndsItsJoin(TestBed bed) throws Exception {
        Loop loop = bed.running();
        PipeEnds pipe = loop.ring().streams().preparePipe().join();
        loop.keep(pipe.sink());
        loop.keep(pipe.source());
        Buf buf = loop.buffer(10);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        IntOperation read = pipe.source().prepareRead(buf);
        Thread waiter = Thread.ofVirtual().start(() -> {
            try {
                loop.ring().prepareBatch(List.of(loop.ring().prepareNop(), read)).join();
            } catch (Throwable failure) {
                thrown.set(failure);
            }
        });
        loop.until("it is in flight", () -> loop.inFlight() == 2);
        waiter.interrupt();
        waiter.join();
        assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
        assertThat(read.failure()).isInstanceOf(CancellationException.class);
        buf.put("mine");
    }

    @Test
    void writesToo(Loop loop, Path directory) throws Exception {
        Path path = directory.resolve("file");
        AsyncFile file = loop.await(loop.ring().files().prepareOpen(path, READ, WRITE, CREATE));
        List<IntOperation> writes = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            writes.add(file.prepareWriteAll(loop.bufferOf("block " + i)).at(7L * i));
        }
        assertThat(loop.await(loop.ring().prepareBatch(writes))).isEqualTo(10);
        assertThat(Files.readString(path)).startsWith("block 0block 1").hasSize(70).endsWith("block 9");
    }
}
