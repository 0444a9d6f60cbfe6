package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.Ring;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Pair;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.InterruptedIOException;
import java.net.SocketAddress;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

@EveryBackend
class JoinTest {
    @Test
    void aHundredVirtualThreadsTalk(TestBed bed) throws Exception {
        Loop loop = bed.running();
        Ring ring = loop.ring();
        AsyncListener listener = ring.net().prepareListen(Transport.TCP4.unused(bed.directory())).join();
        SocketAddress address = listener.prepareLocalAddress().join();
        AtomicInteger echoed = new AtomicInteger();
        try (Workers workers = new Workers()) {
            for (int i = 0; i < 100; i++) {
                workers.startVirtual(() -> echo(ring, listener));
                String text = "message " + i;
                workers.startVirtual(() -> {
                    try (AsyncSocket socket = ring.net().prepareConnect(address).join();
                            Buf buf = ring.bufferOf(text)) {
                        socket.prepareSendAll(buf).join();
                        socket.prepareShutdownOutput().join();
                        buf.clear();
                        while (socket.prepareReceive(buf).join() > 0) {
                            assertThat(buf.isLent()).isFalse();
                        }
                        assertThat(buf.getText(UTF_8)).isEqualTo(text);
                        echoed.incrementAndGet();
                    }
                });
            }
        }
        listener.close();
        assertThat(echoed.get()).isEqualTo(100);
    }

    private static void echo(Ring ring, AsyncListener listener) throws Exception {
        try (AsyncSocket socket = listener.prepareAccept().join();
                Buf buf = ring.buffer(100)) {
            while (socket.prepareReceive(buf).join() >= 0) {
                socket.prepareSendAll(buf).join();
                buf.clear();
            }
        }
    }

    @Test
    void throwsTheFailure(TestBed bed) {
        Loop loop = bed.running();
        assertThatThrownBy(() -> loop.ring().files().prepareOpen(bed.directory().resolve("missing")).join())
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void onThePollingThreadItIsRefused(Ring ring, Loop loop) {
        assertThatThrownBy(() -> ring.prepareNop().join())
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("polling thread");
        AtomicReference<Throwable> fromCallback = new AtomicReference<>();
        ring.nop((count, failure) -> fromCallback.set(catchThrowable(() -> ring.prepareNop().join())));
        loop.settle();
        assertThat(fromCallback.get()).isInstanceOf(IllegalStateException.class);
        assertThat(ring.inFlight()).isZero();
    }

    @Test
    void anInterruptCancelsAndWaitsForTheKernel(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Buf buf = loop.buffer(10);
        List<Throwable> failures = new ArrayList<>();
        try (Workers workers = new Workers()) {
            for (boolean virtual : new boolean[] {false, true}) {
                Workers.Work work = () -> {
                    failures.add(catchThrowable(() -> pair.near().prepareReceive(buf).join()));
                    assertThat(buf.isLent()).isFalse();
                    assertThat(Thread.currentThread().isInterrupted()).isTrue();
                };
                Thread thread = virtual ? workers.startVirtual(work) : workers.start(work);
                loop.until("it waits", buf::isLent);
                loop.linger(10);
                thread.interrupt();
                loop.until("it has ended", workers.done());
            }
        }
        assertThat(failures).hasSize(2).allSatisfy(failure -> assertThat(failure)
                .isInstanceOf(InterruptedIOException.class).hasMessageContaining("recv"));
        pair.farSends("kept");
        assertThat(pair.nearReceives(4)).isEqualTo("kept");
    }

    @Test
    void interruptedBeforeItWaitsItCancelsToo(TestBed bed, Loop loop) {
        Pair pair = Pair.open(bed, loop, Transport.TCP4);
        Buf buf = loop.buffer(10);
        try (Workers workers = new Workers()) {
            workers.start(() -> {
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> pair.near().prepareReceive(buf).join())
                        .isInstanceOf(InterruptedIOException.class);
            });
            loop.until("it has ended", workers.done());
        }
        assertThat(buf.isLent()).isFalse();
    }

    @Test
    void theRingsCloseEndsIt(TestBed bed) {
        Loop loop = bed.running();
        try (Workers workers = new Workers()) {
            workers.start(() -> assertThatThrownBy(
                            () -> loop.ring().timers().prepareAfter(java.time.Duration.ofHours(1)).join())
                    .isInstanceOf(java.nio.channels.AsynchronousCloseException.class));
            loop.until("it waits", () -> loop.inFlight() == 1);
            loop.ring().close();
        }
    }
}
