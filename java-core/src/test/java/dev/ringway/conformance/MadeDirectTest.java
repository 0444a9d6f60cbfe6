package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSink;
import dev.ringway.AsyncSocket;
import dev.ringway.AsyncSource;
import dev.ringway.Buf;
import dev.ringway.ErrnoException;
import dev.ringway.PipeEnds;
import dev.ringway.SocketType;
import dev.ringway.TestRings;
import dev.ringway.internal.ffi.LinuxSys;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/// Sockets and pipes that become direct descriptors when they are made. The fd that they have for a moment is gone
/// afterwards, which the census sees.
@EveryBackend(where = Cap.REGISTERS_BUFFERS_AND_FILES)
class MadeDirectTest {
    private static Loop loop(TestBed bed, int places) {
        return bed.loop(options -> options.directDescriptors = places);
    }

    private static String read(Loop loop, AsyncSource source, int length) {
        Buf buf = loop.buffer(length);
        loop.await(source.prepareReadN(buf, length));
        return buf.getText(UTF_8);
    }

    /// Whether a place is free is whether a pipe, which needs two, can be made.
    private static void requireTwoFreePlaces(Loop loop) {
        PipeEnds ends = loop.await(loop.ring().streams().preparePipe().asDirectDescriptor());
        loop.await(loop.keep(ends.source()).prepareClose());
        loop.await(loop.keep(ends.sink()).prepareClose());
    }

    // ---- sockets

    @Test
    @Parity({"operation/socket", "operation/bind"})
    void aSocketIsMadeWithItsOptions(TestBed bed, Path directory) {
        Loop loop = loop(bed, 3);
        AsyncSocket socket = loop.await(loop.ring().net().prepareSocket(StandardProtocolFamily.INET)
                .option(StandardSocketOptions.SO_KEEPALIVE, true).asDirectDescriptor());
        assertThat(TestRings.fd(socket)).isNegative();
        AsyncSocket twin = loop.keep(loop.await(loop.ring().prepareToFileDescriptor(socket)));
        assertThat(loop.await(twin.prepareOption(StandardSocketOptions.SO_KEEPALIVE))).isTrue();
        AsyncListener listener = loop.await(loop.ring().net().prepareListen(Transport.TCP4.unused(directory)));
        loop.await(socket.prepareConnect(loop.await(listener.prepareLocalAddress())));
        AsyncSocket far = loop.await(listener.prepareAccept());
        loop.await(socket.prepareSendAll(loop.bufferOf("direct")));
        Buf buf = loop.buffer(6);
        loop.await(far.prepareReceiveN(buf, 6));
        assertThat(buf.getText(UTF_8)).isEqualTo("direct");
    }

    @Test
    void aSocketOfDatagramsIsBoundAndReceives(TestBed bed, Path directory) {
        Loop loop = loop(bed, 3);
        AsyncSocket near = loop.await(loop.ring().net()
                .prepareSocket(StandardProtocolFamily.INET, SocketType.DATAGRAM).asDirectDescriptor());
        loop.await(near.prepareBind(Transport.TCP4.unused(directory)));
        AsyncSocket twin = loop.keep(loop.await(loop.ring().prepareToFileDescriptor(near)));
        AsyncSocket far = loop.await(
                loop.ring().net().prepareSocket(StandardProtocolFamily.INET, SocketType.DATAGRAM));
        loop.await(far.prepareSendTo(loop.bufferOf("message"), loop.await(twin.prepareLocalAddress())));
        Buf buf = loop.buffer(100);
        assertThat(loop.await(near.prepareReceiveFrom(buf)).count()).isEqualTo(7);
    }

    @EveryTransport
    @Parity("operation/connect")
    void aConnectionIsMade(Transport transport, TestBed bed, Path directory) {
        Loop loop = loop(bed, 2);
        AsyncListener listener = loop.await(loop.ring().net().prepareListen(transport.unused(directory)));
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        AsyncSocket near = loop.await(loop.ring().net().prepareConnect(address).asDirectDescriptor());
        assertThat(TestRings.fd(near)).isNegative();
        AsyncSocket far = loop.await(listener.prepareAccept());
        Buf buf = loop.buffer(4);
        Count receive = loop.start(near.prepareReceiveN(buf, 4));
        loop.settle();
        loop.await(far.prepareSendAll(loop.bufferOf("ping")));
        assertThat(receive.value()).isEqualTo(4);
        loop.await(near.prepareSendAll(loop.bufferOf("pong")));
        loop.await(near.prepareClose());
        loop.await(far.prepareReceiveN(buf.clear(), 4));
        assertThat(buf.getText(UTF_8)).isEqualTo("pong");
        assertThat(loop.await(far.prepareReceive(buf.clear()))).isEqualTo(-1);
        requireTwoFreePlaces(loop);
    }

    @Test
    void aConnectionOverTcpHasItsOptions(TestBed bed, Path directory) {
        Loop loop = loop(bed, 2);
        AsyncListener listener = loop.await(loop.ring().net().prepareListen(Transport.TCP4.unused(directory)));
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        AsyncSocket near = loop.await(loop.ring().net().prepareConnect(address)
                .option(StandardSocketOptions.SO_KEEPALIVE, true).asDirectDescriptor());
        AsyncSocket twin = loop.keep(loop.await(loop.ring().prepareToFileDescriptor(near)));
        assertThat(loop.await(twin.prepareOption(StandardSocketOptions.TCP_NODELAY))).isTrue();
        assertThat(loop.await(twin.prepareOption(StandardSocketOptions.SO_KEEPALIVE))).isTrue();
    }

    @Test
    void oneThatIsRefusedOrCancelledLeavesNothing(TestBed bed, Path directory) {
        Loop loop = loop(bed, 2);
        SocketAddress nobody = Transport.TCP4.unused(directory);
        AsyncListener listener = loop.await(loop.ring().net().prepareListen(nobody));
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        for (int i = 0; i < 20; i++) {
            Outcome<AsyncSocket> cancelled =
                    loop.start(loop.ring().net().prepareConnect(address).asDirectDescriptor());
            for (int turns = 0; turns < i % 4; turns++) {
                loop.turn();
            }
            cancelled.cancel();
            loop.until("it has ended", cancelled::isDone);
            if (cancelled.failure() == null) {
                loop.await(cancelled.value().prepareClose());
            }
        }
        requireTwoFreePlaces(loop);
        listener.close();
        Outcome<AsyncSocket> refused = loop.start(loop.ring().net().prepareConnect(address).asDirectDescriptor());
        assertThat(refused.failure(ConnectException.class)).hasMessageContaining(address.toString());
        requireTwoFreePlaces(loop);
    }

    @Test
    void withoutAFreePlaceAConnectionIsClosedAgain(TestBed bed, Path directory) {
        Loop loop = loop(bed, 1);
        AsyncListener listener = loop.await(
                loop.ring().net().prepareListen(Transport.TCP4.unused(directory)).asDirectDescriptor());
        AsyncListener twin = loop.keep(loop.await(loop.ring().prepareToFileDescriptor(listener)));
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        ErrnoException full = loop.start(loop.ring().net().prepareConnect(address).asDirectDescriptor())
                .failure(ErrnoException.class);
        assertThat(full).hasMessageContaining("ENFILE").hasMessageContaining("Ring.Builder.directDescriptors");
        AsyncSocket far = loop.await(twin.prepareAccept());
        assertThat(loop.await(far.prepareReceive(loop.buffer(1)))).isEqualTo(-1);
        assertThat(loop.start(loop.ring().net().prepareSocket(StandardProtocolFamily.INET).asDirectDescriptor())
                .failure()).hasMessageContaining("socket").hasMessageContaining("ENFILE");
    }

    @Test
    @Parity({"operation/listen", "operation/local_addr", "beyond/accept_direct"})
    void aListenerKnowsItsAddressAndAcceptsDirectDescriptors(TestBed bed, Path directory) throws IOException {
        Loop loop = loop(bed, 4);
        AsyncListener listener = loop.await(loop.ring().net()
                .prepareListen(Transport.TCP4.unused(directory)).backlog(7).asDirectDescriptor());
        assertThat(TestRings.fd(listener)).isNegative();
        InetSocketAddress address = (InetSocketAddress) loop.await(listener.prepareLocalAddress());
        assertThat(address.getPort()).isPositive();
        try (SocketChannel client = SocketChannel.open(address)) {
            AsyncSocket far = loop.keep(loop.await(listener.prepareAccept().withAddress()));
            assertThat(TestRings.fd(far)).isNegative();
            assertThat(loop.await(far.preparePeerAddress())).isEqualTo(client.getLocalAddress());
            Echo.send(client, "x");
            assertThat(loop.await(far.prepareReceive(loop.buffer(8)))).isEqualTo(1);
        }
    }

    @Test
    void aTwinKnowsTheAddressThatTheOriginalKnew(TestBed bed, Path directory) throws IOException {
        Loop loop = loop(bed, 2);
        AsyncListener listener = loop.await(loop.ring().net().prepareListen(Transport.TCP4.unused(directory)));
        try (SocketChannel client = SocketChannel.open(loop.await(listener.prepareLocalAddress()))) {
            AsyncSocket far = loop.await(listener.prepareAccept().withAddress());
            AsyncSocket direct = loop.keep(loop.await(loop.ring().prepareToDirectDescriptor(far)));
            assertThat(loop.await(direct.preparePeerAddress())).isEqualTo(client.getLocalAddress());
        }
    }

    // ---- pipes

    @Test
    @Parity({"pipe/pipe_direct_descriptor", "operation/pipe"})
    void aPipeIsMade(TestBed bed) {
        Loop loop = loop(bed, 2);
        PipeEnds ends = loop.await(loop.ring().streams().preparePipe().asDirectDescriptor());
        AsyncSource source = loop.keep(ends.source());
        AsyncSink sink = loop.keep(ends.sink());
        assertThat(TestRings.fd(source)).isNegative();
        assertThat(TestRings.fd(sink)).isNegative();
        Count waiting = loop.start(source.prepareReadN(new Buf[] {loop.buffer(2), loop.buffer(2)}, 4));
        loop.settle();
        loop.await(sink.prepareWriteAll(new Buf[] {loop.bufferOf("in "), loop.bufferOf("and out")}));
        assertThat(waiting.value()).isEqualTo(4);
        assertThat(read(loop, source, 6)).isEqualTo("nd out");
        ByteArrayOutputStream each = new ByteArrayOutputStream();
        Items<Buf> items = loop.start(source.prepareReadEach(loop.pool(2, 16)), lease -> {
            each.writeBytes(lease.getAll());
            lease.release();
        });
        Count write = loop.start(sink.prepareWriteAll(loop.bufferOf("x".repeat(200_000))));
        write.value();
        sink.close();
        items.awaitEnd();
        assertThat(each.size()).isEqualTo(200_000);
        source.close();
        requireTwoFreePlaces(loop);
    }

    @Test
    void aPipeHasItsSizeAndKeepsPacketsApart(TestBed bed) {
        Loop loop = loop(bed, 2);
        PipeEnds ends = loop.await(loop.ring().streams().preparePipe().packets().size(8192).asDirectDescriptor());
        AsyncSource source = loop.keep(ends.source());
        AsyncSink sink = loop.keep(ends.sink());
        loop.await(sink.prepareWrite(loop.bufferOf("one")));
        loop.await(sink.prepareWrite(loop.bufferOf("second")));
        Count third = loop.start(sink.prepareWrite(loop.bufferOf("third"))); // two pages are two packets
        loop.settle();
        assertThat(third.isDone()).isFalse();
        assertThat(loop.await(source.prepareRead(loop.buffer(100)))).isEqualTo(3);
        assertThat(loop.await(source.prepareRead(loop.buffer(100)))).isEqualTo(6);
        third.value();
    }

    /// One of its ends would have found a place.
    @Test
    void withPlacesForHalfOfItNoPipeIsMade(TestBed bed) {
        Loop loop = loop(bed, 1);
        for (int i = 0; i < 3; i++) {
            ErrnoException full = loop.start(loop.ring().streams().preparePipe().asDirectDescriptor())
                    .failure(ErrnoException.class);
            assertThat(full.errnoName()).isEqualTo("ENFILE");
            assertThat(full).hasMessageContaining("pipe2").hasMessageContaining("Ring.Builder.directDescriptors");
        }
        AsyncSocket socket = loop.await(
                loop.ring().net().prepareSocket(StandardProtocolFamily.INET).asDirectDescriptor());
        assertThat(TestRings.fd(socket)).isNegative();
    }

    @Test
    void whatCannotBeMadeSaysWhy(TestBed bed) {
        Loop loop = loop(bed, 2);
        ErrnoException huge = loop.start(
                loop.ring().streams().preparePipe().size(1 << 30).asDirectDescriptor()).failure(ErrnoException.class);
        assertThat(huge.errnoName()).isIn("EPERM", "ENOMEM", "EBUSY");
        requireTwoFreePlaces(loop);
    }

    @Test
    @Parity("pipe/cancel_pipe")
    void oneThatIsCancelledLeavesNeitherFdsNorPlaces(TestBed bed) {
        Loop loop = loop(bed, 2);
        for (int i = 0; i < 10; i++) {
            Outcome<PipeEnds> cancelled = loop.start(loop.ring().streams().preparePipe().asDirectDescriptor());
            cancelled.cancel();
            loop.until("it has ended", cancelled::isDone);
            if (cancelled.failure() == null) {
                cancelled.value().source().close();
                cancelled.value().sink().close();
            } else {
                cancelled.failure(CancellationException.class);
            }
            loop.ring().streams().preparePipe().asDirectDescriptor().future().cancel(true);
            loop.linger(5);
        }
        requireTwoFreePlaces(loop);
    }

    /// What was made elsewhere may have O_NONBLOCK, with which the kernel does not wait by itself.
    @Test
    void aDirectDescriptorThatDoesNotBlockIsWaitedFor(TestBed bed) throws IOException {
        Sys sys = new LinuxSys();
        Loop loop = loop(bed, 2);
        int[] fds;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment both = arena.allocate(ValueLayout.JAVA_INT, 2);
            assertThat(sys.pipe2(both.address(), Linux.O_CLOEXEC() | Linux.O_NONBLOCK())).isZero();
            fds = both.toArray(ValueLayout.JAVA_INT);
        }
        AsyncSource source = loop.keep(loop.ring().streams().source(fds[0]));
        AsyncSink sink = loop.keep(loop.ring().streams().sink(fds[1]));
        AsyncSource direct = loop.keep(loop.await(loop.ring().prepareToDirectDescriptor(source)));
        AsyncSink directSink = loop.keep(loop.await(loop.ring().prepareToDirectDescriptor(sink)));
        Buf buf = loop.buffer(200_000);
        Count read = loop.start(direct.prepareReadN(buf, 200_000));
        loop.linger(10);
        assertThat(read.isDone()).isFalse();
        loop.await(directSink.prepareWriteAll(loop.bufferOf("y".repeat(200_000))));
        assertThat(read.value()).isEqualTo(200_000);
        Count cancelled = loop.start(direct.prepareRead(buf.clear()));
        loop.linger(10);
        cancelled.cancel();
        cancelled.failure(CancellationException.class);
    }
}
