package dev.ringway.process;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Backend;
import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.Ring;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A program for another process: echoes through one ring, compares every byte, and watches the clock meanwhile.
///
/// Arguments: the backend, and for how many milliseconds. At its end it says how many bytes have come back, how late
/// the latest timer was, and how early the earliest; a ring that nothing happens on has to wait for its whole limit.
final class Workload {
    private static final int CONNECTIONS = 4;
    private static final int CHUNK = 3000;
    private static final int TIMERS = 4;
    private static final Duration LIMIT = Duration.ofMillis(40);

    private final Ring ring;
    private final SplittableRandom random = new SplittableRandom(42);
    private final long end;
    private final CountDownLatch running = new CountDownLatch(CONNECTIONS + TIMERS);
    private long bytes;
    private long latestNanos;
    private long earliestNanos = Long.MAX_VALUE;
    private int timers;
    private @Nullable Throwable failure;

    private Workload(Ring ring, long millis) {
        this.ring = ring;
        this.end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    public static void main(String[] args) throws Exception {
        Backend backend = Backend.valueOf(args[0]);
        long millis = Long.parseLong(args[1]);
        try (Ring ring = Ring.builder().backend(backend).start("workload")) {
            new Workload(ring, millis).run();
        }
        System.out.println("early: " + nanosEarly(backend, millis));
    }

    /// Polls a ring that has nothing to do.
    ///
    /// @return by how many nanoseconds a poll came back before its limit, at the worst
    private static long nanosEarly(Backend backend, long millis) throws Exception {
        long early = 0;
        try (Ring idle = Ring.builder().backend(backend).create()) {
            for (long left = millis / 4; left > 0; left -= LIMIT.toMillis()) {
                long begun = System.nanoTime();
                int handled = idle.poll(LIMIT);
                long missing = LIMIT.toNanos() - (System.nanoTime() - begun);
                early = Math.max(early, handled == 0 ? missing : 0);
            }
        }
        return early;
    }

    private void run() throws Exception {
        AsyncListener listener =
                ring.net().prepareListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).join();
        InetSocketAddress address = (InetSocketAddress) listener.prepareLocalAddress().join();
        BufPool pool = ring.pool(16, 1024);
        listener.acceptEach(
                socket -> socket.receiveEach(pool, lease -> echo(socket, lease), (nothing, end) -> socket.close()),
                (nothing, closed) -> {});
        for (int i = 0; i < CONNECTIONS; i++) {
            AsyncSocket client = ring.net().prepareConnect(address).join();
            ring.execute(() -> send(client, ring.buffer(CHUNK), 0));
        }
        for (int i = 0; i < TIMERS; i++) {
            ring.execute(this::startTimer);
        }
        boolean ended = running.await(60, TimeUnit.SECONDS);
        System.out.println("bytes: " + bytes);
        System.out.println("timers: " + timers);
        System.out.println("latest: " + TimeUnit.NANOSECONDS.toMillis(latestNanos));
        System.out.println("earliest: " + earliestNanos);
        System.out.println("failure: " + (ended ? failure : "hangs"));
    }

    private boolean isOver() {
        return failure != null || end - System.nanoTime() < 0;
    }

    private void failed(Throwable thrown) {
        failure = thrown;
    }

    // ---- echo

    private void echo(AsyncSocket socket, Buf lease) {
        socket.sendAll(lease, (count, thrown) -> {
            lease.release();
            if (thrown != null && !isOver()) {
                failed(thrown);
            }
        });
    }

    private void send(AsyncSocket client, Buf buf, long sent) {
        if (isOver()) {
            client.close();
            running.countDown();
            return;
        }
        int size = 1 + random.nextInt(CHUNK);
        buf.clear();
        for (int i = 0; i < size; i++) {
            buf.put(pattern(sent + i));
        }
        client.sendAll(buf, (count, thrown) -> {
            if (thrown != null) {
                failed(thrown);
            }
            receive(client, buf.clear(), sent, sent + size);
        });
    }

    private void receive(AsyncSocket client, Buf buf, long from, long to) {
        client.receive(buf, (count, thrown) -> {
            long next = from;
            while (buf.readable() > 0) {
                if (buf.get() != pattern(next++)) {
                    failed(new AssertionError("wrong byte at " + (next - 1)));
                }
            }
            bytes += next - from;
            if (thrown != null || count <= 0) {
                failed(thrown == null ? new AssertionError("the stream ended at " + next) : thrown);
            }
            if (next < to && !isOver()) {
                receive(client, buf.clear(), next, to);
            } else {
                send(client, buf, next);
            }
        });
    }

    private static byte pattern(long place) {
        return (byte) (place ^ place >>> 8);
    }

    // ---- timers

    private void startTimer() {
        if (isOver()) {
            running.countDown();
            return;
        }
        long delay = TimeUnit.MICROSECONDS.toNanos(500 + random.nextInt(20_000));
        long begun = System.nanoTime();
        ring.timers().after(Duration.ofNanos(delay), (nothing, thrown) -> {
            long late = System.nanoTime() - begun - delay;
            latestNanos = Math.max(latestNanos, late);
            earliestNanos = Math.min(earliestNanos, late);
            timers++;
            if (thrown != null) {
                failed(thrown);
            }
            startTimer();
        });
    }
}
