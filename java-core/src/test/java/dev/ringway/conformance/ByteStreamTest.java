package dev.ringway.conformance;

import static dev.ringway.testing.Content.random;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ringway.Buf;
import dev.ringway.ByteStream;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A socket as a stream of bytes, and its views for threads that wait.
@EveryBackend
class ByteStreamTest {
    private static final int MOST_READ = 16_384;
    private static final int MOST_WRITTEN = 65_536;

    private static byte[] farReads(Pair pair) throws IOException {
        pair.far().configureBlocking(true);
        return Channels.newInputStream(pair.far()).readAllBytes();
    }

    // ---- the stream

    @EveryTransport
    void aSocketIsAByteStream(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        ByteStream stream = pair.near();
        Buf buf = stream.buffer(16);
        ByteStream.Transfer send = stream.prepareSendAll(buf.put("question"));
        assertThat(loop.await(send)).isEqualTo(8);
        assertThat(loop.await(send.reset(buf.put("!")))).isEqualTo(1);
        assertThat(pair.farReceives(9)).asString(UTF_8).isEqualTo("question!");
        loop.await(stream.prepareShutdownOutput());
        assertThat(pair.farReceivesAll()).isEmpty();
        pair.farSends("answer");
        ByteStream.Transfer receive = stream.prepareReceive(buf.clear());
        for (int count = loop.await(receive); buf.readable() < 6; count = loop.await(receive.reset(buf))) {
            assertThat(count).isPositive();
        }
        assertThat(buf.getText(UTF_8)).isEqualTo("answer");
        buf.release();
        loop.await(stream.prepareClose());
        assertThat(stream.isOpen()).isFalse();
    }

    @Test
    void aBufferHasRoomForAByte(TestBed bed, Loop loop) {
        ByteStream stream = Pair.open(bed, loop, Transport.UNIX).near();
        assertThatThrownBy(() -> stream.buffer(0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 bytes");
    }

    // ---- reading

    @EveryTransport
    @Tag("J4")
    void aVirtualThreadReadsLines(Transport transport, TestBed bed) {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, transport);
        List<String> lines = new ArrayList<>();
        try (Workers workers = new Workers()) {
            workers.startVirtual(() -> {
                try (BufferedReader reader =
                        new BufferedReader(new InputStreamReader(pair.near().inputStream(), UTF_8))) {
                    reader.lines().forEach(lines::add);
                }
            });
            loop.until("it waits", () -> loop.inFlight() == 1);
            pair.farSends("one\ntwo\nthr");
            pair.farSends("ee");
            pair.farEnds();
        }
        assertThat(lines).containsExactly("one", "two", "three");
        assertThat(pair.near().isOpen()).isFalse(); // closing the reader has closed the stream
    }

    @EveryTransport
    void nothingIsReadAhead(Transport transport, TestBed bed) throws IOException {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, transport);
        InputStream in = pair.near().inputStream();
        pair.farSends("0123456789");
        assertThat(in.read()).isEqualTo('0');
        assertThat(in.available()).isZero();
        assertThat(in.readNBytes(2)).asString(UTF_8).isEqualTo("12");
        try (Buf buf = pair.near().buffer(4)) {
            assertThat(pair.near().prepareReceiveN(buf, 4).join()).isEqualTo(4);
            assertThat(buf.getText(UTF_8)).isEqualTo("3456");
        }
        assertThat(pair.near().inputStream().readNBytes(3)).asString(UTF_8).isEqualTo("789");
    }

    @Test
    void aReadFillsOnlyItsPartOfAnArray(TestBed bed) throws IOException {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        InputStream in = pair.near().inputStream();
        pair.farSends("abc");
        byte[] array = "......".getBytes(UTF_8);
        assertThat(in.readNBytes(array, 2, 3)).isEqualTo(3);
        assertThat(array).asString(UTF_8).isEqualTo("..abc.");
        assertThat(in.read(array, 0, 0)).isZero();
        assertThatThrownBy(() -> in.read(array, 5, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> in.read(null, 0, 0)).isInstanceOf(NullPointerException.class);
    }

    @EveryTransport
    void theEndIsMinusOneEveryTime(Transport transport, TestBed bed) throws IOException {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, transport);
        InputStream in = pair.near().inputStream();
        pair.farSends(new byte[] {-1, 1});
        pair.farEnds();
        assertThat(in.read()).isEqualTo(255); // no sign, which would be the end
        assertThat(in.read()).isEqualTo(1);
        for (int i = 0; i < 3; i++) {
            assertThat(in.read()).isEqualTo(-1);
            assertThat(in.read(new byte[5])).isEqualTo(-1);
            assertThat(in.skip(5)).isZero();
            assertThat(in.readAllBytes()).isEmpty();
        }
        pair.near().outputStream().write("answer".getBytes(UTF_8));
        assertThat(pair.farReceives(6)).asString(UTF_8).isEqualTo("answer");
    }

    @EveryTransport
    void aSkipDropsJustSoMany(Transport transport, TestBed bed) throws IOException {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, transport);
        InputStream in = pair.near().inputStream();
        assertThat(in.skip(0)).isZero();
        assertThat(in.skip(-1)).isZero();
        byte[] content = random(3 * MOST_READ);
        try (Workers workers = new Workers()) {
            workers.start(() -> pair.farSends(content));
            assertThat(in.skip(Long.MAX_VALUE)).isBetween(1L, (long) MOST_READ);
            in.skipNBytes(1);
        }
        pair.farEnds();
        byte[] rest = in.readAllBytes();
        assertThat(content).endsWith(rest);
        assertThatThrownBy(() -> in.skipNBytes(1)).isInstanceOf(IOException.class);
    }

    @EveryTransport
    void manyBytesBothWaysAtOnce(Transport transport, TestBed bed) throws Exception {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, transport);
        byte[] content = random(5 * MOST_WRITTEN + 17);
        pair.far().configureBlocking(true);
        try (Workers workers = new Workers()) {
            workers.startVirtual(() -> {
                OutputStream out = pair.near().outputStream();
                out.write(content);
                pair.near().prepareShutdownOutput().join();
            });
            workers.startVirtual(() -> {
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                assertThat(pair.near().inputStream().transferTo(all)).isEqualTo(content.length);
                assertThat(all.toByteArray()).isEqualTo(content);
            });
            workers.start(() -> { // echoes
                ByteBuffer bytes = ByteBuffer.allocate(100_000);
                while (pair.far().read(bytes.clear()) >= 0) {
                    pair.far().write(bytes.flip());
                }
                pair.far().shutdownOutput();
            });
        }
    }

    @Test
    void betweenThePartsOfAWriteOthersMaySend(TestBed bed) throws IOException {
        Loop loop = bed.running();
        Pair pair = takesSomeParts(bed, loop);
        byte[] received;
        try (Workers workers = new Workers()) {
            workers.startVirtual(() -> {
                pair.near().outputStream().write(new byte[16 * MOST_WRITTEN]);
                pair.near().prepareShutdownOutput().join();
            });
            loop.until("it waits", () -> loop.inFlight() == 1);
            Count other = loop.start(pair.near().prepareSendAll(loop.bufferOf(new byte[] {1})));
            received = farReads(pair);
            assertThat(other.value()).isEqualTo(1);
        }
        assertThat(received).hasSize(16 * MOST_WRITTEN + 1);
        int place = Arrays.mismatch(received, new byte[received.length]);
        assertThat(place).isPositive().isLessThan(received.length - 1);
        assertThat(place % MOST_WRITTEN).isZero();
    }

    // ---- what must not be

    @Test
    void onThePollingThreadItRefuses(TestBed bed) {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        pair.farSends("kept");
        List<Throwable> thrown = Collections.synchronizedList(new ArrayList<>());
        loop.ring().execute(() -> {
            thrown.add(catchThrowable(() -> pair.near().inputStream().read()));
            thrown.add(catchThrowable(() -> pair.near().inputStream().skip(1)));
            thrown.add(catchThrowable(() -> pair.near().outputStream().write(1)));
        });
        loop.until("it has been refused", () -> thrown.size() == 3);
        assertThat(thrown).allSatisfy(refused -> assertThat(refused)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("polling thread"));
        assertThat(catchThrowable(() -> assertThat(pair.near().inputStream().readNBytes(4))
                .asString(UTF_8).isEqualTo("kept"))).isNull();
    }

    @Test
    void aNegativeTimeoutIsRefused(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        assertThatThrownBy(() -> pair.near().inputStream(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("negative timeout");
        assertThatThrownBy(() -> pair.near().outputStream(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("use zero");
    }

    // ---- time limits, interrupts, closing

    @Test
    void aReadTimesOutAndTheNextGoesOn(TestBed bed) throws IOException {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        InputStream in = pair.near().inputStream(Duration.ofMillis(20));
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (Workers workers = new Workers()) {
            workers.startVirtual(() -> failure.set(catchThrowable(in::read)));
            loop.until("it waits", () -> loop.inFlight() == 1);
            loop.pass(Duration.ofMillis(30));
        }
        assertThat(failure.get()).isInstanceOf(SocketTimeoutException.class);
        pair.farSends("x");
        assertThat(pair.near().inputStream().read()).isEqualTo('x');
    }

    @Test
    @Tag("J5")
    void anInterruptEndsAReadAndLosesNothing(TestBed bed) throws IOException {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        InputStream in = pair.near().inputStream();
        try (Workers workers = new Workers()) {
            Thread reader = workers.startVirtual(() -> {
                assertThatThrownBy(() -> in.read(new byte[10])).isInstanceOf(InterruptedIOException.class)
                        .hasMessageContaining("interrupted");
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
            });
            loop.until("it waits", () -> loop.inFlight() == 1);
            reader.interrupt();
        }
        assertThat(pair.near().isOpen()).isTrue();
        pair.farSends("kept");
        assertThat(in.readNBytes(4)).asString(UTF_8).isEqualTo("kept");
    }

    /// Whoever wins, what a read has taken it returns.
    @Test
    @Tag("J5")
    void interruptsThatRaceWithBytesLoseNone(TestBed bed) throws IOException {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        InputStream in = pair.near().inputStream();
        byte[] content = random(300);
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try (Workers workers = new Workers()) {
            Thread reader = workers.startVirtual(() -> {
                byte[] array = new byte[3];
                while (read.size() < content.length) {
                    try {
                        read.write(array, 0, in.read(array));
                    } catch (InterruptedIOException interrupted) {
                        assertThat(Thread.interrupted()).isTrue();
                    }
                }
            });
            for (int i = 0; i < content.length; i += 2) {
                pair.farSends(new byte[] {content[i], content[i + 1]});
                reader.interrupt();
            }
        }
        assertThat(read.toByteArray()).isEqualTo(content);
    }

    /// What it takes at once, since it was kept for it, is in the buffer before the interrupt is heard.
    @Test
    @Tag("J5")
    void anInterruptedReadReturnsWhatItHasTaken(TestBed bed) throws IOException {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        List<Items<Buf>> self = new ArrayList<>();
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(loop.pool(2, 16)), lease -> {
            self.getFirst().iteration().pause();
            self.getFirst().iteration().putBack(lease);
            self.getFirst().iteration().cancel();
        });
        self.add(items);
        pair.farSends("kept");
        items.failure(CancellationException.class);
        CountDownLatch mayTurn = new CountDownLatch(1);
        loop.ring().execute(() -> awaitQuietly(mayTurn));
        try (Workers workers = new Workers()) {
            Thread reader = workers.startVirtual(() -> {
                byte[] array = new byte[4];
                assertThat(pair.near().inputStream().read(array)).isEqualTo(4);
                assertThat(array).asString(UTF_8).isEqualTo("kept");
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
            });
            loop.awaitElsewhere("it waits", () -> reader.getState() == Thread.State.WAITING);
            reader.interrupt();
            loop.awaitElsewhere("it has cancelled its read",
                    () -> !reader.isInterrupted() && reader.getState() == Thread.State.WAITING);
            mayTurn.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Also of the parts before the one that was interrupted.
    @Test
    @Tag("J5")
    void anInterruptedWriteSaysHowMuchHasGone(TestBed bed) throws IOException {
        Loop loop = bed.running();
        Pair pair = takesSomeParts(bed, loop);
        byte[] content = random(64 * MOST_WRITTEN);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        byte[] first;
        try (Workers workers = new Workers()) {
            Thread writer = workers.startVirtual(
                    () -> failure.set(catchThrowable(() -> pair.near().outputStream().write(content))));
            first = Channels.newInputStream(pair.far()).readNBytes(2 * MOST_WRITTEN);
            writer.interrupt();
        }
        assertThat(failure.get()).isInstanceOf(InterruptedIOException.class)
                .isNotInstanceOf(SocketTimeoutException.class);
        requireSent(content, ((InterruptedIOException) failure.get()).bytesTransferred, first, pair);
    }

    @Test
    void aWriteThatTimesOutSaysHowMuchHasGone(TestBed bed) throws IOException {
        Loop loop = bed.running();
        Pair pair = takesSomeParts(bed, loop);
        byte[] content = random(64 * MOST_WRITTEN);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (Workers workers = new Workers()) {
            OutputStream out = pair.near().outputStream(Duration.ofMillis(400));
            workers.startVirtual(() -> failure.set(catchThrowable(() -> out.write(content))));
            loop.linger(100);
            loop.pass(Duration.ofMillis(410));
        }
        assertThat(failure.get()).isInstanceOf(SocketTimeoutException.class);
        int sent = ((InterruptedIOException) failure.get()).bytesTransferred;
        assertThat(sent).isGreaterThan(MOST_WRITTEN);
        requireSent(content, sent, new byte[0], pair);
    }

    /// A far end that takes more than a part without reading, and not everything.
    private static Pair takesSomeParts(TestBed bed, Loop loop) throws IOException {
        Pair pair = Pair.open(bed, loop, Transport.TCP4, 4 * MOST_WRITTEN);
        pair.nearSendsThroughASmallBuffer();
        pair.far().configureBlocking(true);
        return pair;
    }

    /// @param first what the far end has received already
    private static void requireSent(byte[] content, int sent, byte[] first, Pair pair) throws IOException {
        assertThat(sent).isBetween(first.length, content.length - 1);
        assertThat(first).isEqualTo(Arrays.copyOf(content, first.length));
        pair.near().prepareShutdownOutput().start((nothing, why) -> {});
        assertThat(farReads(pair)).isEqualTo(Arrays.copyOfRange(content, first.length, sent));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("J1")
    void aCloseEndsAReadAndLaterOnesFail(boolean ofInput, TestBed bed) throws IOException {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        InputStream in = pair.near().inputStream();
        OutputStream out = pair.near().outputStream();
        try (Workers workers = new Workers()) {
            workers.startVirtual(
                    () -> assertThatThrownBy(in::read).isInstanceOf(AsynchronousCloseException.class));
            loop.until("it waits", () -> loop.inFlight() == 1);
            (ofInput ? in : out).close();
        }
        assertThat(pair.near().isOpen()).isFalse();
        assertThatThrownBy(in::read).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> out.write(1)).isInstanceOf(ClosedChannelException.class);
        assertThat(farReads(pair)).isEmpty();
        in.close(); // again changes nothing
        out.close();
    }

    @Test
    void onAClosedRingTheyFailAsStreamsDo(TestBed bed) {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        loop.closeRing();
        assertThatThrownBy(() -> pair.near().inputStream().read()).isInstanceOf(IOException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> pair.near().outputStream().write(1)).isInstanceOf(IOException.class)
                .hasMessageContaining("closed");
    }
}
