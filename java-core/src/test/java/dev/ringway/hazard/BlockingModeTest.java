package dev.ringway.hazard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSink;
import dev.ringway.AsyncSocket;
import dev.ringway.AsyncSource;
import dev.ringway.Backend;
import dev.ringway.Buf;
import dev.ringway.Ring;
import dev.ringway.TestRings;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.Count;
import dev.ringway.testing.CountingSys;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Row;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Somebody sets or clears O_NONBLOCK, which belongs to the file and not to the fd, before an operation or during it:
/// operations wait as they always do, nobody sees EAGAIN, and the loop is not held up.
@EveryBackend
@Tag("H25")
class BlockingModeTest {
    @ParameterizedTest(name = "O_NONBLOCK: {0}")
    @ValueSource(booleans = {true, false})
    void aSocketReceivesAndSends(boolean nonBlocking, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4, 4096);
        pair.nearSendsThroughASmallBuffer();
        int fd = TestRings.fd(pair.near());
        for (int round = 0; round < 4; round++) {
            Buf buf = loop.buffer(5);
            if (round % 2 == 0) {
                Plain.setNonBlocking(fd, nonBlocking);
            }
            Count receive = loop.start(pair.near().prepareReceiveN(buf, 5));
            Count send = loop.start(pair.near().prepareSendAll(loop.bufferOf(new byte[1 << 20])));
            requireTurns(loop);
            if (round % 2 == 1) {
                Plain.setNonBlocking(fd, nonBlocking == (round == 1));
            }
            requireTurns(loop);
            assertThat(receive.isDone()).isFalse();
            assertThat(send.isDone()).isFalse();
            pair.farSends("hello");
            assertThat(receive.value()).isEqualTo(5);
            assertThat(pair.farReceives(1 << 20)).hasSize(1 << 20);
            assertThat(send.value()).isEqualTo(1 << 20);
        }
    }

    /// A readiness backend accepts only as the listener has it: its own is non-blocking, and nobody else has the fd.
    @ParameterizedTest(name = "O_NONBLOCK: {0}")
    @ValueSource(booleans = {true, false})
    void aListenerAccepts(boolean nonBlocking, Row row, Ring ring, Loop loop, Path directory) throws Exception {
        AsyncListener listener = loop.await(ring.net().prepareListen(Transport.TCP4.unused(directory)));
        Plain.setNonBlocking(TestRings.fd(listener), nonBlocking || row.backend() != Backend.IO_URING);
        Outcome<AsyncSocket> accept = loop.start(listener.prepareAccept());
        requireTurns(loop);
        assertThat(accept.isDone()).isFalse();
        try (SocketChannel client = SocketChannel.open(loop.await(listener.prepareLocalAddress()))) {
            assertThat(accept.value().isOpen()).isTrue();
            assertThat(client.isConnected()).isTrue();
        }
    }

    @ParameterizedTest(name = "O_NONBLOCK: {0}")
    @ValueSource(booleans = {true, false})
    void aPipeReadsAndWrites(boolean nonBlocking, Caps caps, Ring ring, Loop loop) throws IOException {
        Plain.Pipe pipe = Plain.pipe(nonBlocking ? 0 : Linux.O_NONBLOCK());
        AsyncSource source = loop.keep(ring.streams().source(pipe.source()));
        AsyncSink sink = loop.keep(ring.streams().sink(pipe.sink()));
        for (int round = 0; round < 3; round++) {
            Buf buf = loop.buffer(200_000);
            Count read = loop.start(source.prepareReadN(buf, 5));
            requireTurns(loop);
            if (caps.has(Cap.READS_WITHOUT_WAITING)) { // elsewhere it has to stay as it is when it is first used
                Plain.setNonBlocking(pipe.source(), nonBlocking == (round != 1));
                Plain.setNonBlocking(pipe.sink(), nonBlocking == (round != 1));
            }
            requireTurns(loop);
            assertThat(read.isDone()).isFalse();
            loop.await(sink.prepareWriteAll(loop.bufferOf("hello")));
            assertThat(read.value()).isEqualTo(5);
            assertThat(buf.getText(UTF_8)).isEqualTo("hello");
            Count write = loop.start(sink.prepareWriteAll(loop.bufferOf(new byte[200_000])));
            requireTurns(loop);
            assertThat(write.isDone()).isFalse();
            assertThat(loop.await(source.prepareReadN(buf.clear(), 200_000))).isEqualTo(200_000);
            assertThat(write.value()).isEqualTo(200_000);
        }
    }

    /// Where the kernel cannot be asked not to wait, what a file is like when it is first used counts.
    @ParameterizedTest(name = "O_NONBLOCK: {0}")
    @ValueSource(booleans = {true, false})
    void aPipeReadsAndWritesOnAKernelThatCannotBeAskedNotToWait(boolean nonBlocking, TestBed bed, Caps caps)
            throws IOException {
        Loop loop = bed.loop(options -> options.sys = new CountingSys(options.sys) {
            @Override
            public int preadv2(int fd, long iovecs, int count, long offset, int flags) {
                return -Errno.EOPNOTSUPP;
            }

            @Override
            public int pwritev2(int fd, long iovecs, int count, long offset, int flags) {
                return -Errno.EOPNOTSUPP;
            }
        });
        Plain.Pipe pipe = Plain.pipe(nonBlocking ? Linux.O_NONBLOCK() : 0);
        AsyncSource source = loop.keep(loop.ring().streams().source(pipe.source()));
        AsyncSink sink = loop.keep(loop.ring().streams().sink(pipe.sink()));
        Buf buf = loop.buffer(200_000);
        Count read = loop.start(source.prepareReadN(buf, 200_000));
        requireTurns(loop);
        assertThat(read.isDone()).isFalse();
        Count write = loop.start(sink.prepareWriteAll(loop.bufferOf(new byte[300_000])));
        assertThat(read.value()).isEqualTo(200_000);
        requireTurns(loop);
        assertThat(write.isDone()).isFalse();
        assertThat(loop.await(source.prepareReadN(buf.clear(), 100_000))).isEqualTo(100_000);
        assertThat(write.value()).isEqualTo(300_000);
        assertThat(loop.ring().stats().offloads() > 0).isEqualTo(caps.has(Cap.PLAIN_CALLS) && !nonBlocking);
    }

    private static void requireTurns(Loop loop) {
        assertThat(loop.await(loop.ring().prepareNop())).isZero();
        loop.settle();
    }
}
