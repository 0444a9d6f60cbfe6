package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.IntOperation;
import dev.ringway.PipeEnds;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// Whether anything happens on a connection, for those who end idle ones.
@EveryBackend
class ActivityTest {
    private static final int SMALL = 4096;

    private static byte[] content(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    @EveryTransport
    void whatIsReceivedAndSentCountsAndWaitingDoesNot(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        AsyncSocket near = pair.near();
        int made = near.activity();
        Buf buf = loop.buffer(10);
        Count receive = loop.start(near.prepareReceive(buf));
        loop.linger(10);
        assertThat(near.activity()).isEqualTo(made);
        pair.farSends("x");
        receive.value();
        int received = near.activity();
        assertThat(received).isNotEqualTo(made);
        loop.await(near.prepareSendAll(buf));
        int sent = near.activity();
        assertThat(sent).isNotEqualTo(received);
        pair.farEnds();
        assertThat(loop.await(near.prepareReceive(buf.clear()))).as("the end is no activity").isEqualTo(-1);
        assertThat(near.activity()).isEqualTo(sent);
        near.close();
        assertThat(near.activity()).isEqualTo(sent);
    }

    /// The kernel of io_uring tells of the whole send only.
    @EveryTransport
    void aLargeSendToASlowReaderCountsAndIsWhole(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport, SMALL);
        pair.nearSendsThroughASmallBuffer();
        toASlowReader(pair, loop, pair.near()::prepareSendAll, 1 << 18);
    }

    @Test
    void soDoesOneWithoutCopies(Caps caps, TestBed bed, Loop loop) {
        if (caps.has(Cap.SENDS_WITHOUT_COPYING)) {
            Pair pair = Pair.open(bed, loop, Transport.TCP4, 1 << 16);
            toASlowReader(pair, loop, buf -> pair.near().prepareSendAll(buf).zeroCopy(), 1 << 24);
        }
    }

    private static void toASlowReader(Pair pair, Loop loop, Function<Buf, IntOperation> sending, int size) {
        byte[] content = content(size);
        AsyncSocket near = pair.near();
        Count send = loop.start(sending.apply(loop.bufferOf(content)));
        ByteBuffer received = ByteBuffer.allocate(size);
        for (int i = 0; i < 2; i++) {
            int before = whenQuiet(near, loop::turn);
            while (near.activity() == before) { // the kernel waits until there is a good deal of room
                assertThat(send.isDone()).isFalse();
                received.put(pair.farReceives(size / 64));
                loop.linger(5);
            }
        }
        received.put(pair.farReceives(received.remaining()));
        assertThat(send.value()).isEqualTo(size);
        assertThat(Arrays.equals(received.array(), content)).as("every byte, in order").isTrue();
    }

    /// The reader takes nothing any more.
    private static int whenQuiet(AsyncSocket near, Runnable between) {
        int last = near.activity();
        for (int same = 0; same < 10; ) {
            between.run();
            int now = near.activity();
            same = now == last ? same + 1 : 0;
            last = now;
        }
        return last;
    }

    @Test
    void asksFromAnyThread(TestBed bed) throws Exception {
        Loop loop = bed.running();
        AsyncSocket near = loop.await(loop.ring().net().prepareSocket(StandardProtocolFamily.INET));
        try (ServerSocketChannel server = Transport.TCP4.server(bed.directory())) {
            server.setOption(StandardSocketOptions.SO_RCVBUF, SMALL);
            loop.await(near.prepareConnect(server.getLocalAddress()));
            try (SocketChannel far = server.accept()) {
                Count send = loop.start(near.prepareSendAll(loop.bufferOf(content(1 << 23))));
                int before = whenQuiet(near, ActivityTest::pause);
                far.read(ByteBuffer.allocate(1 << 16));
                for (int i = 0; i < 1000 && near.activity() == before; i++) {
                    far.read(ByteBuffer.allocate(1 << 16));
                    pause();
                }
                assertThat(near.activity()).isNotEqualTo(before);
                send.cancel();
                assertThat(send.failure()).isNotNull();
            }
        }
    }

    private static void pause() {
        LockSupport.parkNanos(2_000_000);
    }

    @Test
    void bothSidesOfASplice(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.UNIX);
        PipeEnds ends = loop.await(loop.ring().streams().preparePipe());
        loop.keep(ends.source());
        loop.keep(ends.sink());
        int made = pair.near().activity();
        loop.await(ends.sink().prepareWriteAll(loop.bufferOf("there")));
        assertThat(pair.near().activity()).isEqualTo(made);
        assertThat(loop.await(ends.source().prepareSpliceTo(pair.near(), 5))).isPositive();
        int sent = pair.near().activity();
        assertThat(sent).isNotEqualTo(made);
        pair.farSends("back");
        assertThat(loop.await(pair.near().prepareSpliceTo(ends.sink(), 4))).isPositive();
        assertThat(pair.near().activity()).isNotEqualTo(sent);
    }
}
