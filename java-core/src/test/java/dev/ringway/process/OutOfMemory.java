package dev.ringway.process;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Backend;
import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.Ring;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A program for another process, which has little memory: uses all of it up while a ring works, gives it back, and
/// says what has become of the ring and of what was in flight.
///
/// Arguments: the backend; `heap` or `direct`.
final class OutOfMemory {
    private static final int CONNECTIONS = 16;

    private final Ring ring;
    private final AtomicInteger started = new AtomicInteger();
    private final AtomicInteger told = new AtomicInteger();
    private final AtomicInteger toldTwice = new AtomicInteger();
    private final AtomicInteger uncaught = new AtomicInteger();
    private final List<SocketChannel> clients = new ArrayList<>();
    private volatile boolean over;

    private OutOfMemory(Backend backend) throws Exception {
        ring = Ring.builder().backend(backend)
                .closeDeadline(Duration.ofSeconds(2))
                .uncaughtHandler(thrown -> uncaught.incrementAndGet())
                .start("memory");
    }

    public static void main(String[] args) throws Exception {
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {}); // the ring's own, which may die of it
        OutOfMemory program = new OutOfMemory(Backend.valueOf(args[0]));
        try {
            program.begin();
            if (args[1].equals("heap")) {
                program.useUpTheHeap();
            } else {
                program.useUpDirectMemory();
            }
        } finally {
            program.end();
        }
    }

    /// Told once?
    private final class Told {
        private boolean before;

        Told() {
            started.incrementAndGet();
        }

        synchronized void tell() {
            (before ? toldTwice : told).incrementAndGet();
            before = true;
        }
    }

    // ---- what is in flight

    /// Everything that is told in the end has been told before: whoever is called back for the first time when there is
    /// no memory may not even come to run.
    private void begin() throws Exception {
        AsyncListener listener = listen();
        SocketAddress address = listener.prepareLocalAddress().join();
        BufPool pool = ring.pool(16, 64);
        wait(Duration.ZERO);
        AsyncListener closed = listen();
        accept(closed);
        closed.close();
        SocketChannel client = SocketChannel.open(address);
        receive(listener.prepareAccept().join(), pool);
        client.close();
        while (told.get() < started.get()) {
            Thread.onSpinWait();
        }
        List<AsyncSocket> sockets = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.add(SocketChannel.open(address));
            sockets.add(listener.prepareAccept().join());
        }
        accept(listener);
        for (int i = 0; i < CONNECTIONS; i++) {
            wait(Duration.ofHours(1));
            receive(sockets.get(i), pool);
        }
    }

    private AsyncListener listen() throws IOException {
        return ring.net().prepareListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).join();
    }

    private void wait(Duration time) {
        Told waiting = new Told();
        ring.timers().after(time, (nothing, failure) -> waiting.tell());
    }

    private void accept(AsyncListener listener) {
        Told accepting = new Told();
        listener.acceptEach(AsyncSocket::close, (nothing, failure) -> accepting.tell());
    }

    private void receive(AsyncSocket socket, BufPool pool) {
        Told receiving = new Told();
        socket.receiveEach(pool, Buf::release, (nothing, failure) -> receiving.tell());
    }

    /// Keeps the ring busy, without needing any memory here.
    private void send() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(512);
        while (!over) {
            try {
                for (SocketChannel client : clients) {
                    client.write(bytes.clear());
                }
            } catch (Throwable closedOrNoMemory) {
                Thread.onSpinWait();
            }
        }
    }

    // ---- the pressure

    private void useUpTheHeap() throws Exception {
        for (SocketChannel client : clients) {
            client.configureBlocking(false);
        }
        Thread sender = Thread.ofPlatform().daemon().start(this::send);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        int times = 0;
        Object @Nullable [] hoard = null;
        for (int size = 1 << 20; end - System.nanoTime() > 0; ) {
            try {
                hoard = new Object[] {hoard, new byte[size]};
            } catch (OutOfMemoryError used) {
                times++;
                if (size > 16) {
                    size /= 2;
                }
            }
        }
        hoard = null;
        over = true;
        sender.join();
        say("used up", times);
    }

    private void useUpDirectMemory() throws Exception {
        List<Buf> hoard = new ArrayList<>();
        int refused = 0;
        for (int size = 1 << 16; size > 0; ) {
            try {
                hoard.add(ring.buffer(size));
            } catch (OutOfMemoryError used) {
                refused++;
                size /= 2;
            }
        }
        try {
            ring.pool(1024, 1 << 16);
        } catch (OutOfMemoryError used) {
            refused++;
        }
        Told connecting = new Told();
        StringBuilder said = new StringBuilder();
        ring.net().connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), (socket, failure) -> {
            said.append(failure);
            connecting.tell();
        });
        ring.prepareNop().join();
        say("used up", refused);
        say("connect", said);
        hoard.forEach(Buf::release);
        say("again", (ring.buffer(1 << 16).capacity() == 1 << 16));
    }

    /// On a line of its own, whatever else is being written.
    private static void say(String what, Object found) {
        System.out.println("\n" + what + ": " + found);
    }

    // ---- what has become of it

    private void end() {
        say("survived", works());
        long begun = System.nanoTime();
        ring.close();
        say("millis", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
        say("started", started);
        say("told", told);
        say("told twice", toldTwice);
        say("uncaught", uncaught);
        boolean refuses = false;
        try {
            ring.execute(() -> {});
        } catch (RejectedExecutionException closed) {
            refuses = true;
        }
        say("refuses", refuses);
    }

    /// Whether the ring still turns.
    private boolean works() {
        try {
            return ring.prepareNop().timeout(Duration.ofSeconds(5)).join() == 0;
        } catch (Exception ended) {
            return false;
        }
    }
}
