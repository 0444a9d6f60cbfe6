package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.ErrnoException;
import dev.ringway.MoreProtocolFamily;
import dev.ringway.Received;
import dev.ringway.Ring;
import dev.ringway.SocketProtocol;
import dev.ringway.SocketType;
import dev.ringway.VsockAddress;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Parity;
import dev.ringway.testing.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/// Sockets of messages.
@EveryBackend
class DatagramTest {
    private record Ends(AsyncSocket near, AsyncSocket far, SocketAddress nearAddress, SocketAddress farAddress) {}

    private static Ends ends(Transport transport, Ring ring, Loop loop, Path directory) {
        AsyncSocket near = loop.await(ring.net().prepareSocket(transport.family(), SocketType.DATAGRAM));
        AsyncSocket far = loop.await(ring.net().prepareSocket(transport.family(), SocketType.DATAGRAM));
        loop.await(near.prepareBind(transport.unused(directory)));
        loop.await(far.prepareBind(transport.unused(directory)));
        return new Ends(near, far, loop.await(near.prepareLocalAddress()), loop.await(far.prepareLocalAddress()));
    }

    private static String text(Buf buf) {
        return buf.getText(UTF_8);
    }

    @EveryTransport
    @Parity({"operation/socket", "operation/bind", "operation/send_to", "operation/recv_from", "net/send_to",
            "net/send_to_extractor", "net/recv_from"})
    void aMessageComesWithItsSender(Transport transport, Ring ring, Loop loop, Path directory) {
        Ends ends = ends(transport, ring, loop, directory);
        Buf src = loop.bufferOf("hello");
        assertThat(loop.await(ends.near.prepareSendTo(src, ends.farAddress))).isEqualTo(5);
        assertThat(src.readable()).isZero();
        Buf dst = loop.buffer(100).put("x");
        Received received = loop.await(ends.far.prepareReceiveFrom(dst));
        assertThat(received).isEqualTo(new Received(5, ends.nearAddress, false));
        assertThat(text(dst)).isEqualTo("xhello");
    }

    @EveryTransport
    @Parity({"operation/send_to_vectored", "operation/recv_from_vectored", "net/send_to_vectored",
            "net/send_to_vectored_extractor", "net/recv_from_vectored"})
    void aMessageIsGatheredAndScattered(Transport transport, Ring ring, Loop loop, Path directory) {
        Ends ends = ends(transport, ring, loop, directory);
        Buf[] srcs = {loop.bufferOf("one"), loop.buffer(1), loop.bufferOf("two"), loop.bufferOf("three")};
        assertThat(loop.await(ends.near.prepareSendTo(srcs, ends.farAddress))).isEqualTo(11);
        assertThat(srcs).allSatisfy(src -> assertThat(src.readable()).isZero());
        Buf[] dsts = {loop.buffer(4), loop.buffer(2), loop.buffer(50)};
        Received received = loop.await(ends.far.prepareReceiveFrom(dsts));
        assertThat(received).isEqualTo(new Received(11, ends.nearAddress, false));
        assertThat(List.of(text(dsts[0]), text(dsts[1]), text(dsts[2]))).containsExactly("onet", "wo", "three");
    }

    @EveryTransport
    @Parity({"net/send_to_zc", "net/send_to_zc_extractor", "net/send_to_vectored_zc",
            "net/send_to_vectored_zc_extractor"})
    void aMessageIsSentWithoutACopy(Transport transport, Ring ring, Loop loop, Path directory) {
        Ends ends = ends(transport, ring, loop, directory);
        Buf[] srcs = {loop.bufferOf("one"), loop.bufferOf("two")};
        assertThat(loop.await(ends.near.prepareSendTo(srcs, ends.farAddress).zeroCopy())).isEqualTo(6);
        Buf src = loop.bufferOf("three");
        assertThat(loop.await(ends.near.prepareSendTo(src, ends.farAddress).zeroCopy())).isEqualTo(5);
        assertThat(src.isLent()).isFalse();
        for (String expected : List.of("onetwo", "three")) {
            Buf dst = loop.buffer(10);
            assertThat(loop.await(ends.far.prepareReceiveFrom(dst)).sender()).isEqualTo(ends.nearAddress);
            assertThat(text(dst)).isEqualTo(expected);
        }
    }

    @EveryTransport
    @Parity("net/recv_vectored_truncated")
    void ofAMessageThatIsTooLongTheRestIsLost(Transport transport, Ring ring, Loop loop, Path directory) {
        Ends ends = ends(transport, ring, loop, directory);
        loop.await(ends.near.prepareSendTo(loop.bufferOf("too long"), ends.farAddress));
        loop.await(ends.near.prepareSendTo(loop.bufferOf("next"), ends.farAddress));
        Buf[] dsts = {loop.buffer(2), loop.buffer(1)};
        assertThat(loop.await(ends.far.prepareReceiveFrom(dsts))).isEqualTo(new Received(3, ends.nearAddress, true));
        assertThat(text(dsts[0]) + text(dsts[1])).isEqualTo("too");
        Buf dst = loop.buffer(4);
        assertThat(loop.await(ends.far.prepareReceiveFrom(dst))).isEqualTo(new Received(4, ends.nearAddress, false));
    }

    @EveryTransport
    void anEmptyMessageIsOne(Transport transport, Ring ring, Loop loop, Path directory) {
        Ends ends = ends(transport, ring, loop, directory);
        assertThat(loop.await(ends.near.prepareSendTo(loop.buffer(1), ends.farAddress))).isZero();
        assertThat(loop.await(ends.far.prepareReceiveFrom(loop.buffer(10))))
                .isEqualTo(new Received(0, ends.nearAddress, false));
        loop.await(ends.near.prepareConnect(ends.farAddress));
        assertThat(loop.await(ends.near.prepareSend(loop.buffer(1)))).isZero();
        assertThat(loop.await(ends.near.prepareSendAll(loop.buffer(1)))).isZero();
        assertThat(loop.await(ends.far.prepareReceive(loop.buffer(10)))).isZero();
        assertThat(loop.await(ends.far.prepareReceive(new Buf[] {loop.buffer(10)}))).isZero();
        Count none = loop.start(ends.far.prepareReceive(loop.buffer(10)));
        loop.settle();
        assertThat(none.isDone()).isFalse();
    }

    @EveryTransport
    void connectedItSendsAndReceivesWithoutAddresses(Transport transport, Ring ring, Loop loop, Path directory) {
        Ends ends = ends(transport, ring, loop, directory);
        loop.await(ends.near.prepareConnect(ends.farAddress));
        loop.await(ends.far.prepareConnect(ends.nearAddress));
        assertThat(loop.await(ends.near.preparePeerAddress())).isEqualTo(ends.farAddress);
        for (int i = 0; i < 20; i++) {
            assertThat(loop.await(ends.near.prepareSendAll(loop.bufferOf("message " + i)))).isPositive();
        }
        for (int i = 0; i < 20; i++) {
            Buf dst = loop.buffer(100);
            loop.await(ends.far.prepareReceive(dst));
            assertThat(text(dst)).isEqualTo("message " + i);
        }
    }

    @EveryTransport
    void anIterationGivesAMessageALease(Transport transport, Ring ring, Loop loop, Path directory) {
        Ends ends = ends(transport, ring, loop, directory);
        List<String> got = new ArrayList<>();
        Items<Buf> items = loop.start(ends.far.prepareReceiveEach(loop.pool(4, 64)), lease -> {
            got.add(text(lease));
            lease.release();
        });
        loop.await(ends.near.prepareSendTo(loop.bufferOf("one"), ends.farAddress));
        loop.await(ends.near.prepareSendTo(loop.buffer(1), ends.farAddress));
        loop.await(ends.near.prepareSendTo(loop.bufferOf("two"), ends.farAddress));
        loop.until("both have come", () -> got.size() == 2);
        assertThat(got).containsExactly("one", "two");
        assertThat(items.isDone()).isFalse();
    }

    @EveryTransport
    void waitsUntilOneComes(Transport transport, Ring ring, Loop loop, Path directory) {
        Ends ends = ends(transport, ring, loop, directory);
        Buf first = loop.buffer(10);
        Buf second = loop.buffer(10);
        Outcome<Received> one = loop.start(ends.far.prepareReceiveFrom(first));
        Outcome<Received> two = loop.start(ends.far.prepareReceiveFrom(second));
        loop.settle();
        assertThat(one.isDone() || two.isDone()).isFalse();
        loop.await(ends.near.prepareSendTo(loop.bufferOf("1"), ends.farAddress));
        loop.await(ends.near.prepareSendTo(loop.bufferOf("2"), ends.farAddress));
        assertThat(one.value().count() + two.value().count()).isEqualTo(2);
        assertThat(text(first) + text(second)).isEqualTo("12");
    }

    @EveryTransport
    void endsWithItsTimeLimitACancelAndAClose(Transport transport, Ring ring, Loop loop, Path directory) {
        Ends ends = ends(transport, ring, loop, directory);
        Outcome<Received> limited =
                loop.start(ends.far.prepareReceiveFrom(loop.buffer(1)).timeout(Duration.ofMillis(20)));
        loop.settle();
        loop.pass(Duration.ofMillis(40));
        limited.failure(SocketTimeoutException.class);
        Buf buf = loop.buffer(1);
        Outcome<Received> cancelled = loop.start(ends.far.prepareReceiveFrom(buf));
        loop.settle();
        cancelled.cancel();
        assertThat(cancelled.failure(CancellationException.class)).hasMessageContaining("recvmsg");
        assertThat(buf.isLent()).isFalse();
        Outcome<Received> closed = loop.start(ends.far.prepareReceiveFrom(loop.buffer(1)));
        loop.settle();
        ends.far.close();
        closed.failure(AsynchronousCloseException.class);
    }

    @EveryTransport
    void isStartedAgain(Transport transport, Ring ring, Loop loop, Path directory) {
        Ends ends = ends(transport, ring, loop, directory);
        AsyncSocket.Send send = ends.near.prepareSendTo(loop.bufferOf("0"), ends.farAddress);
        AsyncSocket.ReceiveFrom receive = ends.far.prepareReceiveFrom(loop.buffer(1));
        loop.await(send);
        loop.await(receive);
        for (int i = 1; i < 5; i++) {
            loop.await(send.reset(loop.bufferOf("" + i)));
            Buf dst = loop.buffer(1);
            assertThat(loop.await(receive.reset(dst)).sender()).isEqualTo(ends.nearAddress);
            assertThat(text(dst)).isEqualTo("" + i);
        }
    }

    @Test
    void aMessageThatIsTooLongForTheProtocolFails(Ring ring, Loop loop, Path directory) {
        Ends ends = ends(Transport.TCP4, ring, loop, directory);
        Buf src = loop.bufferOf(new byte[70_000]);
        ErrnoException failure =
                loop.start(ends.near.prepareSendTo(src, ends.farAddress)).failure(ErrnoException.class);
        assertThat(failure.errnoName()).isEqualTo("EMSGSIZE");
        assertThat(failure).hasMessageContaining(ends.farAddress.toString());
        assertThat(src.readable()).isEqualTo(70_000);
    }

    @Test
    void anIpv4AddressFitsAnIpv6Socket(Ring ring, Loop loop, Path directory) {
        AsyncSocket near = loop.await(ring.net().prepareSocket(StandardProtocolFamily.INET6, SocketType.DATAGRAM));
        AsyncSocket far = loop.await(ring.net().prepareSocket(StandardProtocolFamily.INET, SocketType.DATAGRAM));
        loop.await(far.prepareBind(Transport.TCP4.unused(directory)));
        loop.await(near.prepareSendTo(loop.bufferOf("mapped"), loop.await(far.prepareLocalAddress())));
        Received received = loop.await(far.prepareReceiveFrom(loop.buffer(10)));
        loop.await(far.prepareSendTo(loop.bufferOf("back"), received.sender()));
        Received back = loop.await(near.prepareReceiveFrom(loop.buffer(10)));
        assertThat(back.sender()).isEqualTo(loop.await(far.prepareLocalAddress()));
    }

    @Test
    void aUnixSocketWithoutANameIsNoSender(Ring ring, Loop loop, Path directory) {
        Ends ends = ends(Transport.UNIX, ring, loop, directory);
        AsyncSocket nameless = loop.await(ring.net().prepareSocket(StandardProtocolFamily.UNIX, SocketType.DATAGRAM));
        loop.await(nameless.prepareSendTo(loop.bufferOf("who"), ends.farAddress));
        assertThat(loop.await(ends.far.prepareReceiveFrom(loop.buffer(10)))).isEqualTo(new Received(3, null, false));
    }

    @Test
    void aStreamReceivesLikeOne(Ring ring, Loop loop, Path directory) {
        AsyncSocket bound = loop.await(ring.net().prepareSocket(StandardProtocolFamily.UNIX, SocketType.SEQPACKET));
        SocketAddress address = Transport.UNIX.unused(directory);
        loop.await(bound.prepareBind(address));
        var listener = loop.await(bound.prepareListen(1));
        AsyncSocket near = loop.await(ring.net().prepareSocket(StandardProtocolFamily.UNIX, SocketType.SEQPACKET));
        loop.await(near.prepareConnect(address));
        AsyncSocket far = loop.await(listener.prepareAccept());
        loop.await(near.prepareSend(loop.bufferOf("a packet")));
        loop.await(near.prepareSend(loop.bufferOf("another")));
        assertThat(loop.await(far.prepareReceiveFrom(loop.buffer(3)))).isEqualTo(new Received(3, null, true));
        assertThat(loop.await(far.prepareReceiveFrom(loop.buffer(30)))).isEqualTo(new Received(7, null, false));
        loop.await(near.prepareShutdownOutput());
        assertThat(loop.await(far.prepareReceiveFrom(loop.buffer(3)))).isEqualTo(new Received(-1, null, false));
        assertThat(loop.await(far.prepareReceive(loop.buffer(3)))).isEqualTo(-1);
    }

    // ---- what not every machine has, or lets everybody do

    @Test
    void rawSocketsNeedACapability(Ring ring, Loop loop) throws Exception {
        Outcome<AsyncSocket> made = loop.start(ring.net().prepareSocket(StandardProtocolFamily.INET, SocketType.RAW)
                .protocol(SocketProtocol.ICMP));
        if (made.failure() == null) {
            SocketAddress self = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0);
            byte[] echoRequest = {8, 0, (byte) 0xf7, (byte) 0xff, 0, 0, 0, 0};
            loop.await(made.value().prepareSendTo(loop.bufferOf(echoRequest), self));
            Received received = loop.await(made.value().prepareReceiveFrom(loop.buffer(100)));
            assertThat(received.sender()).isEqualTo(self);
            assertThat(received.count()).isEqualTo(28);
        } else {
            assertThat(made.failure()).hasMessageContaining("CAP_NET_RAW");
        }
    }

    @Test
    void vsockIsThereOrIsNot(Ring ring, Loop loop) {
        Outcome<AsyncSocket> made = loop.start(ring.net().prepareSocket(MoreProtocolFamily.VSOCK));
        if (made.failure() == null) {
            AsyncSocket socket = made.value();
            loop.await(socket.prepareBind(new VsockAddress(VsockAddress.ANY_CID, VsockAddress.ANY_PORT)));
            VsockAddress bound = (VsockAddress) loop.await(socket.prepareLocalAddress());
            assertThat(bound.port()).isNotEqualTo(VsockAddress.ANY_PORT);
            assertThat(bound).hasToString("vsock:4294967295:" + Integer.toUnsignedString(bound.port()));
            loop.await(socket.prepareListen(1));
        } else {
            assertThat(((ErrnoException) made.failure()).errnoName()).isEqualTo("EAFNOSUPPORT");
        }
    }

    @Test
    void whatTheSystemHasNotIsToldByItsErrno(Ring ring, Loop loop) {
        ErrnoException failure = loop.start(ring.net().prepareSocket(StandardProtocolFamily.INET, SocketType.RDM))
                .failure(ErrnoException.class);
        assertThat(failure.errnoName()).isEqualTo("ESOCKTNOSUPPORT");
        assertThat(failure).hasMessageContaining("INET RDM");
        assertThat(loop.start(ring.net().prepareSocket(StandardProtocolFamily.INET).protocol(SocketProtocol.UDP))
                .failure(ErrnoException.class).errnoName()).isEqualTo("EPROTONOSUPPORT");
    }
}
