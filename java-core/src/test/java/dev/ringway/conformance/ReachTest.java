package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.IntOperation;
import dev.ringway.Operation;
import dev.ringway.Ring;
import dev.ringway.TestRings;
import dev.ringway.TlsSocket;
import dev.ringway.testing.Census;
import dev.ringway.testing.Certificates;
import dev.ringway.testing.Count;
import dev.ringway.testing.CountingSys.Call;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Fds that are dropped without being closed.
@EveryBackend
@Tag("J2")
class ReachTest {
    private static final int MANY = Integer.getInteger("ringway.dropped", 500);
    private static final int FILES = 20;
    private static final int CONNECTIONS = 2;

    @BeforeAll
    static void prepare() {
        Certificates.prepare();
    }

    /// Opens sockets that nobody can reach afterwards.
    private static void drop(Ring ring, Loop loop, int count) {
        int[] made = {0};
        for (int i = 0; i < count; i++) {
            ring.net().prepareSocket(StandardProtocolFamily.INET).start((socket, failure) -> {
                if (failure == null) {
                    made[0]++;
                }
            });
        }
        loop.until("all sockets are there", () -> made[0] == count);
    }

    @Test
    @Parity("io/dropping_should_close_socket_fd")
    void areClosedOnceEach(Ring ring, Loop loop, TestBed bed) {
        Census before = Census.take(bed.directory());
        int closes = loop.sys().count(Call.CLOSE);
        drop(ring, loop, MANY);
        assertThat(Census.take(bed.directory()).fdsSince(before)).hasSize(MANY);
        awaitCloses(loop, closes + MANY);
        before.requireSameFds("after the collection");
    }

    @Test
    @Parity("io/dropping_should_close_fs_fd")
    void aFileIsClosedToo(Ring ring, Loop loop, TestBed bed) throws IOException {
        Path path = Files.writeString(bed.directory().resolve("file"), "content");
        Census before = Census.take(bed.directory());
        int closes = loop.sys().count(Call.CLOSE);
        int[] made = {0};
        for (int i = 0; i < FILES; i++) {
            ring.files().prepareOpen(path).start((file, failure) -> made[0] += failure == null ? 1 : 0);
        }
        loop.until("all files are there", () -> made[0] == FILES);
        assertThat(Census.take(bed.directory()).fdsSince(before)).hasSize(FILES);
        awaitCloses(loop, closes + FILES);
        before.requireSameFds("after the collection");
    }

    /// The whole connection: fd, engine, memory. What goes is cut, without close_notify.
    @Test
    void aTlsConnectionIsClosedToo(Ring ring, Loop loop, TestBed bed) {
        Census before = Census.take(bed.directory());
        List<WeakReference<SSLEngine>> engines = new ArrayList<>();
        List<TlsSocket> made = shakeHands(ring, loop, bed, engines);
        assertThat(Census.take(bed.directory()).fdsSince(before)).hasSize(2 * CONNECTIONS);
        int closes = loop.sys().count(Call.CLOSE);
        made.clear();
        awaitCloses(loop, closes + 2 * CONNECTIONS);
        before.requireSameFds("after the collection");
        loop.until("the engines are gone", () -> {
            System.gc();
            return engines.stream().allMatch(engine -> engine.get() == null);
        });
        assertThat(loop.insides().memory().live()).isZero();
    }

    /// Makes connections between two ends of ours.
    ///
    /// @return both ends of each, which nobody else has
    private static List<TlsSocket> shakeHands(
            Ring ring, Loop loop, TestBed bed, List<WeakReference<SSLEngine>> engines) {
        List<TlsSocket> made = new ArrayList<>();
        AsyncListener listener = loop.await(ring.net().prepareListen(Transport.TCP4.unused(bed.directory())));
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        for (int i = 0; i < 2 * CONNECTIONS; i++) {
            boolean isClient = i % 2 == 0;
            SSLEngine engine = Certificates.context().createSSLEngine("localhost", 1);
            engine.setUseClientMode(isClient);
            engines.add(new WeakReference<>(engine));
            (isClient ? ring.net().prepareConnect(address) : listener.prepareAccept()).start((socket, refused) ->
                    TlsSocket.prepareHandshake(socket, engine).start((tls, failure) -> made.add(tls)));
        }
        loop.until("all have shaken hands", () -> made.size() == 2 * CONNECTIONS);
        listener.close();
        loop.settle();
        return made;
    }

    /// The collector may be faster than the start of a last operation; then that operation ends first.
    @Test
    void anOperationThatStartsWhenItIsFoundEndsFirst(Loop loop, TestBed bed) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Buf buf = loop.buffer(16);
        Count receive = loop.start(pair.near().prepareReceive(buf));
        loop.settle();
        TestRings.lose(pair.near());
        loop.linger(10);
        assertThat(receive.isDone()).isFalse();
        assertThat(pair.near().isOpen()).isTrue();
        int closes = loop.sys().count(Call.CLOSE);
        pair.farSends("x");
        assertThat(receive.value()).isEqualTo(1);
        loop.settle();
        assertThat(pair.near().isOpen()).isFalse();
        assertThat(loop.sys().count(Call.CLOSE)).isEqualTo(closes + 1);
    }

    private static void awaitCloses(Loop loop, int closes) {
        loop.until("what was dropped is closed", () -> {
            System.gc();
            return loop.sys().count(Call.CLOSE) >= closes;
        });
        assertThat(loop.sys().count(Call.CLOSE)).isEqualTo(closes);
    }

    @Test
    void anOperationInFlightHoldsOn(Ring ring, Loop loop, TestBed bed) throws IOException {
        int closes = loop.sys().count(Call.CLOSE);
        holdsOn(true, ring, loop, bed);
        awaitCloses(loop, closes + 1);
    }

    @Test
    void aPreparedOperationHoldsOn(Ring ring, Loop loop, TestBed bed) throws IOException {
        int closes = loop.sys().count(Call.CLOSE);
        holdsOn(false, ring, loop, bed);
        awaitCloses(loop, closes + 1);
    }

    /// @param inFlight whether the operation is started before the collection, or after it
    private static void holdsOn(boolean inFlight, Ring ring, Loop loop, TestBed bed) throws IOException {
        try (ServerSocketChannel server = Transport.TCP4.server(bed.directory())) {
            IntOperation receive = prepared(ring, loop, server, loop.buffer(16));
            Count early = inFlight ? loop.start(receive) : null;
            int closes = loop.sys().count(Call.CLOSE);
            try (SocketChannel far = server.accept()) {
                requireNoneCloses(loop, closes);
                far.write(ByteBuffer.wrap("x".getBytes(UTF_8)));
                Count count = early == null ? loop.start(receive) : early;
                assertThat(count.value()).isEqualTo(1);
            }
        }
    }

    /// Of a socket, and of a TLS connection, which it ends as it should.
    @Test
    void aPreparedCloseHoldsOn(Ring ring, Loop loop, TestBed bed) {
        List<TlsSocket> made = shakeHands(ring, loop, bed, new ArrayList<>());
        List<Operation<Void>> prepared = new ArrayList<>();
        made.forEach(tls -> prepared.add(tls.prepareClose()));
        made.clear();
        ring.net().prepareSocket(StandardProtocolFamily.INET)
                .start((socket, failure) -> prepared.add(socket.prepareClose()));
        loop.until("the socket is there", () -> prepared.size() == 2 * CONNECTIONS + 1);
        int closes = loop.sys().count(Call.CLOSE);
        requireNoneCloses(loop, closes);
        prepared.forEach(loop::await);
        assertThat(loop.sys().count(Call.CLOSE)).isEqualTo(closes + prepared.size());
    }

    private static void requireNoneCloses(Loop loop, int closes) {
        for (int i = 0; i < 5; i++) {
            System.gc();
            loop.linger(10);
        }
        assertThat(loop.sys().count(Call.CLOSE)).isEqualTo(closes);
    }

    /// An operation that is all that is left of its socket.
    private static IntOperation prepared(Ring ring, Loop loop, ServerSocketChannel server, Buf buf)
            throws IOException {
        AsyncSocket[] near = new AsyncSocket[1];
        ring.net().prepareConnect(server.getLocalAddress()).start((socket, failure) -> near[0] = socket);
        loop.until("the connection", () -> near[0] != null);
        return near[0].prepareReceive(buf);
    }
}
