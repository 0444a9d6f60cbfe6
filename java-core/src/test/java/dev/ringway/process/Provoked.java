package dev.ringway.process;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Backend;
import dev.ringway.Ring;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// A program for another process, which may have few fds: provokes what is logged, a hundred thousand times.
///
/// Arguments: the backend.
final class Provoked {
    private static final int CALLBACKS = 100_000;
    private static final long LIMIT_NANOS = Duration.ofSeconds(5).toNanos();

    private Provoked() {}

    public static void main(String[] args) throws Exception {
        try (Ring ring = Ring.builder().backend(Backend.valueOf(args[0])).start("provoked")) {
            long begun = System.nanoTime();
            throwOften(ring);
            System.out.println("\nthrown: " + CALLBACKS);
            System.out.println("\nthrew for millis: " + (System.nanoTime() - begun) / 1_000_000);
            runOutOfFds(ring);
        }
    }

    private static void throwOften(Ring ring) throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(CALLBACKS);
        ring.execute(() -> again(ring, ran));
        ran.await();
    }

    private static void again(Ring ring, CountDownLatch ran) {
        ran.countDown();
        if (ran.getCount() > 0) {
            ring.execute(() -> again(ring, ran));
        }
        throw new IllegalStateException("provoked");
    }

    /// Clients keep their connections, so that accepting stops for want of fds, again and again, until some are closed.
    private static void runOutOfFds(Ring ring) throws Exception {
        AsyncListener listener = ring.net()
                .prepareListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).join();
        SocketAddress address = listener.prepareLocalAddress().join();
        AtomicInteger accepted = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        List<AsyncSocket> kept = new ArrayList<>();
        listener.acceptEach(socket -> {
            kept.add(socket);
            accepted.incrementAndGet();
        }, (nothing, failure) -> failed.incrementAndGet());
        for (int warmUp = 1; warmUp <= 3; warmUp++) { // a class cannot be loaded without an fd
            SocketChannel client = SocketChannel.open(address);
            await(accepted, warmUp);
            release(ring, kept);
            client.close();
        }
        accepted.set(0);
        List<SocketChannel> clients = new ArrayList<>();
        try {
            while (true) {
                clients.add(SocketChannel.open(address));
            }
        } catch (IOException noFds) {
            System.out.println("\nclients: " + clients.size());
        }
        Thread.sleep(3_000);
        int before = accepted.get();
        clients.getFirst().close();
        long begun = System.nanoTime();
        while (accepted.get() < clients.size() && System.nanoTime() - begun < LIMIT_NANOS) {
            release(ring, kept); // again: the fds of those accepted before may not do for all who wait
            Thread.sleep(1);
        }
        System.out.println("\naccepted before: " + before);
        System.out.println("\naccepted: " + accepted);
        System.out.println("\nfailed: " + failed);
        for (SocketChannel client : clients) {
            client.close();
        }
    }

    private static void release(Ring ring, List<AsyncSocket> kept) {
        ring.execute(() -> {
            for (AsyncSocket socket : kept) {
                socket.close();
            }
            kept.clear();
        });
    }

    private static void await(AtomicInteger accepted, int count) throws InterruptedException {
        long begun = System.nanoTime();
        while (accepted.get() < count && System.nanoTime() - begun < LIMIT_NANOS) {
            Thread.sleep(1);
        }
    }
}
