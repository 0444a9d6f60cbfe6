package dev.ringway.hazard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncSocket;
import dev.ringway.AsyncSource;
import dev.ringway.Buf;
import dev.ringway.TestRings;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Row;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The kernel writes into memory after the call has returned; it must never be somebody else's by then.
///
/// `-Dringway.storm=100000` sets how often memory is given back and taken again (by default 300 times).
@EveryBackend
class KernelWritesTest {
    private static final int ROUNDS = Integer.getInteger("ringway.storm", 300);
    private static final String MINE = "mine".repeat(16);
    private static final String EVIL = "EVIL".repeat(16);

    private static long address(Buf buf) {
        Access.api().lend(buf, "test");
        long address = Access.api().readAddress(buf);
        Access.api().giveBack(buf, 0, 0);
        return address;
    }

    /// A duplicate keeps the connection alive, so that the peer's bytes arrive though the receiving handle is closed.
    @Test
    @Tag("H2")
    void memoryThatWasGivenBackIsNotWrittenTo(TestBed bed, Loop loop) {
        Random random = new Random(Row.SEED);
        Pair pair = Pair.open(bed, loop, Transport.UNIX);
        AsyncSocket near = pair.near();
        int reused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            AsyncSocket next = loop.await(near.prepareDuplicate());
            Buf buf = loop.ring().buffer(EVIL.length());
            long address = address(buf);
            Count receive = loop.start(near.prepareReceive(buf));
            for (int turns = random.nextInt(3); turns > 0; turns--) {
                loop.turn();
            }
            if (random.nextBoolean()) {
                buf.release(); // takes effect when the receive has ended
            }
            if (random.nextBoolean()) {
                near.close();
            } else {
                receive.cancel();
            }
            Buf early = loop.ring().buffer(EVIL.length()).put(MINE);
            int sent = EVIL.length();
            if (random.nextInt(4) == 0) {
                pair.farSends(EVIL); // before the end: it may be received, or not
                sent += EVIL.length();
            }
            int received = receive.moved();
            buf.close();
            Buf late = loop.ring().buffer(EVIL.length()).put(MINE);
            reused += address(late) == address || address(early) == address ? 1 : 0;
            pair.farSends(EVIL);
            loop.turn();
            if (round % 100 == 0) {
                System.gc();
            }
            loop.turn();
            assertThat(early.getText(UTF_8) + late.getText(UTF_8)).isEqualTo(MINE + MINE);
            early.release();
            late.release();
            near.close();
            near = next;
            receiveExactly(loop, near, sent - received);
        }
        near.close();
        assertThat(reused).as("rounds in which the canary had the very memory").isGreaterThan(ROUNDS / 2);
    }

    private static void receiveExactly(Loop loop, AsyncSocket near, int count) {
        Buf rest = loop.ring().buffer(count);
        loop.await(near.prepareReceiveN(rest, count));
        assertThat(EVIL + EVIL).endsWith(rest.getText(UTF_8));
        rest.release();
    }

    /// Sockets and pipes, five hundred operations on each kind; the pipes stay alive past the ring.
    @Test
    @Tag("H14")
    void aRingThatIsClosedLeavesMemoryAlone(TestBed bed, Caps caps) {
        Loop loop = bed.loop(options -> {});
        loop.turn();
        int flags = caps.has(Cap.READS_WITHOUT_WAITING) ? 0 : Linux.O_NONBLOCK(); // else threads wait in the calls
        List<Pair> pairs = new ArrayList<>();
        List<Plain.Pipe> pipes = new ArrayList<>();
        List<Count> pending = new ArrayList<>();
        List<Buf> bufs = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Pair pair = Pair.open(bed, loop, Transport.TCP4);
            Plain.Pipe pipe = Plain.pipe(flags);
            pairs.add(pair);
            pipes.add(new Plain.Pipe(Plain.duplicate(pipe.source()), pipe.sink()));
            AsyncSource source = source(loop, pipe.source());
            for (int n = 0; n < 50; n++) {
                bufs.add(loop.ring().buffer(EVIL.length()));
                pending.add(loop.start(pair.near().prepareReceive(bufs.getLast())));
                bufs.add(loop.ring().buffer(EVIL.length()));
                pending.add(loop.start(source.prepareRead(bufs.getLast())));
            }
        }
        loop.turn();
        assertThat(loop.inFlight()).isEqualTo(1000);
        long begun = System.nanoTime();
        loop.closeRing();
        long nanos = System.nanoTime() - begun;
        pending.forEach(one -> one.failure(AsynchronousCloseException.class));
        if (caps.has(Cap.REAL_CLOCK)) {
            assertThat(nanos).isLessThan(Duration.ofSeconds(1).toNanos());
        }
        bufs.forEach(buf -> buf.put(MINE));
        for (int i = 0; i < 10; i++) {
            Plain.write(pipes.get(i).sink(), EVIL);
            farWrites(pairs.get(i));
        }
        bed.loop().linger(10);
        assertThat(bufs).allSatisfy(buf -> assertThat(buf.getText(UTF_8)).isEqualTo(MINE));
        for (Plain.Pipe pipe : pipes) {
            assertThat(Plain.read(pipe.source(), 1000)).isEqualTo(EVIL);
            Plain.close(pipe.source());
            Plain.close(pipe.sink());
        }
        bufs.forEach(Buf::release);
    }

    private static void farWrites(Pair pair) {
        try {
            pair.far().write(ByteBuffer.wrap(EVIL.getBytes(UTF_8)));
        } catch (IOException reset) {
            assertThat(reset).hasMessageMatching("(?i).*(reset|broken pipe).*");
        }
    }

    private static AsyncSource source(Loop loop, int fd) {
        try {
            return loop.keep(loop.ring().streams().source(fd));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// The number of a closed fd, with an operation in flight, is that of the next one.
    @Test
    @Tag("H3")
    void anFdWithTheSameNumberHearsNothingOfTheOneBefore(TestBed bed, Loop loop) {
        for (int round = 0; round < 12; round++) {
            Pair old = Pair.open(bed, loop, Transport.TCP4);
            Pair spare = Pair.open(bed, loop, Transport.TCP4);
            AsyncSocket survivor = loop.await(old.near().prepareDuplicate()); // so that the peer's bytes arrive
            int number = TestRings.fd(old.near());
            Buf buf = loop.buffer(100);
            Count receive = loop.start(old.near().prepareReceive(buf));
            for (int turns = round % 3; turns > 0; turns--) {
                loop.turn();
            }
            old.near().close();
            receive.failure(AsynchronousCloseException.class);
            AsyncSocket next = duplicateWithNumber(loop, spare.near(), number);
            Buf ofNext = loop.buffer(100);
            Count receiveOfNext = loop.start(next.prepareReceiveN(ofNext, 16));
            old.farSends("secret");
            loop.settle();
            assertThat(receiveOfNext.isDone()).isFalse();
            spare.farSends("for the next one");
            assertThat(receiveOfNext.value()).isEqualTo(16);
            assertThat(ofNext.getText(UTF_8)).isEqualTo("for the next one");
            assertThat(buf.readable()).isZero();
            Buf secret = loop.buffer(100);
            loop.await(survivor.prepareReceiveN(secret, 6));
            assertThat(secret.getText(UTF_8)).isEqualTo("secret");
            List.of(next, survivor).forEach(AsyncSocket::close);
            List.of(old, spare).forEach(Pair::close);
        }
    }

    /// The kernel gives the lowest number that is free.
    private static AsyncSocket duplicateWithNumber(Loop loop, AsyncSocket socket, int number) {
        List<AsyncSocket> others = new ArrayList<>();
        while (true) {
            AsyncSocket duplicate = loop.await(socket.prepareDuplicate());
            if (TestRings.fd(duplicate) == number) {
                others.forEach(AsyncSocket::close);
                return duplicate;
            }
            others.add(duplicate);
            assertThat(others).as("fds that are not " + number).hasSizeLessThan(50);
        }
    }

    // ---- memory of the user's

    @Test
    @Tag("J3")
    void memoryReleasedDuringAnOperationIsNobodyElsesUntilItEnds(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.UNIX);
        for (int round = 0; round < 50; round++) {
            Buf buf = loop.ring().buffer(EVIL.length());
            Count receive = loop.start(pair.near().prepareReceive(buf));
            loop.turn();
            buf.release();
            List<Buf> canaries = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                canaries.add(loop.ring().buffer(EVIL.length()).put(MINE));
            }
            pair.farSends("EVIL");
            assertThat(receive.value()).isPositive();
            assertThat(canaries).allSatisfy(canary -> assertThat(canary.getText(UTF_8)).isEqualTo(MINE));
            canaries.forEach(Buf::release);
            drain(loop, pair, 4 - receive.moved());
        }
    }

    private static void drain(Loop loop, Pair pair, int left) {
        if (left > 0) {
            pair.nearReceives(left);
        }
    }

    /// Nobody but the operation knows of the memory any more.
    @Test
    @Tag("J3")
    void memoryThatNobodyReachesIsKeptByTheOperation(TestBed bed, Loop loop) throws Exception {
        Pair pair = Pair.open(bed, loop, Transport.UNIX);
        List<Integer> counts = new ArrayList<>();
        WeakReference<ByteBuffer> memory = receiveIntoForgottenMemory(pair, counts);
        List<ByteBuffer> canaries = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            loop.turn();
            System.gc();
            canaries.add(ByteBuffer.allocateDirect(1 << 16));
        }
        assertThat(memory.get()).as("the memory of an operation in flight").isNotNull();
        pair.farSends("EVIL");
        loop.until("it was received", () -> !counts.isEmpty());
        assertThat(counts.getFirst()).isPositive();
        assertThat(canaries).containsOnly(ByteBuffer.allocate(1 << 16));
        for (int i = 0; i < 50 && memory.get() != null; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertThat(memory.get()).as("the memory afterwards").isNull();
    }

    private static WeakReference<ByteBuffer> receiveIntoForgottenMemory(Pair pair, List<Integer> counts) {
        ByteBuffer memory = ByteBuffer.allocateDirect(1 << 16).limit(0);
        pair.near().receive(Buf.adopt(memory), (count, failure) -> counts.add(count));
        return new WeakReference<>(memory);
    }

    /// What an arena holds is copied, so that it may be closed at any moment.
    @Test
    @Tag("J3")
    void anArenaThatIsClosedDuringASendTakesNothingAway(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4, 4096);
        pair.nearSendsThroughASmallBuffer();
        int before = pair.nearFills();
        byte[] content = MINE.repeat(1000).getBytes(UTF_8);
        Count send;
        try (Arena arena = Arena.ofShared()) {
            ByteBuffer memory = arena.allocate(content.length).copyFrom(MemorySegment.ofArray(content)).asByteBuffer();
            send = loop.start(pair.near().prepareSendAll(loop.keep(loop.ring().bufferOf(memory))));
            loop.turn();
        }
        assertThat(send.isDone()).isFalse();
        pair.farReceives(before);
        assertThat(pair.farReceives(content.length)).isEqualTo(content);
        assertThat(send.value()).isEqualTo(content.length);
    }
}
