package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.IntOperation;
import dev.ringway.Ring;
import dev.ringway.testing.Count;
import dev.ringway.testing.CountingSys.Call;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadPendingException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Bad input gets a clear, typed error before any system call, and loses nothing.
@EveryBackend
class BadInputTest {
    /// Fails unless the attempt throws just this, without a system call.
    private static void refused(Loop loop, Class<? extends Throwable> type, String message, ThrowingCallable attempt) {
        Map<Call, Integer> before = loop.sys().counts();
        Throwable thrown = catchThrowable(attempt);
        assertThat(loop.sys().counts()).as("system calls").isEqualTo(before);
        assertThat(thrown).isInstanceOf(type).hasMessageContaining(message);
    }

    private static AsyncFile file(Ring ring, Loop loop, Path directory) throws Exception {
        Path path = Files.writeString(directory.resolve("file"), "0123456789");
        return loop.await(ring.files().prepareOpen(path, READ, WRITE));
    }

    // ---- lengths and offsets

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {-1, Integer.MIN_VALUE, 11, Integer.MAX_VALUE})
    void aLengthThatTheBufferCannotHold(int length, Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory);
        Buf buf = loop.buffer(10);
        IntOperation read = file.prepareReadN(buf, length);
        refused(loop, IllegalArgumentException.class, Integer.toString(length), () -> loop.start(read));
        assertThat(buf.writable()).isEqualTo(10);
        assertThat(loop.await(file.prepareReadN(buf, 10))).isEqualTo(10);
        assertThat(buf.getText(UTF_8)).isEqualTo("0123456789");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {-1, Integer.MIN_VALUE, 11, Integer.MAX_VALUE})
    void aLengthToReceiveThatTheBufferCannotHold(int length, TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Buf buf = loop.buffer(10);
        IntOperation receive = pair.near().prepareReceiveN(buf, length);
        refused(loop, IllegalArgumentException.class, Integer.toString(length), () -> loop.start(receive));
        assertThat(buf.writable()).isEqualTo(10);
        pair.farSends("0123456789");
        assertThat(loop.await(pair.near().prepareReceiveN(buf, 10))).isEqualTo(10);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(longs = {-1, Long.MIN_VALUE})
    void aNegativeOffset(long offset, Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory);
        Buf buf = loop.buffer(10);
        refused(loop, IllegalArgumentException.class, "offset " + offset, () -> file.prepareRead(buf).from(offset));
        refused(loop, IllegalArgumentException.class, "offset", () -> file.prepareReadN(buf, 1).from(offset));
        refused(loop, IllegalArgumentException.class, "offset", () -> file.prepareWrite(buf).at(offset));
        refused(loop, IllegalArgumentException.class, "offset", () -> file.prepareWriteAll(buf).at(offset));
        assertThat(buf.isLent()).isFalse();
    }

    @Test
    void anOffsetBeyondEveryFileIsTheKernelsToRefuse(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncFile file = file(ring, loop, directory);
        Buf buf = loop.bufferOf("x");
        Count write = loop.start(file.prepareWrite(buf).at(Long.MAX_VALUE));
        assertThat(write.failure()).isInstanceOf(java.io.IOException.class).hasMessageContaining("write");
        assertThat(buf.readable()).isEqualTo(1);
        Count read = loop.start(file.prepareRead(buf.clear()).from(Long.MAX_VALUE));
        read.failure();
        assertThat(read.moved()).isLessThanOrEqualTo(0);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void numbersThatMustBePositive(int number, Ring ring, Loop loop, Path directory) {
        SocketAddress address = Transport.TCP4.unused(directory);
        AsyncSocket socket = loop.await(ring.net().prepareSocket(StandardProtocolFamily.INET));
        var listen = ring.net().prepareListen(address);
        refused(loop, IllegalArgumentException.class, "backlog", () -> listen.backlog(number));
        refused(loop, IllegalArgumentException.class, "backlog", () -> socket.prepareListen(number));
        refused(loop, IllegalArgumentException.class, "capacity", () -> ring.buffer(number));
        refused(loop, IllegalArgumentException.class, "queueLimit", () -> Ring.builder().queueLimit(number));
        refused(loop, IllegalArgumentException.class, "inboxLimit", () -> Ring.builder().inboxLimit(number));
        refused(loop, IllegalArgumentException.class, "entries", () -> Ring.builder().entries(number));
    }

    @Test
    void aNegativeDuration(Ring ring, Loop loop) {
        Duration negative = Duration.ofNanos(-1);
        IntOperation nop = ring.prepareNop();
        refused(loop, IllegalArgumentException.class, "timeout", () -> nop.timeout(negative));
        refused(loop, IllegalArgumentException.class, "closeDeadline", () -> Ring.builder().closeDeadline(negative));
        assertThat(loop.await(nop)).isZero();
    }

    // ---- paths

    @Test
    void aPathThatNoKernelKnows(Ring ring, Loop loop, Path directory) throws Exception {
        refused(loop, InvalidPathException.class, "", () -> ring.files().prepareOpen(Path.of("")));
        Path long1 = Path.of("/" + "x/".repeat(2048) + "x");
        refused(loop, InvalidPathException.class, "", () -> ring.files().prepareOpen(long1));
        Path zip = directory.resolve("zip.zip");
        URI uri = URI.create("jar:" + zip.toUri());
        try (FileSystem foreign = FileSystems.newFileSystem(uri, Map.of("create", "true"))) {
            refused(loop, ProviderMismatchException.class, "zip",
                    () -> ring.files().prepareOpen(foreign.getPath("/file")));
            Files.writeString(foreign.getPath("/file"), "so that there is something to write");
        }
    }

    @Test
    void aNameWithANulOrWithoutBytesIsNoPath(Loop loop) {
        refused(loop, InvalidPathException.class, "", () -> Path.of("before\0after"));
        refused(loop, InvalidPathException.class, "", () -> UnixDomainSocketAddress.of("before\0after"));
    }

    static Stream<List<OpenOption>> contradictions() {
        return Stream.of(List.of(READ, CREATE), List.of(CREATE), List.of(READ, TRUNCATE_EXISTING),
                List.of(APPEND, TRUNCATE_EXISTING));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("contradictions")
    void optionsThatContradictThemselves(List<OpenOption> options, Ring ring, Loop loop, Path directory) {
        Path path = directory.resolve("file");
        refused(loop, IllegalArgumentException.class, "open",
                () -> ring.files().prepareOpen(path, options.toArray(OpenOption[]::new)));
        assertThat(path).doesNotExist();
    }

    private enum Unknown implements OpenOption {
        OPTION
    }

    @Test
    void optionsThatAreNotKnown(Ring ring, Loop loop, Path directory) {
        Path path = directory.resolve("file");
        refused(loop, UnsupportedOperationException.class, "OPTION",
                () -> ring.files().prepareOpen(path, Unknown.OPTION));
        refused(loop, UnsupportedOperationException.class, "DELETE_ON_CLOSE",
                () -> ring.files().prepareOpen(path, WRITE, CREATE, DELETE_ON_CLOSE));
        assertThat(path).doesNotExist();
    }

    // ---- addresses

    private static final class Foreign extends SocketAddress {
        private static final long serialVersionUID = 1;

        @Override
        public String toString() {
            return "foreign";
        }
    }

    @Test
    void anAddressOfAnUnknownKind(Ring ring, Loop loop) {
        AsyncSocket socket = loop.await(ring.net().prepareSocket(StandardProtocolFamily.INET));
        SocketAddress foreign = new Foreign();
        refused(loop, UnsupportedAddressTypeException.class, "foreign", () -> ring.net().prepareConnect(foreign));
        refused(loop, UnsupportedAddressTypeException.class, "foreign", () -> ring.net().prepareListen(foreign));
        refused(loop, UnsupportedAddressTypeException.class, "foreign", () -> socket.prepareConnect(foreign));
        refused(loop, UnsupportedAddressTypeException.class, "foreign", () -> socket.prepareBind(foreign));
    }

    @Test
    void anAddressOfTheWrongFamily(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncSocket inet = loop.await(ring.net().prepareSocket(StandardProtocolFamily.INET));
        AsyncSocket inet6 = loop.await(ring.net().prepareSocket(StandardProtocolFamily.INET6));
        AsyncSocket unix = loop.await(ring.net().prepareSocket(StandardProtocolFamily.UNIX));
        SocketAddress four = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 80);
        SocketAddress six = new InetSocketAddress(InetAddress.getByName("::1"), 80);
        SocketAddress path = Transport.UNIX.unused(directory);
        for (ThrowingCallable attempt : List.<ThrowingCallable>of(
                () -> inet.prepareConnect(six), () -> inet.prepareConnect(path), () -> inet.prepareBind(six),
                () -> inet6.prepareConnect(path), () -> unix.prepareConnect(four), () -> unix.prepareBind(six))) {
            refused(loop, UnsupportedAddressTypeException.class, "the socket is", attempt);
        }
        assertThat(loop.start(inet6.prepareConnect(four)).failure()).isNotNull(); // fits, though nobody listens
    }

    @Test
    void anAddressThatIsNotResolved(Ring ring, Loop loop) {
        SocketAddress unresolved = InetSocketAddress.createUnresolved("host.invalid", 80);
        refused(loop, UnresolvedAddressException.class, "host.invalid", () -> ring.net().prepareConnect(unresolved));
        refused(loop, UnresolvedAddressException.class, "host.invalid", () -> ring.net().prepareListen(unresolved));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {108, 109, 4000})
    void aUnixPathThatIsTooLong(int length, Ring ring, Loop loop) {
        SocketAddress address = UnixDomainSocketAddress.of("/" + "x".repeat(length - 1));
        refused(loop, IllegalArgumentException.class, "107", () -> ring.net().prepareConnect(address));
        refused(loop, IllegalArgumentException.class, "107", () -> ring.net().prepareListen(address));
    }

    @Test
    void aFamilyThatIsNotKnown(Ring ring, Loop loop) {
        ProtocolFamily family = () -> "ETHER";
        refused(loop, UnsupportedOperationException.class, "ETHER", () -> ring.net().prepareSocket(family));
    }

    // ---- buffers

    @Test
    void aBufferInUse(TestBed bed, Ring ring, Loop loop) throws Exception {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Pair other = Pair.open(bed, loop, Transport.UNIX);
        AsyncFile file = file(ring, loop, bed.directory());
        Buf buf = loop.buffer(10);
        Count receive = loop.start(pair.near().prepareReceive(buf));
        for (IntOperation second : List.of(
                pair.near().prepareReceive(buf), other.near().prepareReceive(buf), other.near().prepareSend(buf),
                other.near().prepareSendAll(buf), other.near().prepareReceiveN(buf, 1), file.prepareRead(buf),
                file.prepareReadN(buf, 1).from(0), file.prepareWrite(buf), file.prepareWriteAll(buf).at(0))) {
            refused(loop, IllegalStateException.class, "lent to recv", () -> loop.start(second));
        }
        pair.farSends("x");
        assertThat(receive.value()).isEqualTo(1);
        assertThat(buf.getText(UTF_8)).isEqualTo("x");
        other.farSends("y");
        assertThat(other.nearReceives(1)).isEqualTo("y");
    }

    @Test
    void aBufferThatWasReleased(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Buf buf = loop.ring().buffer(10);
        buf.release();
        refused(loop, IllegalStateException.class, "released", () -> loop.start(pair.near().prepareReceive(buf)));
        refused(loop, IllegalStateException.class, "released", () -> loop.start(pair.near().prepareSend(buf)));
    }

    // ---- the state of an operation

    @Test
    void anOperationThatWasStartedAlready(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        AsyncSocket.Receive receive = pair.near().prepareReceive(loop.buffer(10));
        Count started = loop.start(receive);
        refused(loop, IllegalStateException.class, "started", () -> receive.start((count, failure) -> {}));
        refused(loop, IllegalStateException.class, "started", () -> receive.timeout(Duration.ofSeconds(1)));
        refused(loop, IllegalStateException.class, "in flight", () -> receive.reset(loop.buffer(10)));
        pair.farSends("x");
        assertThat(started.value()).isEqualTo(1);
        refused(loop, IllegalStateException.class, "options must be set", () -> receive.timeout(Duration.ofSeconds(1)));
    }

    @Test
    void anIterationThatHoldsTheReadSide(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Items<Buf> items = loop.start(pair.near().prepareReceiveEach(loop.pool(2, 64)));
        Buf buf = loop.buffer(10);
        refused(loop, ReadPendingException.class, "iteration", () -> loop.start(pair.near().prepareReceive(buf)));
        pair.farSends("x");
        assertThat(items.await(1).getFirst().get()).isEqualTo((byte) 'x');
        assertThat(buf.writable()).isEqualTo(10);
    }

    // ---- closed handles

    @Test
    void aClosedHandleEndsEveryOperationWithoutASystemCall(TestBed bed, Ring ring, Loop loop) throws Exception {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        AsyncSocket socket = pair.near();
        AsyncFile file = file(ring, loop, bed.directory());
        AsyncSocket unbound = loop.await(ring.net().prepareSocket(StandardProtocolFamily.INET));
        SocketAddress address = Transport.TCP4.unused(bed.directory());
        var listener = loop.await(ring.net().prepareListen(address));
        List.of(socket, file, unbound, listener).forEach(dev.ringway.AsyncFd::close);
        Buf in = loop.buffer(10);
        Buf out = loop.bufferOf("content");
        var pool = loop.pool(2, 64);
        loop.settle();
        Map<Call, Integer> before = loop.sys().counts();
        List<Throwable> failures = new ArrayList<>();
        for (IntOperation transfer : List.of(
                socket.prepareReceive(in), socket.prepareReceiveN(in, 1), socket.prepareSend(out),
                socket.prepareSendAll(out), file.prepareRead(in),
                file.prepareReadN(in, 1), file.prepareRead(in).from(0), file.prepareWrite(out),
                file.prepareWriteAll(out).at(0))) {
            failures.add(loop.start(transfer).failure());
        }
        failures.add(loop.start(socket.prepareReceiveEach(pool)).failure());
        failures.add(loop.start(socket.prepareShutdownOutput()).failure());
        failures.add(loop.start(socket.prepareLocalAddress()).failure());
        failures.add(loop.start(unbound.prepareBind(address)).failure());
        failures.add(loop.start(unbound.prepareConnect(address)).failure());
        failures.add(loop.start(unbound.prepareListen(1)).failure());
        failures.add(loop.start(listener.prepareAccept()).failure());
        failures.add(loop.start(listener.prepareAcceptEach()).failure());
        failures.add(loop.start(listener.prepareLocalAddress()).failure());
        failures.add(loop.start(file.prepareSync()).failure());
        Map<Call, Integer> after = loop.sys().counts();
        for (Call wait : List.of(Call.EPOLL_WAIT, Call.KEVENT, Call.IO_URING_ENTER)) {
            after.remove(wait);
            before.remove(wait);
        }
        assertThat(after).isEqualTo(before);
        assertThat(failures).hasSize(19).allSatisfy(failure -> assertThat(failure)
                .isInstanceOf(ClosedChannelException.class).hasMessageContaining("already closed"));
        assertThat(in.writable()).isEqualTo(10);
        assertThat(out.getText(UTF_8)).isEqualTo("content");
    }

    @Test
    void thePublisherOfAClosedSocketFailsItsSubscriber(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        pair.near().close();
        List<Throwable> failures = new ArrayList<>();
        pair.near().receivePublisher(loop.pool(2, 64)).subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(1);
            }

            @Override
            public void onNext(Buf item) {
                throw new AssertionError("an item of a closed socket");
            }

            @Override
            public void onError(Throwable failure) {
                failures.add(failure);
            }

            @Override
            public void onComplete() {
                failures.add(null);
            }
        });
        loop.until("it has failed", () -> !failures.isEmpty());
        assertThat(failures).hasSize(1);
        assertThat(failures.getFirst()).isInstanceOf(ClosedChannelException.class);
    }

    // ---- nothing at all

    @Test
    void nullIsNamed(TestBed bed, Ring ring, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        for (ThrowingCallable attempt : List.<ThrowingCallable>of(
                () -> ring.files().prepareOpen(null), () -> ring.net().prepareConnect(null),
                () -> ring.net().prepareListen(null), () -> ring.net().prepareSocket(null),
                () -> pair.near().prepareReceive((Buf) null), () -> pair.near().prepareReceiveN((Buf) null, 1),
                () -> pair.near().prepareSend((Buf) null), () -> pair.near().prepareReceiveEach(null),
                () -> pair.near().prepareBind(null),
                () -> ring.nop(null), () -> ring.prepareNop().poll(null), () -> ring.execute(null),
                () -> ring.timers().prepareAfter(null), () -> ring.prepareNop().timeout(null),
                () -> ring.poll(null), () -> Ring.builder().backend(null), () -> Ring.builder().name(null),
                () -> Ring.builder().offload(null), () -> Ring.builder().uncaughtHandler(null))) {
            assertThatThrownBy(attempt).isInstanceOf(NullPointerException.class);
        }
        assertThat(ring.inFlight()).isZero();
        assertThat(loop.await(pair.near().prepareSendAll(loop.bufferOf("x")))).isEqualTo(1);
    }
}
