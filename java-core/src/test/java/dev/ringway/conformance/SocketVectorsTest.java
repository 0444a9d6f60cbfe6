package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.ErrnoException;
import dev.ringway.MoreSocketOptions;
import dev.ringway.ReceiveFlag;
import dev.ringway.Received;
import dev.ringway.Ring;
import dev.ringway.SendFlag;
import dev.ringway.SocketType;
import dev.ringway.UnixAbstractAddress;
import dev.ringway.testing.Count;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ReadPendingException;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/// Transfers of sockets with several buffers, with flags, and with addresses that Java has no class for.
@EveryBackend
class SocketVectorsTest {
    private static String text(Buf buf) {
        return buf.getText(UTF_8);
    }

    private static Buf[] rooms(Loop loop, int... sizes) {
        return Arrays.stream(sizes).mapToObj(loop::buffer).toArray(Buf[]::new);
    }

    // ---- several buffers

    @EveryTransport
    @Parity({"operation/send_vectored", "net/send_vectored", "net/send_vectored_extractor"})
    void sendsWhatSeveralHoldInTheirOrder(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Buf[] srcs = {loop.bufferOf("one"), loop.buffer(5), loop.bufferOf("two"), loop.bufferOf("three")};
        int count = loop.await(pair.near().prepareSend(srcs));
        assertThat(count).isBetween(1, 11);
        assertThat(new String(pair.farReceives(count), UTF_8)).isEqualTo("onetwothree".substring(0, count));
        assertThat(Arrays.stream(srcs).mapToInt(Buf::readable).sum()).isEqualTo(11 - count);
    }

    @EveryTransport
    @Parity({"operation/send_all_vectored", "net/send_all_vectored", "net/send_all_vectored_extract"})
    void sendsAllThatSeveralHold(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        byte[] content = new byte[5 << 20];
        new Random(1).nextBytes(content);
        Buf[] srcs = new Buf[64];
        for (int i = 0; i < srcs.length; i++) {
            int from = i * (content.length / srcs.length);
            srcs[i] = loop.bufferOf(Arrays.copyOfRange(content, from, from + content.length / srcs.length));
        }
        Count send = loop.start(pair.near().prepareSendAll(srcs));
        assertThat(pair.farReceives(content.length)).isEqualTo(content);
        assertThat(send.value()).isEqualTo(content.length);
        assertThat(srcs).allSatisfy(src -> assertThat(src.readable()).isZero());
    }

    @EveryTransport
    @Parity({"net/send_vectored_zc", "net/send_vectored_zc_extractor"})
    void sendsSeveralWithoutACopy(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Buf[] srcs = {loop.bufferOf("one"), loop.bufferOf("two"), loop.buffer(1)};
        assertThat(loop.await(pair.near().prepareSendAll(srcs).zeroCopy())).isEqualTo(6);
        assertThat(srcs).noneMatch(Buf::isLent);
        assertThat(new String(pair.farReceives(6), UTF_8)).isEqualTo("onetwo");
    }

    /// The last buffer is empty, and what comes before does not fit at once.
    @EveryTransport
    @Parity("defect/write_all_vectored_with_empty_last_buffer")
    void anEmptyLastBufferDoesNotEndASendTooEarly(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        byte[] content = new byte[6 << 20];
        new Random(2).nextBytes(content);
        Buf[] srcs = {loop.bufferOf(content), loop.buffer(7)};
        Count send = loop.start(pair.near().prepareSendAll(srcs));
        loop.linger(20);
        assertThat(send.isDone()).isFalse();
        assertThat(pair.farReceives(content.length)).isEqualTo(content);
        assertThat(send.value()).isEqualTo(content.length);
    }

    @EveryTransport
    @Parity({"defect/empty_input_is_no_write_zero", "defect/zero_length_read_is_no_enobufs"})
    void nothingToMoveIsNoError(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Buf[] none = {loop.buffer(1), loop.buffer(1)};
        assertThat(loop.await(pair.near().prepareSend(none))).isZero();
        assertThat(loop.await(pair.near().prepareSendAll(none))).isZero();
        assertThat(loop.await(pair.near().prepareSendAll(loop.buffer(1)))).isZero();
        pair.farSends("x");
        Buf[] full = {loop.bufferOf("full"), loop.bufferOf("too")};
        int rooms = full[0].writable() + full[1].writable();
        assertThat(rooms).isZero();
        assertThat(loop.await(pair.near().prepareReceive(full))).isZero();
        assertThat(loop.await(pair.near().prepareReceive(full[0]))).isZero();
        assertThat(loop.await(pair.near().prepareReceiveFrom(full[0])).count()).isZero();
        assertThat(pair.nearReceives(1)).isEqualTo("x");
    }

    @EveryTransport
    @Parity({"operation/recv_vectored", "net/recv_vectored"})
    void receivesIntoTheFirstOneFirst(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        pair.farSends("0123456789");
        StringBuilder got = new StringBuilder();
        while (got.length() < 10) {
            Buf[] dsts = rooms(loop, 3, 1, 20);
            assertThat(loop.await(pair.near().prepareReceive(dsts))).isPositive();
            Arrays.stream(dsts).forEach(dst -> got.append(text(dst)));
        }
        assertThat(got).hasToString("0123456789");
        pair.farEnds();
        Buf[] dsts = rooms(loop, 3, 1);
        assertThat(loop.await(pair.near().prepareReceive(dsts))).isEqualTo(-1);
        assertThat(dsts).allSatisfy(dst -> assertThat(dst.readable()).isZero());
    }

    @EveryTransport
    @Parity({"operation/recv_n_vectored", "net/recv_n_vectored"})
    void receivesAsMuchAsIsWanted(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Buf[] dsts = rooms(loop, 3, 4, 5);
        Count receive = loop.start(pair.near().prepareReceiveN(dsts, 10));
        pair.farSends("01234");
        loop.settle();
        assertThat(receive.isDone()).isFalse();
        pair.farSends("56789ab");
        assertThat(receive.value()).isEqualTo(10);
        assertThat(List.of(text(dsts[0]), text(dsts[1]), text(dsts[2]))).containsExactly("012", "3456", "789");
        pair.farEnds();
        Count rest = loop.start(pair.near().prepareReceiveN(rooms(loop, 2, 2), 3));
        rest.failure(EOFException.class);
        assertThat(rest.moved()).isEqualTo(2);
    }

    /// What an iteration has received and not delivered is the next receive's, into several buffers too.
    @EveryTransport
    void getsWhatAnIterationHasLeft(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(loop.pool(4, 64)), Buf::release);
        items.iteration().pause();
        pair.farSends("0123456789");
        loop.linger(20);
        items.iteration().cancel();
        items.failure(CancellationException.class);
        Buf peeked = loop.buffer(4);
        int seen = loop.await(pair.near().prepareReceive(peeked).flags(ReceiveFlag.PEEK));
        assertThat("0123456789").startsWith(text(peeked)).hasSizeGreaterThanOrEqualTo(seen);
        Buf[] dsts = rooms(loop, 2, 3);
        assertThat(loop.await(pair.near().prepareReceiveN(dsts, 5))).isEqualTo(5);
        assertThat(text(dsts[0]) + text(dsts[1])).isEqualTo("01234");
        Buf from = loop.buffer(1);
        assertThat(loop.await(pair.near().prepareReceiveFrom(from))).isEqualTo(new Received(1, null, false));
        assertThat(text(from)).isEqualTo("5");
        assertThat(pair.nearReceives(4)).isEqualTo("6789");
    }

    @EveryTransport
    void isStartedAgainWithOthers(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        AsyncSocket.Send send = pair.near().prepareSendAll(loop.bufferOf("a"));
        AsyncSocket.Receive receive = pair.near().prepareReceive(loop.buffer(1));
        AsyncSocket.ReceiveN exact = pair.near().prepareReceiveN(loop.buffer(1), 1);
        pair.farSends("123456");
        loop.await(send);
        loop.await(receive);
        loop.await(exact);
        loop.await(send.reset(new Buf[] {loop.bufferOf("b"), loop.bufferOf("c")}));
        loop.await(receive.reset(rooms(loop, 1)));
        loop.await(exact.reset(rooms(loop, 1, 1), 2));
        loop.await(send.reset(loop.bufferOf("d")));
        loop.await(exact.reset(loop.buffer(1), 1));
        assertThat(new String(pair.farReceives(4), UTF_8)).isEqualTo("abcd");
    }

    // ---- flags

    @EveryTransport
    @Parity("beyond/recv_flag_peek")
    void peekLeavesWhatItSees(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        pair.farSends("hello");
        for (int i = 0; i < 3; i++) {
            Buf seen = loop.buffer(5);
            assertThat(loop.await(pair.near().prepareReceive(seen).flags(ReceiveFlag.PEEK))).isPositive();
            assertThat("hello").startsWith(text(seen));
        }
        Buf[] seen = rooms(loop, 1, 1);
        assertThat(loop.await(pair.near().prepareReceive(seen).flags(ReceiveFlag.PEEK))).isPositive();
        assertThat(loop.await(pair.near().prepareReceiveFrom(loop.buffer(2)).flags(ReceiveFlag.PEEK)).count())
                .isPositive();
        assertThat(pair.nearReceives(5)).isEqualTo("hello");
        assertThatThrownBy(() -> pair.near().prepareReceiveN(loop.buffer(1), 1).flags(ReceiveFlag.PEEK))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("PEEK");
    }

    @EveryTransport
    @Parity("beyond/recv_flag_wait_all")
    void waitAllWaitsForAllOrTheEnd(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Buf dst = loop.buffer(6);
        Count receive = loop.start(pair.near().prepareReceive(dst).flags(ReceiveFlag.WAIT_ALL));
        pair.farSends("abc");
        loop.linger(20);
        assertThat(receive.isDone()).isFalse();
        pair.farSends("def");
        assertThat(receive.value()).isEqualTo(6);
        assertThat(text(dst)).isEqualTo("abcdef");
        Count rest = loop.start(pair.near().prepareReceive(rooms(loop, 2, 4)).flags(ReceiveFlag.WAIT_ALL));
        pair.farSends("ghi");
        pair.farEnds();
        assertThat(rest.value()).isEqualTo(3);
        assertThat(loop.await(pair.near().prepareReceive(loop.buffer(6)).flags(ReceiveFlag.WAIT_ALL))).isEqualTo(-1);
    }

    @Test
    @Parity({"beyond/recv_flag_oob", "beyond/send_flag_oob", "beyond/send_flag_dont_route", "beyond/send_flag_eor"})
    void outOfBandDataGoesItsOwnWay(Ring ring, Loop loop, Path directory) {
        AsyncListener listener = loop.await(ring.net().prepareListen(Transport.TCP4.unused(directory)));
        AsyncSocket near = loop.await(ring.net().prepareConnect(loop.await(listener.prepareLocalAddress())));
        AsyncSocket far = loop.await(listener.prepareAccept());
        assertThat(loop.start(near.prepareReceive(loop.buffer(1)).flags(ReceiveFlag.OOB))
                .failure(ErrnoException.class).errnoName()).isEqualTo("EINVAL");
        loop.await(far.prepareSendAll(loop.bufferOf("before!")).flags(SendFlag.OOB));
        loop.linger(20);
        Buf urgent = loop.buffer(1);
        assertThat(loop.await(near.prepareReceive(urgent).flags(ReceiveFlag.OOB))).isEqualTo(1);
        assertThat(text(urgent)).isEqualTo("!");
        Buf rest = loop.buffer(10);
        assertThat(loop.await(near.prepareReceive(rest))).isEqualTo(6);
        assertThat(text(rest)).isEqualTo("before");
        loop.await(far.prepareSend(loop.bufferOf("x")).flags(SendFlag.DONT_ROUTE, SendFlag.EOR));
        assertThat(loop.await(near.prepareReceive(rest))).isEqualTo(1);
    }

    /// An iteration has no flags; a receive that has some and takes what is in the stream is not let in beside it.
    @EveryTransport
    @Parity("beyond/multishot_flags")
    void beneathAnIterationNobodyPeeks(Transport transport, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, transport);
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(loop.pool(2, 16)));
        for (ReceiveFlag flag : List.of(ReceiveFlag.PEEK, ReceiveFlag.WAIT_ALL)) {
            assertThatThrownBy(() -> loop.start(pair.near().prepareReceive(loop.buffer(5)).flags(flag)))
                    .isInstanceOf(ReadPendingException.class);
        }
        pair.farSends("x");
        assertThat(text(items.await(1).getFirst())).isEqualTo("x");
        items.iteration().cancel();
        items.failure(CancellationException.class);
        pair.farSends("y");
        Buf seen = loop.buffer(5);
        assertThat(loop.await(pair.near().prepareReceive(seen).flags(ReceiveFlag.PEEK))).isEqualTo(1);
        assertThat(pair.nearReceives(1)).isEqualTo(text(seen)).isEqualTo("y");
    }

    /// Each round of a send that goes on has its flags: a byte out of band in front of the rest would show.
    @EveryTransport
    @Parity("defect/send_all_vectored_keeps_flags")
    void aSendThatGoesOnKeepsItsFlags(Transport transport, TestBed bed) {
        SeesFlags[] sys = new SeesFlags[1];
        Loop loop = bed.loop(options -> {
            sys[0] = new SeesFlags(options.sys);
            options.sys = sys[0];
        });
        Pair pair = Pair.open(bed, loop, transport);
        byte[] content = new byte[6 << 20];
        Buf[] srcs = {loop.bufferOf(content), loop.bufferOf("end")};
        Count send = loop.start(pair.near().prepareSendAll(srcs).flags(SendFlag.MORE));
        pair.farReceives(content.length + 3);
        assertThat(send.value()).isEqualTo(content.length + 3);
        assertThat(sys[0].withoutMore()).isZero();
        assertThat(sys[0].withMore()).isPositive();
    }

    @Test
    @Parity({"beyond/send_flag_more", "beyond/send_flag_confirm", "beyond/recv_flag_cmsg_cloexec"})
    void moreIsOneDatagram(Ring ring, Loop loop, Path directory) {
        AsyncSocket near = loop.await(ring.net().prepareSocket(StandardProtocolFamily.INET, SocketType.DATAGRAM));
        AsyncSocket far = loop.await(ring.net().prepareSocket(StandardProtocolFamily.INET, SocketType.DATAGRAM));
        loop.await(far.prepareBind(Transport.TCP4.unused(directory)));
        SocketAddress address = loop.await(far.prepareLocalAddress());
        loop.await(near.prepareSendTo(loop.bufferOf("one "), address).flags(SendFlag.MORE, SendFlag.CONFIRM));
        loop.await(near.prepareSendTo(loop.bufferOf("message"), address));
        Buf dst = loop.buffer(100);
        assertThat(loop.await(far.prepareReceiveFrom(dst).flags(ReceiveFlag.CMSG_CLOEXEC)).count()).isEqualTo(11);
        assertThat(text(dst)).isEqualTo("one message");
    }

    @Test
    @Parity("beyond/send_flag_fast_open")
    void fastOpenConnectsAndSends(Ring ring, Loop loop, Path directory) {
        AsyncListener listener = loop.await(ring.net().prepareListen(Transport.TCP4.unused(directory)));
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        AsyncSocket near = loop.await(ring.net().prepareSocket(StandardProtocolFamily.INET));
        Count send = loop.start(near.prepareSendTo(loop.bufferOf("early"), address).flags(SendFlag.FAST_OPEN));
        AsyncSocket far = loop.await(listener.prepareAccept());
        int count = send.value();
        Buf dst = loop.buffer(5);
        assertThat(loop.await(far.prepareReceiveN(dst, count))).isEqualTo(count);
        assertThat("early").startsWith(text(dst));
    }

    @Test
    @Parity("beyond/recv_flag_err_queue")
    void theQueueOfErrorsGivesWhatCouldNotBeDelivered(Ring ring, Loop loop) throws Exception {
        AsyncSocket near = loop.await(ring.net().prepareSocket(StandardProtocolFamily.INET, SocketType.DATAGRAM));
        loop.await(near.prepareSetOption(MoreSocketOptions.numbered("IP_RECVERR", 0, 11), 1));
        Buf dst = loop.buffer(100);
        Outcome<Received> error = loop.start(near.prepareReceiveFrom(dst).flags(ReceiveFlag.ERR_QUEUE));
        loop.settle();
        SocketAddress nobody = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 1);
        loop.await(near.prepareSendTo(loop.bufferOf("lost"), nobody));
        assertThat(error.value().sender()).isEqualTo(nobody);
        assertThat(text(dst)).isEqualTo("lost");
    }

    // ---- addresses

    @Test
    @Parity({"defect/abstract_names_have_no_trailing_nuls", "beyond/unix_abstract_address"})
    void anAbstractNameIsExactlyItsBytes(Ring ring, Loop loop) throws Exception {
        for (byte[] name : List.of("plain".getBytes(UTF_8), new byte[] {1, 0, 2, 0}, new byte[107])) {
            name[0] = (byte) System.nanoTime();
            UnixAbstractAddress address = UnixAbstractAddress.of(name);
            AsyncListener listener = loop.await(ring.net().prepareListen(address));
            assertThat(loop.await(listener.prepareLocalAddress())).isEqualTo(address);
            AsyncSocket near = loop.await(ring.net().prepareConnect(address));
            AsyncSocket far = loop.await(listener.prepareAccept());
            assertThat(loop.await(near.preparePeerAddress())).isEqualTo(address);
            assertThat(loop.await(far.prepareLocalAddress())).isEqualTo(address);
            assertThat(loop.await(near.prepareLocalAddress())).isEqualTo(UnixDomainSocketAddress.of(""));
            byte[] longer = Arrays.copyOf(name, Math.min(107, name.length + 1));
            if (longer.length > name.length) {
                loop.start(ring.net().prepareConnect(UnixAbstractAddress.of(longer))).failure(IOException.class);
            }
            listener.close();
            loop.start(ring.net().prepareConnect(address)).failure(IOException.class);
        }
        assertThatThrownBy(() -> UnixAbstractAddress.of(new byte[108])).isInstanceOf(IllegalArgumentException.class);
        assertThat(UnixAbstractAddress.of("name")).hasToString("unix:@name").isEqualTo(UnixAbstractAddress.of("name"));
    }

    @Test
    void anAddressOfAnotherFamilyIsRefused(Ring ring, Loop loop) {
        AsyncSocket inet = loop.await(ring.net().prepareSocket(StandardProtocolFamily.INET));
        assertThatThrownBy(() -> inet.prepareConnect(UnixAbstractAddress.of("name")))
                .isInstanceOf(UnsupportedAddressTypeException.class);
        assertThatThrownBy(() -> inet.prepareSendTo(loop.bufferOf("x"), UnixDomainSocketAddress.of("/nowhere")))
                .isInstanceOf(UnsupportedAddressTypeException.class);
    }

    @Test
    @Parity({"operation/accept", "net/accept"})
    void anAcceptTakesTheAddressAlong(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncListener listener = loop.await(ring.net().prepareListen(Transport.TCP4.unused(directory)));
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        SocketAddress gone;
        try (SocketChannel client = SocketChannel.open(address)) {
            gone = client.getLocalAddress();
            client.setOption(java.net.StandardSocketOptions.SO_LINGER, 0);
        }
        loop.linger(20);
        AsyncSocket reset = loop.await(listener.prepareAccept().withAddress());
        assertThat(loop.await(reset.preparePeerAddress())).isEqualTo(gone);
        try (SocketChannel client = SocketChannel.open(address)) {
            AsyncSocket far = loop.await(listener.prepareAccept());
            assertThat(loop.await(far.preparePeerAddress())).isEqualTo(client.getLocalAddress());
        }
        Outcome<AsyncSocket> limited =
                loop.start(listener.prepareAccept().withAddress().timeout(Duration.ofMillis(20)));
        loop.settle();
        loop.pass(Duration.ofMillis(40));
        assertThat(limited.failure()).isNotNull();
    }
}
