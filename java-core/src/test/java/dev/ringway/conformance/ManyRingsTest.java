package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.Ring;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Many rings in one process are apart, and work together.
@EveryBackend
class ManyRingsTest {
    private static final int RINGS = 50;
    private static final int ROUNDS = 5;

    @Test
    @Parity("beyond/two_rings_two_threads")
    void serveEachOtherAndCloseInAnyOrder(TestBed bed) throws Exception {
        List<Loop> loops = new ArrayList<>();
        List<SocketAddress> addresses = new ArrayList<>();
        Queue<Throwable> wrong = new ConcurrentLinkedQueue<>();
        AtomicInteger served = new AtomicInteger();
        for (int i = 0; i < RINGS; i++) {
            Loop loop = bed.running(options -> options.entries = Math.min(options.entries, 16));
            loops.add(loop);
            Ring ring = loop.ring();
            AsyncListener listener = ring.net().prepareListen(Transport.TCP4.unused(bed.directory())).join();
            listener.acceptEach(socket -> {
                served.incrementAndGet();
                Echo.serve(ring, socket, wrong);
            }, (nothing, closed) -> {});
            addresses.add(listener.prepareLocalAddress().join());
        }
        CountDownLatch talked = new CountDownLatch(RINGS);
        for (int i = 0; i < RINGS; i++) { // each to the next one
            Ring ring = loops.get(i).ring();
            new Talk(ring, talked, wrong).start(addresses.get((i + 1) % RINGS));
        }
        assertThat(talked.await(20, TimeUnit.SECONDS)).as("all have talked").isTrue();
        assertThat(served.get()).isEqualTo(RINGS);
        assertThat(wrong).isEmpty();
        passTasksAround(loops, new Random(5));
        Collections.shuffle(loops, new Random(6));
        loops.forEach(Loop::closeRing);
        assertThat(wrong).isEmpty();
    }

    /// While the rings are closed one after the other, tasks hop from one to another: each is either refused or runs.
    private static void passTasksAround(List<Loop> loops, Random random) {
        AtomicLong taken = new AtomicLong();
        AtomicLong ran = new AtomicLong();
        List<Loop> closing = new ArrayList<>(loops);
        Collections.shuffle(closing, random);
        for (int i = 0; i < RINGS; i++) {
            hop(loops, random.nextLong(), taken, ran);
        }
        for (Loop loop : closing.subList(0, RINGS / 2)) {
            loop.closeRing();
        }
        closing.get(RINGS - 1).awaitElsewhere("every task that was taken has run", () -> ran.get() == taken.get());
    }

    private static void hop(List<Loop> loops, long seed, AtomicLong taken, AtomicLong ran) {
        Random random = new Random(seed);
        Ring next = loops.get(random.nextInt(loops.size())).ring();
        taken.incrementAndGet();
        try {
            next.execute(() -> {
                if (random.nextInt(100) > 0) {
                    hop(loops, random.nextLong(), taken, ran);
                }
                ran.incrementAndGet();
            });
        } catch (RejectedExecutionException closed) {
            taken.decrementAndGet();
        }
    }

    /// A client on one ring of a server on another.
    private static final class Talk {
        private final Ring ring;
        private final CountDownLatch over;
        private final Queue<Throwable> wrong;

        Talk(Ring ring, CountDownLatch over, Queue<Throwable> wrong) {
            this.ring = ring;
            this.over = over;
            this.wrong = wrong;
        }

        void start(SocketAddress address) {
            ring.net().connect(address, (socket, failure) -> {
                if (failure == null) {
                    say(socket, ROUNDS);
                } else {
                    end(failure);
                }
            });
        }

        private void say(AsyncSocket socket, int rounds) {
            String text = "round " + rounds;
            Buf sent = ring.bufferOf(text);
            socket.sendAll(sent, (count, unsent) -> {
                sent.release();
                hear(socket, text, ring.buffer(text.length()), rounds);
            });
        }

        private void hear(AsyncSocket socket, String text, Buf heard, int rounds) {
            socket.receive(heard, (count, failure) -> {
                if (failure == null && count > 0 && heard.writable() > 0) {
                    hear(socket, text, heard, rounds);
                    return;
                }
                String answer = heard.getText(UTF_8);
                heard.release();
                if (failure != null || !answer.equals(text)) {
                    wrong.add(new AssertionError("heard " + answer + " for " + text, failure));
                }
                if (rounds > 1 && failure == null) {
                    say(socket, rounds - 1);
                } else {
                    socket.close();
                    end(failure);
                }
            });
        }

        private void end(Throwable failure) {
            if (failure != null) {
                wrong.add(failure);
            }
            over.countDown();
        }
    }
}
