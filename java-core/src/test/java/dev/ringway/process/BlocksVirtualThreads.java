package dev.ringway.process;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Backend;
import dev.ringway.Buf;
import dev.ringway.Operation;
import dev.ringway.Ring;
import dev.ringway.TlsSocket;
import dev.ringway.testing.Certificates;
import dev.ringway.testing.Libc;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A program for another process, whose virtual threads have one carrier: a hundred of them block in one call after the
/// other, and meanwhile another has to advance.
///
/// Arguments: the backend and a directory. For each call it prints how many blocked, and how long the other thread had
/// to wait for its turn, in microseconds.
final class BlocksVirtualThreads {
    private static final int THREADS = 100;
    private static final int STEPS = 51;

    private final Ring ring;
    private final Backend backend;
    private final Path directory;
    private final List<AutoCloseable> handles = new ArrayList<>();
    private final AsyncListener listener;
    private final InetSocketAddress address;

    private BlocksVirtualThreads(Ring ring, Backend backend, Path directory) throws Exception {
        this.ring = ring;
        this.backend = backend;
        this.directory = directory;
        listener = ring.net().prepareListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).join();
        address = (InetSocketAddress) listener.prepareLocalAddress().join();
    }

    public static void main(String[] args) throws Exception {
        Backend backend = Backend.valueOf(args[0]);
        try (Ring ring = Ring.builder().backend(backend).queueLimit(THREADS).start("blocking")) {
            new BlocksVirtualThreads(ring, backend, Path.of(args[1])).run();
        }
        Thread.ofVirtual().start(Pinned::touch).join();
        System.out.println("done: true");
    }

    /// Parks in its initializer, which is called by the VM, and so with its carrier.
    private static final class Pinned {
        static {
            LockSupport.parkNanos(1_000_000);
        }

        static void touch() {}
    }

    /// What a thread blocks in.
    private interface Blocking {
        void call() throws Exception;
    }

    private void run() throws Exception {
        AsyncSocket shared = connected();
        block("receive", i -> () -> shared.prepareReceive(ring.buffer(1)).join());
        AsyncSocket exact = connected();
        block("receiveN", i -> () -> exact.prepareReceiveN(ring.buffer(1), 1).join());
        AsyncSocket full = connected();
        block("sendAll", i -> () -> full.prepareSendAll(ring.bufferOf(new byte[i == 0 ? 1 << 26 : 1])).join());
        AsyncListener other = listener();
        block("accept", i -> () -> other.prepareAccept().join());
        block("timer", i -> {
            Operation<@Nullable Void> timer = ring.timers().prepareAfter(Duration.ofHours(1));
            handles.add(timer::cancel);
            return timer::join;
        });
        AsyncSocket future = connected();
        block("future", i -> () -> future.prepareReceive(ring.buffer(1)).future().get());
        AsyncFile fifo = fifo();
        block("file", i -> () -> fifo.prepareRead(ring.buffer(1)).join());
        ByteChannel reads = connected().channel();
        block("channel.read", i -> () -> reads.read(ByteBuffer.allocate(1)));
        ByteChannel writes = connected().channel();
        ByteBuffer large = ByteBuffer.allocate(1 << 26);
        block("channel.write", i -> () -> writes.write(large.duplicate()));
        InputStream stream = Channels.newInputStream(connected().channel());
        block("stream.read", i -> stream::read);
        InputStream in = connected().inputStream();
        block("input.read", i -> in::read);
        OutputStream out = connected().outputStream();
        block("output.write", i -> () -> out.write(large.array()));
        secure(large);
        try (Ring busy = Ring.builder().backend(backend).start("busy")) {
            AsyncSocket[] sockets = new AsyncSocket[THREADS];
            for (int i = 0; i < THREADS; i++) {
                sockets[i] = busy.net().prepareSocket(StandardProtocolFamily.INET).join();
            }
            keepBusy(busy);
            block("close", i -> sockets[i]::close);
            keepBusy(busy);
            block("ring.close", i -> busy::close);
        }
    }

    private void secure(ByteBuffer large) throws Exception {
        SSLContext context = Certificates.context();
        InputStream in = secured(context).inputStream();
        block("tls.read", i -> in::read);
        OutputStream out = secured(context).outputStream();
        block("tls.write", i -> () -> out.write(large.array()));
        AsyncSocket[] sockets = new AsyncSocket[THREADS];
        for (int i = 0; i < THREADS; i++) {
            sockets[i] = connected();
        }
        block("tls.handshake", i -> () -> TlsSocket.prepareClient(sockets[i], context, "localhost", 1).join());
        try (Ring busy = Ring.builder().backend(backend).start("busy")) {
            TlsSocket closes = secured(busy.net().prepareConnect(address).join(), context);
            keepBusy(busy);
            block("tls.close", i -> closes::close);
        }
    }

    /// Lets the ring not turn until the handles are closed.
    private void keepBusy(Ring busy) {
        CountDownLatch release = new CountDownLatch(1);
        handles.addFirst(release::countDown);
        busy.execute(() -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private AsyncListener listener() throws Exception {
        AsyncListener made =
                ring.net().prepareListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).join();
        handles.add(made);
        return made;
    }

    private AsyncSocket connected() throws Exception {
        AsyncSocket client = ring.net().prepareConnect(address).join();
        handles.add(client);
        handles.add(listener.prepareAccept().join());
        return client;
    }

    private TlsSocket secured(SSLContext context) throws Exception {
        return secured(ring.net().prepareConnect(address).join(), context);
    }

    private TlsSocket secured(AsyncSocket client, SSLContext context) throws Exception {
        AsyncSocket accepted = listener.prepareAccept().join();
        CompletableFuture<TlsSocket> server = TlsSocket.prepareServer(accepted, context).future();
        TlsSocket made = TlsSocket.prepareClient(client, context, "localhost", 1).join();
        handles.add(server.get());
        handles.add(made);
        return made;
    }

    /// Both ends of a FIFO. A call that cannot be cancelled ends when there is something for it.
    private AsyncFile fifo() throws Exception {
        Path path = Libc.mkfifo(directory.resolve("fifo"));
        AsyncFile file = ring.files().prepareOpen(path, StandardOpenOption.READ, StandardOpenOption.WRITE).join();
        handles.add(() -> Files.write(path, new byte[THREADS], StandardOpenOption.WRITE));
        handles.add(file);
        return file;
    }

    /// Blocks a hundred threads, lets another advance, closes the handles, and waits for the hundred. Interrupting them
    /// would do too, but for the JDK's own lock in each interrupt, which the recorder can find contended.
    private void block(String what, IntFunction<Blocking> makes) throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Blocking blocking = makes.apply(i);
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    blocking.call();
                } catch (Exception ended) {
                    Thread.yield(); // as it has to be
                }
            }));
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        int seen = 0;
        while (seen < 20 && deadline - System.nanoTime() > 0) {
            Thread.sleep(5);
            seen = areBlocked(threads) ? seen + 1 : 0; // all at once, and not for a moment only
        }
        long[] micros = new long[STEPS];
        for (int i = 0; i < STEPS; i++) {
            micros[i] = microsUntilAnotherRuns();
        }
        Arrays.sort(micros);
        long blocked = seen < 20 ? 0 : threads.stream().filter(Thread::isAlive).count();
        System.out.println(what + ": " + blocked + " blocked, median " + micros[STEPS / 2] + ", worst "
                + micros[STEPS - 1]);
        for (AutoCloseable handle : handles) {
            handle.close();
        }
        handles.clear();
        for (Thread thread : threads) {
            if (!thread.join(Duration.ofSeconds(20))) {
                throw new AssertionError(what + ": a thread hangs");
            }
        }
    }

    private static boolean areBlocked(List<Thread> threads) {
        return threads.stream().allMatch(thread -> switch (thread.getState()) {
            case WAITING, TIMED_WAITING, BLOCKED -> true;
            default -> false;
        });
    }

    private static long microsUntilAnotherRuns() throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        long begun = System.nanoTime();
        Thread.ofVirtual().start(ran::countDown);
        boolean advanced = ran.await(20, TimeUnit.SECONDS);
        return advanced ? TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begun) : Long.MAX_VALUE;
    }
}
