package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ringway.AsyncFile;
import dev.ringway.Buf;
import dev.ringway.Ring;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Handles as channels of java.nio, on threads that wait.
@EveryBackend
class ChannelTest {
    private static String read(ByteChannel channel, int most) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(most);
        int count = channel.read(bytes);
        assertThat(bytes.position()).isEqualTo(Math.max(0, count));
        return count < 0 ? null : new String(bytes.array(), 0, count, UTF_8);
    }

    private static String readFully(ByteChannel channel, int count) throws IOException {
        StringBuilder all = new StringBuilder();
        while (all.length() < count) {
            all.append(read(channel, count - all.length()));
        }
        return all.toString();
    }

    private static byte[] receiveAll(SocketChannel far, int count) throws IOException {
        far.configureBlocking(true);
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining() && far.read(bytes) >= 0) {
            assertThat(bytes.position()).isPositive();
        }
        return bytes.array();
    }

    // ---- streams of the JDK over it

    @EveryTransport
    void aBufferedReaderOnAVirtualThreadReadsLines(Transport transport, TestBed bed) {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, transport);
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        try (Workers workers = new Workers()) {
            workers.startVirtual(() -> {
                try (BufferedReader reader = new BufferedReader(
                        new InputStreamReader(Channels.newInputStream(pair.near().channel()), UTF_8))) {
                    reader.lines().forEach(lines::add);
                }
            });
            pair.farSends("one\ntw");
            loop.until("the first line has come", () -> lines.size() == 1);
            pair.farSends("o\nthree");
            loop.until("the second line has come", () -> lines.size() == 2);
            pair.farEnds();
        }
        assertThat(lines).containsExactly("one", "two", "three");
        assertThat(pair.near().isOpen()).isFalse(); // the reader has closed it
    }

    @EveryTransport
    void whatIsWrittenArrivesWhole(Transport transport, TestBed bed) throws Exception {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, transport, 4096);
        pair.nearSendsThroughASmallBuffer();
        byte[] content = new byte[300_000];
        new Random(15).nextBytes(content);
        try (Workers workers = new Workers()) {
            workers.startVirtual(() -> {
                try (OutputStream out = Channels.newOutputStream(pair.near().channel())) {
                    out.write(content, 0, 100_000);
                    for (int i = 100_000; i < 100_100; i++) {
                        out.write(content[i]);
                    }
                    out.write(content, 100_100, content.length - 100_100);
                }
            });
            assertThat(receiveAll(pair.far(), content.length)).isEqualTo(content);
            assertThat(pair.far().read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @EveryTransport
    void bothDirectionsAtOnce(Transport transport, TestBed bed) throws Exception {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, transport);
        ByteChannel channel = pair.near().channel();
        try (Workers workers = new Workers()) {
            workers.startVirtual(() -> assertThat(readFully(channel, 6)).isEqualTo("answer"));
            loop.until("it waits", () -> loop.inFlight() == 1);
            workers.startVirtual(() -> assertThat(channel.write(UTF_8.encode("question"))).isEqualTo(8));
            assertThat(receiveAll(pair.far(), 8)).asString(UTF_8).isEqualTo("question");
            pair.far().configureBlocking(false);
            pair.farSends("answer");
        }
    }

    // ---- reading

    @EveryTransport
    void whatWasReceivedTooMuchIsForTheNextRead(Transport transport, TestBed bed) throws Exception {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, transport);
        ByteChannel channel = pair.near().channel();
        byte[] content = new byte[50_000];
        new Random(16).nextBytes(content);
        Random random = new Random(17);
        try (Workers workers = new Workers()) {
            workers.start(() -> pair.farSends(content));
            ByteBuffer all = ByteBuffer.allocate(content.length);
            while (all.hasRemaining()) {
                int most = Math.min(all.remaining(), random.nextInt(random.nextBoolean() ? 4 : 20_000));
                ByteBuffer part = random.nextBoolean() ? ByteBuffer.allocate(most) : ByteBuffer.allocateDirect(most);
                assertThat(channel.read(part)).isBetween(Math.min(1, most), most).isEqualTo(part.position());
                all.put(part.flip());
            }
            assertThat(all.array()).isEqualTo(content);
        }
    }

    @EveryTransport
    void theEndIsMinusOneEveryTimeAndNoRoomIsZero(Transport transport, TestBed bed) throws Exception {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, transport);
        ByteChannel channel = pair.near().channel();
        assertThat(channel.read(ByteBuffer.allocate(0))).isZero();
        pair.farSends("last");
        pair.farEnds();
        assertThat(readFully(channel, 4)).isEqualTo("last");
        for (int i = 0; i < 3; i++) {
            assertThat(read(channel, 10)).isNull();
            assertThat(channel.read(ByteBuffer.allocate(0))).isZero();
        }
        assertThat(channel.write(UTF_8.encode("answer"))).isEqualTo(6);
        assertThat(receiveAll(pair.far(), 6)).asString(UTF_8).isEqualTo("answer");
    }

    @Test
    void aReadOnlyBufferIsRefusedAndLosesNothing(TestBed bed) throws Exception {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        ByteChannel channel = pair.near().channel();
        pair.farSends("kept");
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(4).asReadOnlyBuffer()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("read-only");
        assertThatThrownBy(() -> channel.read(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> channel.write(null)).isInstanceOf(NullPointerException.class);
        assertThat(readFully(channel, 4)).isEqualTo("kept");
        assertThat(channel.write(UTF_8.encode("sent").asReadOnlyBuffer())).isEqualTo(4);
    }

    @Test
    void oneThreadAtATimeReads(TestBed bed) throws Exception {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        ByteChannel channel = pair.near().channel();
        List<String> parts = Collections.synchronizedList(new ArrayList<>());
        try (Workers workers = new Workers()) {
            for (int i = 0; i < 10; i++) {
                workers.startVirtual(() -> parts.add(read(channel, 1)));
            }
            loop.until("one waits in the ring", () -> loop.inFlight() == 1);
            pair.farSends("0123456789");
            loop.until("all have read", () -> parts.size() == 10);
        }
        assertThat(parts).containsExactlyInAnyOrder("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    }

    // ---- files

    @Test
    void ofAFileItIsAtTheFilesPosition(TestBed bed) throws Exception {
        Ring ring = bed.running().ring();
        AsyncFile file = ring.files().prepareOpen(bed.directory().resolve("file"), READ, WRITE, CREATE_NEW).join();
        try (ByteChannel channel = file.channel(); Buf buf = ring.buffer(3)) {
            assertThat(channel.write(UTF_8.encode("0123456789"))).isEqualTo(10);
            assertThat(read(channel, 5)).isNull();
            assertThat(channel.write(UTF_8.encode("abc"))).isEqualTo(3);
            file.prepareWriteAll(buf.put("ABC")).at(10).join();
            assertThat(Files.readString(bed.directory().resolve("file"))).isEqualTo("0123456789ABC");
        }
        assertThat(file.isOpen()).isFalse();
        AsyncFile again = ring.files().prepareOpen(bed.directory().resolve("file"), READ, WRITE).join();
        try (ByteChannel channel = again.channel(); Buf buf = ring.buffer(3)) {
            assertThat(readFully(channel, 2)).isEqualTo("01");
            again.prepareReadN(buf, 3).join(); // it has not read ahead
            assertThat(buf.getText(UTF_8)).isEqualTo("234");
            assertThat(channel.write(UTF_8.encode("five"))).isEqualTo(4);
            assertThat(readFully(channel, 4)).isEqualTo("9ABC");
        }
        assertThat(Files.readString(bed.directory().resolve("file"))).isEqualTo("01234five9ABC");
    }

    @Test
    void aFileIsCopiedThroughStreams(TestBed bed) throws Exception {
        Ring ring = bed.running().ring();
        byte[] content = new byte[200_000];
        new Random(18).nextBytes(content);
        AsyncFile from = ring.files().prepareOpen(Files.write(bed.directory().resolve("from"), content)).join();
        AsyncFile to = ring.files().prepareOpen(bed.directory().resolve("to"), WRITE, CREATE_NEW).join();
        try (Workers workers = new Workers()) {
            workers.startVirtual(() -> {
                try (var in = Channels.newInputStream(from.channel());
                        var out = Channels.newOutputStream(to.channel())) {
                    assertThat(in.transferTo(out)).isEqualTo(content.length);
                }
            });
        }
        assertThat(Files.readAllBytes(bed.directory().resolve("to"))).isEqualTo(content);
    }

    @Test
    void aFailureIsThatOfTheOperation(TestBed bed) throws Exception {
        Ring ring = bed.running().ring();
        AsyncFile directory = ring.files().prepareOpen(bed.directory()).join();
        try (ByteChannel channel = directory.channel()) {
            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
                    .isInstanceOf(IOException.class).hasMessageContaining("EISDIR");
            ByteBuffer src = UTF_8.encode("content");
            assertThatThrownBy(() -> channel.write(src)).isInstanceOf(IOException.class).hasMessageContaining("EBADF");
            assertThat(src.remaining()).isEqualTo(7);
            assertThat(channel.isOpen()).isTrue();
        }
    }

    // ---- closing

    @Test
    void closedItThrowsAndSoDoesAClosedSocket(TestBed bed) throws Exception {
        Loop loop = bed.running();
        for (boolean socketItself : new boolean[] {false, true}) {
            Pair pair = Pair.open(bed, loop, Transport.TCP4);
            ByteChannel channel = pair.near().channel();
            pair.farSends("0123456789");
            assertThat(read(channel, 1)).isEqualTo("0"); // so that something is kept
            if (socketItself) {
                pair.near().close();
            } else {
                channel.close();
                channel.close();
            }
            assertThat(channel.isOpen() || pair.near().isOpen()).isFalse();
            assertThatThrownBy(() -> read(channel, 1)).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(() -> channel.write(UTF_8.encode("x"))).isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void closedByAnotherThreadWhileTheyWait(TestBed bed) throws Exception {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4, 4096);
        pair.nearSendsThroughASmallBuffer();
        ByteChannel channel = pair.near().channel();
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        AtomicReference<Throwable> second = new AtomicReference<>();
        try (Workers workers = new Workers()) {
            workers.startVirtual(() -> failures.add(catchThrowable(() -> read(channel, 1))));
            workers.start(() -> failures.add(catchThrowable(() -> channel.write(ByteBuffer.allocate(10_000_000)))));
            loop.until("both wait", () -> loop.inFlight() == 2);
            Thread third = workers.startVirtual(() -> second.set(catchThrowable(() -> read(channel, 1))));
            loop.until("the third waits for the first", () -> third.getState() == Thread.State.WAITING);
            channel.close();
        }
        assertThat(failures).hasSize(2)
                .allSatisfy(failure -> assertThat(failure).isInstanceOf(AsynchronousCloseException.class));
        assertThat(second.get()).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void theRingsCloseEndsIt(TestBed bed) throws Exception {
        Loop loop = bed.running();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        ByteChannel channel = pair.near().channel();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (Workers workers = new Workers()) {
            workers.startVirtual(() -> failure.set(catchThrowable(() -> read(channel, 1))));
            loop.until("it waits", () -> loop.inFlight() == 1);
            loop.ring().close();
        }
        assertThat(failure.get()).isInstanceOf(AsynchronousCloseException.class);
        assertThatThrownBy(() -> read(channel, 1)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.write(UTF_8.encode("x"))).isInstanceOf(ClosedChannelException.class);
    }

    // ---- where it must not be used

    @Test
    void onThePollingThreadItIsRefused(TestBed bed, Ring ring, Loop loop) throws Exception {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        ByteChannel channel = pair.near().channel();
        assertThatThrownBy(() -> read(channel, 1))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("polling thread");
        List<Throwable> fromCallback = new ArrayList<>();
        ring.nop((count, failure) -> {
            fromCallback.add(catchThrowable(() -> read(channel, 1)));
            fromCallback.add(catchThrowable(() -> channel.write(UTF_8.encode("x"))));
        });
        loop.settle();
        assertThat(fromCallback).hasSize(2)
                .allSatisfy(failure -> assertThat(failure).isInstanceOf(IllegalStateException.class));
        assertThat(ring.inFlight()).isZero();
        pair.farSends("0123456789");
        try (Workers workers = new Workers()) {
            workers.start(() -> assertThat(read(channel, 1)).isEqualTo("0"));
            loop.until("it has read, and the rest is kept", workers.done());
        }
        assertThatThrownBy(() -> read(channel, 1)).isInstanceOf(IllegalStateException.class);
        channel.close();
    }

    @Test
    void aFullInboxIsAnIOException(TestBed bed) throws Exception {
        Loop loop = bed.loop(options -> options.inboxLimit = 1);
        loop.turn();
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        ByteChannel channel = pair.near().channel();
        ByteBuffer src = UTF_8.encode("content");
        try (Workers workers = new Workers()) {
            workers.start(() -> {
                loop.ring().execute(() -> {});
                for (Throwable failure : List.of(
                        catchThrowable(() -> read(channel, 1)), catchThrowable(() -> channel.write(src)))) {
                    assertThat(failure).isInstanceOf(IOException.class).hasMessageContaining("inboxLimit")
                            .hasCauseInstanceOf(RejectedExecutionException.class);
                }
            });
        }
        assertThat(src.remaining()).isEqualTo(7);
        assertThat(channel.isOpen()).isTrue();
    }
}
