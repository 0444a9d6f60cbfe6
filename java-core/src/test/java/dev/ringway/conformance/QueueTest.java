package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.nio.channels.ReadPendingException;
import java.nio.channels.WritePendingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Bounds of the queues, and that nothing is lost at them.
@EveryBackend
class QueueTest {
    private static final int LIMIT = 4;

    private static Loop limited(TestBed bed) {
        Loop loop = bed.loop(options -> options.queueLimit = LIMIT);
        loop.turn();
        return loop;
    }

    @EveryTransport
    void aFullReadSideThrows(Transport transport, TestBed bed) {
        Loop loop = limited(bed);
        Pair pair = Pair.open(bed, loop, transport);
        List<Count> receives = new ArrayList<>();
        for (int i = 0; i < LIMIT; i++) {
            receives.add(loop.start(pair.near().prepareReceive(loop.buffer(1))));
        }
        Buf buf = loop.buffer(1);
        AsyncSocket.Receive refused = pair.near().prepareReceive(buf);
        assertThatThrownBy(() -> loop.start(refused))
                .isInstanceOf(ReadPendingException.class)
                .hasMessageContaining("recv").hasMessageContaining("queueLimit");
        assertThat(buf.isLent()).isFalse();
        pair.farSends("abcd");
        receives.forEach(Count::value);
        Count accepted = loop.start(refused); // the same operation, now that there is room
        pair.farSends("e");
        assertThat(accepted.value()).isEqualTo(1);
        assertThat(buf.getText(UTF_8)).isEqualTo("e");
    }

    @EveryTransport
    void aFullWriteSideThrows(Transport transport, TestBed bed) {
        Loop loop = limited(bed);
        Pair pair = Pair.open(bed, loop, transport, 4096);
        pair.nearSendsThroughASmallBuffer();
        int filled = pair.nearFills();
        List<Count> sends = new ArrayList<>();
        for (int i = 0; i < LIMIT; i++) {
            sends.add(loop.start(pair.near().prepareSendAll(loop.bufferOf("x"))));
        }
        Buf buf = loop.bufferOf("y");
        assertThatThrownBy(() -> loop.start(pair.near().prepareSendAll(buf)))
                .isInstanceOf(WritePendingException.class).hasMessageContaining("send");
        assertThat(buf.readable()).isEqualTo(1);
        pair.farReceives(filled);
        sends.forEach(Count::value);
        assertThat(loop.await(pair.near().prepareSendAll(buf))).isEqualTo(1);
        assertThat(new String(pair.farReceives(5), UTF_8)).isEqualTo("xxxxy");
    }

    @Test
    void theSidesAreApart(TestBed bed) {
        Loop loop = limited(bed);
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        for (int i = 0; i < LIMIT; i++) {
            loop.start(pair.near().prepareReceive(loop.buffer(1)));
        }
        assertThat(loop.await(pair.near().prepareSendAll(loop.bufferOf("x")))).isEqualTo(1);
    }

    @Test
    void aFullFileThrowsForBoth(TestBed bed) throws Exception {
        Loop loop = limited(bed);
        Path path = Files.writeString(bed.directory().resolve("file"), "0123456789");
        AsyncFile file = loop.await(
                loop.ring().files().prepareOpen(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
        List<Count> reads = new ArrayList<>();
        for (int i = 0; i < LIMIT; i++) {
            reads.add(loop.start(file.prepareReadN(loop.buffer(1), 1)));
        }
        assertThatThrownBy(() -> loop.start(file.prepareRead(loop.buffer(1))))
                .isInstanceOf(ReadPendingException.class);
        assertThatThrownBy(() -> loop.start(file.prepareWrite(loop.bufferOf("x"))))
                .isInstanceOf(WritePendingException.class);
        assertThat(loop.await(file.prepareReadN(loop.buffer(1), 1).from(9))).isEqualTo(1); // takes no turn
        reads.forEach(Count::value);
        assertThat(loop.await(file.prepareWriteAll(loop.bufferOf("x")))).isEqualTo(1);
        assertThat(Files.readString(path)).isEqualTo("0123x56789");
    }

    @Test
    void fromOtherThreadsTheBoundHoldsToo(TestBed bed) {
        Loop loop = limited(bed);
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        AtomicInteger started = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        try (Workers workers = new Workers()) {
            for (int i = 0; i < 3; i++) {
                workers.start(() -> {
                    for (int n = 0; n < 200; n++) {
                        Buf buf = loop.buffer(1);
                        try {
                            pair.near().receive(buf, (count, failure) -> ended.incrementAndGet());
                            started.incrementAndGet();
                        } catch (ReadPendingException full) {
                            refused.incrementAndGet();
                            assertThat(buf.isLent()).isFalse();
                        }
                    }
                });
            }
            loop.until("they are done", workers.done());
        }
        // Without being exact while operations are on their way, so a few more than the bound may have been let in
        assertThat(started.get() + refused.get()).isEqualTo(600);
        assertThat(started.get()).isBetween(LIMIT, LIMIT + 3);
        assertThat(refused.get()).isPositive();
        pair.near().close();
        loop.until("those that were let in have ended", () -> ended.get() == started.get());
    }

    @Test
    void afterCancelsThereIsRoomAgain(TestBed bed) {
        Loop loop = limited(bed);
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        for (int round = 0; round < 20; round++) {
            List<Count> receives = new ArrayList<>();
            for (int i = 0; i < LIMIT; i++) {
                receives.add(loop.start(pair.near().prepareReceive(loop.buffer(1))));
            }
            receives.forEach(Count::cancel);
            receives.forEach(receive -> receive.failure(CancellationException.class));
        }
    }

    @Test
    void afterRefusalsThereIsAsMuchRoomAsBefore(TestBed bed) {
        Loop loop = limited(bed);
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Buf released = loop.ring().buffer(1);
        released.release();
        for (int i = 0; i < 10 * LIMIT; i++) {
            assertThatThrownBy(() -> loop.start(pair.near().prepareReceive(released)))
                    .isInstanceOf(IllegalStateException.class);
        }
        pair.farSends("x");
        assertThat(pair.nearReceives(1)).isEqualTo("x");
    }

    @Test
    void aFullInboxThrowsAndNothingIsLost(TestBed bed) {
        Loop loop = bed.loop(options -> options.inboxLimit = 10);
        loop.turn();
        AtomicInteger started = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        List<Throwable> refusals = new ArrayList<>();
        try (Workers workers = new Workers()) {
            workers.start(() -> {
                for (int i = 0; i < 30; i++) {
                    Throwable refusal =
                            catchThrowable(() -> loop.ring().nop((count, failure) -> ended.incrementAndGet()));
                    if (refusal == null) {
                        started.incrementAndGet();
                    } else {
                        refusals.add(refusal);
                    }
                }
                refusals.add(catchThrowable(() -> loop.ring().execute(ended::incrementAndGet)));
            });
        }
        assertThat(started.get()).isEqualTo(10);
        assertThat(refusals).hasSize(21).allSatisfy(refusal -> assertThat(refusal)
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("inboxLimit"));
        loop.until("those that were let in have ended", () -> ended.get() == 10);
        try (Workers workers = new Workers()) {
            workers.start(() -> loop.ring().nop((count, failure) -> ended.incrementAndGet()));
        }
        loop.until("there is room again", () -> ended.get() == 11);
    }

    @Test
    void aFullInboxDoesNotHoldUpWhatEndsThings(TestBed bed) {
        Loop loop = bed.loop(options -> options.inboxLimit = 1);
        loop.turn();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Count receive = loop.start(pair.near().prepareReceive(loop.buffer(1)));
        Buf buf = loop.ring().buffer(10);
        loop.settle();
        try (Workers workers = new Workers()) {
            workers.start(() -> {
                loop.ring().nop((count, failure) -> {});
                assertThatThrownBy(() -> loop.ring().nop((count, failure) -> {}))
                        .isInstanceOf(RejectedExecutionException.class);
                buf.release();
                receive.cancel();
                loop.ring().wake();
            });
        }
        receive.failure(CancellationException.class);
    }
}
