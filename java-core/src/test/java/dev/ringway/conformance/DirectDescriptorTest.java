package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.ringway.AsyncFd;
import dev.ringway.AsyncFile;
import dev.ringway.AsyncListener;
import dev.ringway.AsyncSink;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.ErrnoException;
import dev.ringway.PipeEnds;
import dev.ringway.TestRings;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/// Files that the ring alone knows. Other rows tell what happens where there are none.
@EveryBackend(where = Cap.REGISTERS_BUFFERS_AND_FILES)
class DirectDescriptorTest {
    private static Loop loop(TestBed bed, int places) {
        return bed.loop(options -> options.directDescriptors = places);
    }

    private static <T extends AsyncFd> T direct(Loop loop, T fd) {
        return loop.keep(loop.await(loop.ring().prepareToDirectDescriptor(fd)));
    }

    private static AsyncFile file(Loop loop, Path directory) throws IOException {
        Path path = Files.writeString(directory.resolve("file"), "content");
        return loop.await(loop.ring().files().prepareOpen(path));
    }

    private static String text(Loop loop, AsyncFile file) {
        Buf buf = loop.buffer(64);
        loop.await(file.prepareRead(buf).from(0));
        return buf.getText(UTF_8);
    }

    @Test
    @Parity({"operation/to_direct_descriptor", "fd/to_direct_descriptor", "setting/direct_descriptors"})
    void bothReadTheSameFileAndCloseEachForItself(TestBed bed, Path directory) throws IOException {
        Loop loop = loop(bed, 2);
        AsyncFile file = file(loop, directory);
        AsyncFile direct = direct(loop, file);
        assertThat(TestRings.fd(direct)).isNegative();
        assertThat(text(loop, direct)).isEqualTo("content");
        file.close();
        assertThat(text(loop, direct)).isEqualTo("content");
        direct.close();
        loop.start(direct.prepareRead(loop.buffer(1))).failure(ClosedChannelException.class);
    }

    @Test
    @Parity({"operation/to_file_descriptor", "fd/to_file_descriptor"})
    void anFdIsMadeOfADirectDescriptor(TestBed bed, Path directory) throws IOException {
        Loop loop = loop(bed, 2);
        AsyncFile direct = direct(loop, file(loop, directory));
        AsyncFile file = loop.keep(loop.await(loop.ring().prepareToFileDescriptor(direct)));
        assertThat(TestRings.fd(file)).isNotNegative();
        direct.close();
        assertThat(text(loop, file)).isEqualTo("content");
    }

    @Test
    @Parity({"fd/direct_to_direct_descriptor", "fd/file_to_file_descriptor"})
    void whatIsOneAlreadyIsRefused(TestBed bed, Path directory) throws IOException {
        Loop loop = loop(bed, 2);
        AsyncFile file = file(loop, directory);
        AsyncFile direct = direct(loop, file);
        assertThatIllegalStateException().isThrownBy(() -> loop.ring().prepareToDirectDescriptor(direct));
        assertThatIllegalStateException().isThrownBy(() -> loop.ring().prepareToFileDescriptor(file));
        assertThatIllegalArgumentException().isThrownBy(() -> bed.loop().ring().prepareToDirectDescriptor(file));
    }

    @Test
    @Parity({"fs/open_direct_fd", "operation/open"})
    void aFileIsOpenedAsOne(TestBed bed, Path directory) throws IOException {
        Loop loop = loop(bed, 2);
        Path path = Files.writeString(directory.resolve("file"), "content");
        AsyncFile direct = loop.await(loop.ring().files().prepareOpen(path).asDirectDescriptor());
        assertThat(TestRings.fd(direct)).isNegative();
        assertThat(text(loop, direct)).isEqualTo("content");
    }

    @Test
    void closedPlacesAreUsedAgain(TestBed bed, Path directory) throws IOException {
        Loop loop = loop(bed, 2);
        AsyncFile file = file(loop, directory);
        for (int i = 0; i < 20; i++) {
            AsyncFile first = direct(loop, file);
            AsyncFile second = direct(loop, file);
            assertThat(text(loop, second)).isEqualTo("content");
            loop.await(first.prepareClose());
            loop.await(second.prepareClose());
        }
    }

    @Test
    void withoutAFreePlaceItSaysWhatHelps(TestBed bed, Path directory) throws IOException {
        Loop loop = loop(bed, 1);
        AsyncFile file = file(loop, directory);
        direct(loop, file);
        ErrnoException full = loop.start(loop.ring().prepareToDirectDescriptor(file)).failure(ErrnoException.class);
        assertThat(full.errnoName()).isEqualTo("ENFILE");
        assertThat(full).hasMessageContaining("directDescriptors");
    }

    @Test
    @Parity({"net/direct_fd", "defect/fallback_never_uses_raw_number_of_direct"})
    void aSocketSendsAndReceivesAndNoFdIsTouched(TestBed bed) {
        Loop loop = loop(bed, 2);
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        AsyncSocket direct = direct(loop, pair.near());
        loop.await(direct.prepareSendAll(loop.bufferOf("there")));
        assertThat(pair.farReceives(5)).isEqualTo("there".getBytes(UTF_8));
        Buf buf = loop.buffer(16);
        Count receive = loop.start(direct.prepareReceive(buf));
        loop.settle();
        pair.farSends("back");
        assertThat(receive.value()).isEqualTo(4);
        ErrnoException refused = loop.start(direct.prepareDuplicate()).failure(ErrnoException.class);
        assertThat(refused.errnoName()).isEqualTo("EOPNOTSUPP");
        assertThat(refused).hasMessageContaining("toFileDescriptor");
        loop.await(direct.prepareShutdownOutput());
        assertThat(pair.farReceivesAll()).isEmpty();
    }

    @Test
    @Parity("defect/splice_from_direct")
    void bytesAreSplicedFromOneAndToOne(TestBed bed, Path directory) throws IOException {
        Loop loop = loop(bed, 2);
        AsyncFile direct = direct(loop, file(loop, directory));
        PipeEnds pipe = loop.await(loop.ring().streams().preparePipe());
        AsyncSink sink = direct(loop, loop.keep(pipe.sink()));
        assertThat(loop.await(direct.prepareSpliceTo(sink, 100))).isEqualTo("content".length());
        Buf buf = loop.buffer(64);
        loop.await(loop.keep(pipe.source()).prepareRead(buf));
        assertThat(buf.getText(UTF_8)).isEqualTo("content");
    }

    @Test
    void oneThatIsClosedEndsWhatWaitsOnIt(TestBed bed) {
        Loop loop = loop(bed, 2);
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        AsyncSocket direct = direct(loop, pair.near());
        Count receive = loop.start(direct.prepareReceive(loop.buffer(16)));
        loop.settle();
        direct.close();
        receive.failure(AsynchronousCloseException.class);
        loop.await(pair.near().prepareSendAll(loop.bufferOf("open"))); // the other one is as it was
        assertThat(pair.farReceives(4)).isEqualTo("open".getBytes(UTF_8));
    }

    @Test
    @Parity("beyond/accept_direct")
    void whatADirectListenerAcceptsIsDirect(TestBed bed) throws IOException {
        Loop loop = loop(bed, 4);
        AsyncListener plain = loop.await(loop.ring().net()
                .prepareListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        InetSocketAddress address = (InetSocketAddress) loop.await(plain.prepareLocalAddress());
        AsyncListener direct = direct(loop, plain);
        Outcome<AsyncSocket> one = loop.start(direct.prepareAccept());
        try (SocketChannel client = SocketChannel.open(address)) {
            AsyncSocket accepted = loop.keep(one.value());
            assertThat(TestRings.fd(accepted)).isNegative();
            Echo.send(client, "x");
            assertThat(loop.await(accepted.prepareReceive(loop.buffer(8)))).isEqualTo(1);
        }
        Items<AsyncSocket> each = loop.start(direct.prepareAcceptEach(), loop::keep);
        try (SocketChannel client = SocketChannel.open(address)) {
            loop.until("one is accepted", () -> each.size() == 1);
            assertThat(client.isConnected()).isTrue();
            assertThat(TestRings.fd(each.items().getFirst())).isNegative();
        }
        each.iteration().cancel();
        each.failure(CancellationException.class);
    }

    @Test
    void theRingClosesWhatIsLeft(TestBed bed, Path directory) throws IOException {
        Loop loop = loop(bed, 2);
        AsyncFile direct = loop.await(loop.ring().prepareToDirectDescriptor(file(loop, directory)));
        loop.closeRing();
        assertThat(direct.isOpen()).isFalse();
    }
}
