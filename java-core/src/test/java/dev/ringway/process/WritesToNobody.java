package dev.ringway.process;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Backend;
import dev.ringway.Buf;
import dev.ringway.IntOperation;
import dev.ringway.Operation;
import dev.ringway.Ring;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// A program for another process: writes 10,000 times to sockets and a FIFO whose other end is closed.
///
/// Arguments: the backend, a directory, and whether to count the SIGPIPEs that come: that takes a handler, which
/// replaces the JVM's own.
final class WritesToNobody {
    private static final int WRITES = 10_000;

    private final Ring ring;
    private final Path directory;

    private WritesToNobody(Ring ring, Path directory) {
        this.ring = ring;
        this.directory = directory;
    }

    public static void main(String[] args) throws Exception {
        AtomicInteger signals = new AtomicInteger();
        if (Boolean.parseBoolean(args[2])) {
            count(signals);
        }
        try (Ring ring = Ring.builder().backend(Backend.valueOf(args[0])).create()) {
            WritesToNobody writes = new WritesToNobody(ring, Path.of(args[1]));
            System.out.println("tcp: " + writes.toTcp(false));
            System.out.println("tcp, all: " + writes.toTcp(true));
            System.out.println("unix: " + writes.toUnix());
            Thread.sleep(100); // a signal's handler runs on a thread of its own
            System.out.println("signals by sockets: " + signals);
            System.out.println("fifo: " + writes.toFifo(false));
            System.out.println("fifo, vectored: " + writes.toFifo(true));
            Thread.sleep(100);
            System.out.println("signals: " + signals);
        }
        System.out.println("alive: true");
    }

    /// By reflection, since this module of the JDK is read by programs and not by modules.
    private static void count(AtomicInteger signals) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object counter = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler},
                (proxy, method, arguments) -> signals.incrementAndGet());
        signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance("PIPE"), counter);
    }

    private <T> T await(Operation<T> operation) throws IOException {
        while (!operation.poll(() -> {})) {
            ring.poll(Duration.ofSeconds(10));
        }
        return operation.result();
    }

    private void await(IntOperation operation) throws IOException {
        while (!operation.poll(() -> {})) {
            ring.poll(Duration.ofSeconds(10));
        }
        operation.result();
    }

    private Map<String, Integer> toTcp(boolean all) throws IOException {
        AsyncListener listener =
                await(ring.net().prepareListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        try (AsyncSocket socket = await(ring.net().prepareConnect(await(listener.prepareLocalAddress())))) {
            await(listener.prepareAccept()).close();
            return failures(buf -> all ? socket.prepareSendAll(buf) : socket.prepareSend(buf));
        } finally {
            listener.close();
        }
    }

    private Map<String, Integer> toUnix() throws IOException {
        AsyncListener listener =
                await(ring.net().prepareListen(UnixDomainSocketAddress.of(directory.resolve("socket"))));
        try (AsyncSocket socket = await(ring.net().prepareConnect(await(listener.prepareLocalAddress())))) {
            await(listener.prepareAccept()).close();
            return failures(socket::prepareSend);
        } finally {
            listener.close();
        }
    }

    private Map<String, Integer> toFifo(boolean vectored) throws IOException {
        Path fifo = directory.resolve("fifo");
        RandomAccessFile reader = new RandomAccessFile(fifo.toFile(), "rw");
        try (AsyncFile file = await(ring.files().prepareOpen(fifo, StandardOpenOption.WRITE))) {
            reader.close();
            return failures(buf -> vectored ? file.prepareWrite(new Buf[] {buf}) : file.prepareWrite(buf));
        }
    }

    /// How each write has ended: the exception's type, and its errno.
    private Map<String, Integer> failures(Function<Buf, IntOperation> prepare) {
        Map<String, Integer> failures = new TreeMap<>();
        try (Buf buf = ring.bufferOf("x")) {
            for (int i = 0; i < WRITES; i++) {
                failures.merge(failure(prepare.apply(buf)), 1, Integer::sum);
                if (buf.readable() == 0) {
                    buf.clear().put("x");
                }
            }
        }
        return failures;
    }

    private String failure(IntOperation write) {
        try {
            await(write);
            return "none";
        } catch (IOException failure) {
            String message = failure.getMessage();
            return failure.getClass().getSimpleName()
                    + message.substring(message.lastIndexOf(" ("), message.lastIndexOf(')') + 1);
        }
    }
}
