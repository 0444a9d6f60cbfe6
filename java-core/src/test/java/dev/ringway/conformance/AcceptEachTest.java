package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.ErrnoException;
import dev.ringway.Ring;
import dev.ringway.TestRings;
import dev.ringway.internal.ffi.LinuxSys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.EveryTransport;
import dev.ringway.testing.Items;
import dev.ringway.testing.Libc;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EveryBackend
class AcceptEachTest {
    private static AsyncListener listener(Transport transport, Ring ring, Loop loop, Path directory) {
        return loop.await(ring.net().prepareListen(transport.unused(directory)));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {0, 1, 5, 200})
    @Parity({"operation/multishot_accept", "net/multishot_accept"})
    void takesEveryConnection(int connections, Ring ring, Loop loop, Path directory) throws Exception {
        AsyncListener listener = listener(Transport.TCP4, ring, loop, directory);
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        Items<AsyncSocket> accepts = loop.start(listener.prepareAcceptEach());
        try (SocketChannels clients = new SocketChannels()) {
            for (int i = 0; i < connections; i++) {
                clients.connect(address);
            }
            accepts.await(connections);
            loop.settle();
            assertThat(accepts.isDone()).isFalse();
            accepts.iteration().cancel();
            accepts.failure(CancellationException.class);
            assertThat(accepts.size()).isEqualTo(connections);
        }
    }

    @EveryTransport
    void goesOnForAsLongAsItIsNotCancelled(Transport transport, Ring ring, Loop loop, Path directory)
            throws Exception {
        AsyncListener listener = listener(transport, ring, loop, directory);
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        Items<AsyncSocket> accepts = loop.start(listener.prepareAcceptEach(), AsyncSocket::close);
        for (int i = 1; i <= 50; i++) {
            SocketChannel.open(address).close();
            accepts.await(i);
        }
    }

    @Test
    void pausedItTakesABoundedNumber(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncListener listener = listener(Transport.TCP4, ring, loop, directory);
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        Items<AsyncSocket> accepts = loop.start(listener.prepareAcceptEach());
        loop.settle();
        accepts.iteration().pause();
        int before = openSockets();
        try (SocketChannels clients = new SocketChannels()) {
            for (int i = 0; i < 200; i++) {
                clients.connect(address);
                loop.turn();
            }
            loop.settle();
            assertThat(accepts.size()).isZero();
            assertThat(openSockets() - before - 200).as("accepted and not delivered").isBetween(0, 32);
            accepts.iteration().resume();
            accepts.await(200);
        }
    }

    private static int openSockets() throws Exception {
        try (var fds = Files.list(Path.of("/proc/self/fd"))) {
            return (int) fds.filter(fd -> {
                try {
                    return Files.readSymbolicLink(fd).toString().startsWith("socket:");
                } catch (java.io.IOException closedMeanwhile) {
                    return false;
                }
            }).count();
        }
    }

    @Test
    void pausedFromItsCallbackItDeliversNoMore(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncListener listener = listener(Transport.TCP4, ring, loop, directory);
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        List<Items<AsyncSocket>> self = new ArrayList<>();
        Items<AsyncSocket> accepts = loop.start(listener.prepareAcceptEach(), accepted -> {
            if (self.getFirst().size() % 3 == 0) {
                self.getFirst().iteration().pause();
            }
        });
        self.add(accepts);
        try (SocketChannels clients = new SocketChannels()) {
            for (int i = 0; i < 30; i++) {
                clients.connect(address);
            }
            for (int delivered = 3; delivered <= 30; delivered += 3) {
                accepts.await(delivered);
                loop.settle();
                assertThat(accepts.size()).isEqualTo(delivered);
                accepts.iteration().resume();
            }
        }
    }

    @Test
    @Tag("H8")
    void cancelledFromItsCallbackItDeliversNoMore(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncListener listener = listener(Transport.TCP4, ring, loop, directory);
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        List<Items<AsyncSocket>> self = new ArrayList<>();
        Items<AsyncSocket> accepts = loop.start(listener.prepareAcceptEach(), accepted -> {
            if (self.getFirst().size() == 2) {
                self.getFirst().iteration().cancel();
            }
        });
        self.add(accepts);
        try (SocketChannels clients = new SocketChannels()) {
            for (int i = 0; i < 10; i++) {
                clients.connect(address);
            }
            accepts.failure(CancellationException.class);
            assertThat(accepts.size()).isEqualTo(2);
        }
    }

    @Test
    @Parity({"net/multishot_accept_drop_accept_leak_test", "defect/results_after_drop_are_not_lost"})
    void whatIsNotDeliveredIsClosed(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncListener listener = listener(Transport.TCP4, ring, loop, directory);
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        Items<AsyncSocket> accepts = loop.start(listener.prepareAcceptEach());
        loop.settle();
        accepts.iteration().pause();
        try (SocketChannels clients = new SocketChannels()) {
            for (int i = 0; i < 5; i++) {
                clients.connect(address);
            }
            loop.pass(Duration.ofMillis(10));
            accepts.iteration().cancel();
            accepts.failure(CancellationException.class);
            assertThat(accepts.size()).isZero();
            listener.close();
            loop.until("every client hears of it", clients::areOver);
        }
    }

    @Test
    void whatIsPutBackComesAgainFirst(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncListener listener = listener(Transport.TCP4, ring, loop, directory);
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        List<Items<AsyncSocket>> self = new ArrayList<>();
        Items<AsyncSocket> accepts = loop.start(listener.prepareAcceptEach(), accepted -> {
            if (self.getFirst().size() == 1) {
                self.getFirst().iteration().pause();
                self.getFirst().iteration().putBack(accepted);
            }
        });
        self.add(accepts);
        try (SocketChannels clients = new SocketChannels()) {
            clients.connect(address);
            clients.connect(address);
            accepts.await(1);
            loop.settle();
            assertThat(accepts.size()).isEqualTo(1);
            accepts.iteration().resume();
            List<AsyncSocket> items = accepts.await(3);
            assertThat(items.get(1)).isSameAs(items.get(0));
            assertThat(items.get(2)).isNotSameAs(items.get(0));
        }
    }

    /// As every fd that does not listen: it has been told to stop behind Ringway's back.
    @ParameterizedTest(name = "while it waits: {0}")
    @ValueSource(booleans = {false, true})
    @Parity("net/multishot_accept_incorrect_usage")
    void onASocketThatDoesNotListenItFailsOnceAndEnds(boolean waiting, Ring ring, Loop loop, Path directory) {
        AsyncListener listener = listener(Transport.TCP4, ring, loop, directory);
        Items<AsyncSocket> early = waiting ? loop.start(listener.prepareAcceptEach()) : null;
        loop.settle();
        assertThat(new LinuxSys().shutdown(TestRings.fd(listener), Linux.SHUT_RDWR())).isZero();
        Items<AsyncSocket> accepts = early == null ? loop.start(listener.prepareAcceptEach()) : early;
        ErrnoException failure = accepts.failure(ErrnoException.class);
        assertThat(failure.errnoName()).isEqualTo("EINVAL");
        assertThat(failure).hasMessageContaining("accept");
        loop.settle();
        assertThat(accepts.size()).isZero();
    }

    @Test
    @Parity("net/multishot_accept_drop_accept_before_close_leak_test")
    void cancelledBeforeItsListenerAndItsRingAreClosedItLeavesNothing(TestBed bed) throws Exception {
        Loop loop = bed.loop(options -> {});
        loop.turn();
        AsyncListener listener = listener(Transport.TCP4, loop.ring(), loop, bed.directory());
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        Items<AsyncSocket> accepts = loop.start(listener.prepareAcceptEach());
        loop.settle();
        try (SocketChannels clients = new SocketChannels()) {
            for (int i = 0; i < 3; i++) {
                clients.connect(address);
            }
            accepts.iteration().cancel();
            listener.close();
            loop.closeRing();
            accepts.failure(CancellationException.class);
            assertThat(accepts.size()).isZero();
            loop.awaitElsewhere("every client hears of it", clients::areOver);
        }
    }

    @Test
    void endsWhenTheListenerIsClosed(Ring ring, Loop loop, Path directory) {
        AsyncListener listener = listener(Transport.TCP4, ring, loop, directory);
        Items<AsyncSocket> accepts = loop.start(listener.prepareAcceptEach());
        loop.settle();
        listener.close();
        accepts.failure(AsynchronousCloseException.class);
    }

    @Test
    void pausedItStillEndsWhenTheListenerIsClosed(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncListener listener = listener(Transport.TCP4, ring, loop, directory);
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        Items<AsyncSocket> accepts = loop.start(listener.prepareAcceptEach());
        accepts.iteration().pause();
        try (SocketChannels clients = new SocketChannels()) {
            for (int i = 0; i < 50; i++) {
                clients.connect(address);
            }
            loop.pass(Duration.ofMillis(10));
            listener.close();
            accepts.failure(AsynchronousCloseException.class);
        }
    }

    @Test
    void anIdleLimitEndsIt(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncListener listener = listener(Transport.TCP4, ring, loop, directory);
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        Items<AsyncSocket> accepts = loop.start(listener.prepareAcceptEach().idleTimeout(Duration.ofMillis(800)));
        for (int i = 1; i <= 3; i++) {
            loop.pass(Duration.ofMillis(300));
            SocketChannel.open(address).close();
            accepts.await(i);
        }
        assertThat(accepts.isDone()).isFalse();
        loop.pass(Duration.ofMillis(850));
        accepts.failure(SocketTimeoutException.class);
    }

    @Test
    @Tag("H8")
    void withoutAnFdItWaitsAndGoesOn(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncListener listener = listener(Transport.TCP4, ring, loop, directory);
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        try (SocketChannels clients = new SocketChannels()) {
            for (int i = 0; i < 3; i++) {
                clients.connect(address);
            }
            Items<AsyncSocket> accepts;
            int callsBefore = loop.sys().count();
            AutoCloseable limit = Libc.limitFds(3);
            try {
                accepts = loop.start(listener.prepareAcceptEach());
                loop.pass(Duration.ofMillis(300));
            } finally {
                limit.close();
            }
            assertThat(accepts.size()).isZero();
            assertThat(accepts.isDone()).isFalse();
            assertThat(loop.sys().count() - callsBefore).as("system calls meanwhile").isLessThan(1000);
            for (int i = 0; i < 20 && accepts.size() < 3; i++) {
                loop.pass(Duration.ofMillis(100));
            }
            accepts.await(3);
            clients.connect(address);
            accepts.await(4);
        }
    }

    @Test
    void oneAcceptWithoutAnFdFailsAndTheConnectionStays(Ring ring, Loop loop, Path directory) throws Exception {
        AsyncListener listener = listener(Transport.TCP4, ring, loop, directory);
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        Outcome<AsyncSocket> classesAreLoaded = loop.start(listener.prepareAccept()); // which takes fds too
        loop.settle();
        classesAreLoaded.cancel();
        classesAreLoaded.failure(CancellationException.class);
        try (SocketChannels clients = new SocketChannels()) {
            clients.connect(address);
            ErrnoException failure;
            AutoCloseable limit = Libc.limitFds(3);
            try {
                failure = loop.start(listener.prepareAccept()).failure(ErrnoException.class);
            } finally {
                limit.close();
            }
            assertThat(failure.errnoName()).isEqualTo("EMFILE");
            assertThat(failure).hasMessageContaining("ulimit -n");
            assertThat(loop.await(listener.prepareAccept()).isOpen()).isTrue();
        }
    }
}
