package dev.ringway.hazard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncFile;
import dev.ringway.Backend;
import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.ErrnoException;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.Count;
import dev.ringway.testing.CountingSys;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Row;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritePendingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// More operations than a ring has entries, and bad ones among good ones.
@EveryBackend
class ManyOperationsTest {
    /// `-Dringway.peers=1000` is for a machine with that many fds.
    private static final int PEERS = Integer.getInteger("ringway.peers", 100);

    /// Nine thousand that the kernel can do at once, and a thousand that have to wait.
    @Test
    @Tag("H6")
    void tenThousandOperationsGoThroughAnEntryQueueOfEight(TestBed bed, Caps caps) throws Exception {
        Loop loop = bed.loop(options -> {
            options.entries = 8;
            options.queueLimit = 9000;
        });
        byte[] content = new byte[9000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i ^ i >>> 8);
        }
        Path path = Files.write(bed.directory().resolve("file"), content);
        AsyncFile file = loop.await(loop.ring().files().prepareOpen(path));
        List<Pair> pairs = new ArrayList<>();
        List<Count> receives = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Pair pair = Pair.open(bed, loop, Transport.UNIX);
            pairs.add(pair);
            for (int n = 0; n < 10; n++) {
                receives.add(loop.start(pair.near().prepareReceive(loop.buffer(1))));
            }
        }
        List<Buf> bufs = new ArrayList<>();
        List<Count> reads = new ArrayList<>();
        for (int i = 0; i < content.length; i++) {
            bufs.add(loop.buffer(1));
            reads.add(loop.start(file.prepareRead(bufs.getLast()).from(i)));
        }
        assertThat(loop.inFlight()).isEqualTo(10_000);
        reads.forEach(read -> assertThat(read.value()).isEqualTo(1));
        for (int i = 0; i < content.length; i++) {
            assertThat(bufs.get(i).get()).isEqualTo(content[i]);
        }
        loop.settle();
        int waits = waits(loop);
        loop.linger(50);
        if (caps.has(Cap.REAL_CLOCK)) {
            assertThat(waits(loop) - waits).as("waits in 50 ms, in turns of 5 ms").isLessThan(40);
        }
        assertThat(receives).noneMatch(Count::isDone);
        pairs.forEach(pair -> pair.farSends("0123456789"));
        receives.forEach(receive -> assertThat(receive.value()).isEqualTo(1));
    }

    private static int waits(Loop loop) {
        return loop.sys().count(CountingSys.Call.IO_URING_ENTER) + loop.sys().count(CountingSys.Call.EPOLL_WAIT);
    }

    // ---- one bad one

    private static final int BAD_OFFSET = 777;

    /// Makes the kernel refuse one read as it refuses one that is malformed. The API refuses those before it comes to
    /// that; so here they are spoilt on their way: an entry in the queue of io_uring, a call elsewhere.
    private static final class SpoilsOne extends CountingSys {
        private static final int ENTRY_BYTES = 64;
        private long entries;
        private int count;

        SpoilsOne(Sys real) {
            super(real);
        }

        @Override
        public long mmap(long length, int protection, int flags, int fd, long offset) {
            long address = super.mmap(length, protection, flags, fd, offset);
            if (fd >= 0 && offset == Linux.IORING_OFF_SQES()) {
                entries = address;
                count = (int) (length / ENTRY_BYTES);
            }
            return address;
        }

        @Override
        public int ioUringEnter(int fd, int toSubmit, int minComplete, int flags, long argument, long argumentBytes) {
            for (int i = 0; i < count && toSubmit > 0; i++) {
                long entry = entries + (long) i * ENTRY_BYTES;
                if (Memory.getByte(entry) == Linux.IORING_OP_READ() && Memory.getLong(entry + 8) == BAD_OFFSET) {
                    Memory.putInt(entry, Memory.getInt(entry) | 0xFFFF_0000); // an I/O priority that does not exist
                }
            }
            return super.ioUringEnter(fd, toSubmit, minComplete, flags, argument, argumentBytes);
        }

        @Override
        public int pread(int fd, long address, int length, long offset) {
            return offset == BAD_OFFSET ? -Errno.EINVAL : super.pread(fd, address, length, offset);
        }
    }

    @Test
    @Tag("H7")
    void oneBadOperationAmongSixtyFourGoodOnesFailsAlone(TestBed bed) throws Exception {
        Loop loop = bed.loop(options -> options.sys = new SpoilsOne(options.sys));
        Path path = Files.writeString(bed.directory().resolve("file"), "x".repeat(1000));
        AsyncFile file = loop.await(loop.ring().files().prepareOpen(path));
        List<Count> good = new ArrayList<>();
        Count bad = null;
        for (int i = 0; i < 64; i++) {
            if (i == 20) {
                bad = loop.start(file.prepareRead(loop.buffer(1)).from(BAD_OFFSET));
            }
            good.add(loop.start(file.prepareRead(loop.buffer(1)).from(i)));
        }
        long before = loop.ring().stats().submissions();
        loop.turn();
        if (bed.row() == Row.IO_URING) { // where all fit into the queue, one call takes all
            assertThat(loop.ring().stats().submissions() - before).isGreaterThanOrEqualTo(65);
        }
        good.forEach(read -> assertThat(read.value()).isEqualTo(1));
        assertThat(bad.failure(ErrnoException.class).errnoName()).isEqualTo("EINVAL");
        assertThat(loop.await(file.prepareRead(loop.buffer(1)).from(1))).isEqualTo(1);
    }

    /// An fd that is closed underneath, as far as the kernel is concerned.
    @Test
    @Tag("H7")
    void oneThatTheKernelRefusesAmongGoodOnesFailsAlone(TestBed bed, Loop loop) throws Exception {
        Path path = Files.writeString(bed.directory().resolve("file"), "x".repeat(1000));
        AsyncFile file = loop.await(loop.ring().files().prepareOpen(path));
        AsyncFile writable = loop.await(loop.ring().files().prepareOpen(path, StandardOpenOption.WRITE));
        List<Count> good = new ArrayList<>();
        Count bad = null;
        for (int i = 0; i < 64; i++) {
            if (i == 20) {
                bad = loop.start(writable.prepareRead(loop.buffer(1)).from(0));
            }
            good.add(loop.start(file.prepareRead(loop.buffer(1)).from(i)));
        }
        good.forEach(read -> assertThat(read.value()).isEqualTo(1));
        assertThat(bad.failure(ErrnoException.class).errnoName()).isEqualTo("EBADF");
    }

    // ---- more completions than fit

    /// Every iteration of the kernel's ends when its completion does not fit; nobody may see that.
    @Test
    @Tag("H8")
    void iterationsSurviveAFullCompletionQueue(TestBed bed) {
        Loop loop = bed.loop(options -> options.entries = 2);
        BufPool pool = loop.pool(1024, 1);
        List<Pair> pairs = new ArrayList<>();
        List<Items<Buf>> iterations = new ArrayList<>();
        List<StringBuilder> received = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            pairs.add(Pair.open(bed, loop, Transport.UNIX));
            StringBuilder text = new StringBuilder();
            received.add(text);
            iterations.add(loop.start(pairs.get(i).near().prepareReceiveEach(pool), lease -> {
                text.append(lease.getText(UTF_8));
                lease.release();
            }));
        }
        loop.settle();
        for (int round = 0; round < 5; round++) {
            for (Pair pair : pairs) {
                send(pair, "01234567"); // and nobody turns the ring
            }
            int length = 8 * (round + 1);
            loop.until("all have come", () -> received.stream().allMatch(text -> text.length() == length));
        }
        assertThat(received).allSatisfy(text -> assertThat(text).hasToString("01234567".repeat(5)));
        assertThat(iterations).noneMatch(Items::isDone);
        if (bed.row().backend() == Backend.IO_URING) {
            assertThat(loop.ring().stats().overflows()).isPositive();
        }
    }

    private static void send(Pair pair, String text) {
        try {
            pair.far().write(ByteBuffer.wrap(text.getBytes(UTF_8)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    // ---- peers that never read

    @Test
    @Tag("H24")
    void peersThatNeverReadCostABoundedAmountAndHoldNobodyUp(TestBed bed, Caps caps) {
        int queued = 8;
        byte[] content = new byte[1 << 16];
        Loop loop = bed.loop(options -> options.queueLimit = queued);
        Pair good = Pair.open(bed, loop, Transport.TCP4);
        int before = loop.insides().memory().live();
        List<Count> stuck = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < PEERS; i++) {
            Pair pair = Pair.open(bed, loop, Transport.UNIX);
            for (int n = 0; n < 2 * queued; n++) {
                Buf buf = loop.ring().bufferOf(content);
                try {
                    pair.near().sendAll(buf, (count, failure) -> buf.release());
                } catch (WritePendingException full) {
                    buf.release();
                    refused++;
                }
            }
            stuck.add(loop.start(pair.near().prepareReceive(loop.buffer(1))));
        }
        loop.settle();
        assertThat(refused).isEqualTo(PEERS * queued);
        assertThat(loop.insides().memory().live() - before)
                .as("blocks of memory: what was lent for sends, and one receive each")
                .isLessThanOrEqualTo(PEERS * (queued + 1) + 10);
        long slowest = 0;
        for (int i = 0; i < 50; i++) {
            long begun = System.nanoTime();
            loop.await(good.near().prepareSendAll(loop.bufferOf("ping")));
            good.farReceives(4);
            good.farSends("pong");
            assertThat(good.nearReceives(4)).isEqualTo("pong");
            slowest = Math.max(slowest, System.nanoTime() - begun);
        }
        if (caps.has(Cap.REAL_CLOCK)) {
            assertThat(TimeUnit.NANOSECONDS.toMillis(slowest)).as("ms of the slowest round trip").isLessThan(1000);
        }
        assertThat(stuck).noneMatch(Count::isDone);
    }
}
