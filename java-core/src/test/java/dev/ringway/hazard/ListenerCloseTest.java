package dev.ringway.hazard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.ErrnoException;
import dev.ringway.Ring;
import dev.ringway.TestRings;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Transport;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/// An iteration that accepts, and the end of its listener.
@EveryBackend
class ListenerCloseTest {
    private static final int CONNECTS = 100;
    private static final long SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /// One try may be held up by a busy machine; of so many one is not.
    private static final int TRIES = 3;

    @Tag("H4")
    @ParameterizedTest(name = "{0}")
    @EnumSource(value = Transport.class, mode = Mode.EXCLUDE, names = "UNIX")
    void aClosedPortRefusesAtOnceAndIsFree(Transport transport, Ring ring, Loop loop, Path directory)
            throws Exception {
        SocketAddress address = transport.unused(directory);
        long soonest = Long.MAX_VALUE;
        for (int i = 0; i < TRIES && soonest > SOON_NANOS; i++) {
            AsyncListener listener = loop.await(ring.net().prepareListen(address));
            address = loop.await(listener.prepareLocalAddress()); // the same port from now on
            Items<AsyncSocket> accepts = loop.start(listener.prepareAcceptEach());
            try (SocketChannel client = SocketChannel.open(address)) {
                accepts.await(1).getFirst().close();
                assertThat(client.isConnected()).isTrue();
            }
            long begun = System.nanoTime();
            listener.close(); // and nobody turns the ring
            List<Throwable> refusals = new ArrayList<>();
            for (int n = 0; n < CONNECTS; n++) {
                SocketAddress port = address;
                refusals.add(catchThrowable(() -> SocketChannel.open(port).close()));
            }
            soonest = Math.min(soonest, System.nanoTime() - begun);
            assertThat(refusals).allSatisfy(refusal -> assertThat(refusal).isInstanceOf(ConnectException.class));
            accepts.failure(AsynchronousCloseException.class);
            assertThat(accepts.size()).isEqualTo(1);
        }
        assertThat(soonest).as("nanoseconds until all were refused").isLessThan(SOON_NANOS);
        AsyncListener again = loop.await(ring.net().prepareListen(address));
        try (SocketChannel client = SocketChannel.open(address)) {
            assertThat(client.isConnected()).isTrue();
            loop.await(again.prepareAccept()).close();
        }
    }

    @Test
    @Tag("H8")
    void aListenerThatSomebodyElseShutsDownEndsItWithOneError(Ring ring, Loop loop, Path directory) {
        AsyncListener listener = loop.await(ring.net().prepareListen(Transport.TCP4.unused(directory)));
        Items<AsyncSocket> accepts = loop.start(listener.prepareAcceptEach());
        loop.settle();
        Plain.shutdown(TestRings.fd(listener));
        ErrnoException failure = accepts.failure(ErrnoException.class);
        assertThat(failure.errnoName()).isEqualTo("EINVAL");
        assertThat(failure.call()).isEqualTo("accept");
        loop.start(listener.prepareAccept()).failure(ErrnoException.class);
    }
}
