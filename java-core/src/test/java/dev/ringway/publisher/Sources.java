package dev.ringway.publisher;

import dev.ringway.testing.TestBed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// The other ends, which make as many items as a test wants: the many on a thread of their own, to the end of the test.
final class Sources implements AutoCloseable {
    private static final int CHUNK = 1 << 14;

    private final Thread thread;

    private Sources(String name, Work work) {
        thread = Thread.ofPlatform().daemon().name(name).start(() -> {
            try {
                work.run();
            } catch (IOException closed) {
                return;
            }
        });
    }

    private interface Work {
        void run() throws IOException;
    }

    /// Ends a thread that waits in a socket, and what it holds.
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while waiting for " + thread, e);
        }
    }

    /// Sends so many bytes and ends the stream.
    static Sources bytes(SocketChannel to, long count) {
        return new Sources("sender", () -> send(to, count));
    }

    private static void send(SocketChannel to, long count) throws IOException {
        to.configureBlocking(true);
        ByteBuffer bytes = ByteBuffer.allocate(CHUNK);
        for (long left = count; left > 0; left -= bytes.limit()) {
            to.write(bytes.clear().limit((int) Math.min(left, CHUNK)));
        }
        to.shutdownOutput();
    }

    /// Connects so many times.
    ///
    /// @param few how many connect without somebody who accepts them
    static void connect(TestBed bed, SocketAddress to, long count, int few) {
        if (count > few) {
            bed.closing(new Sources("clients", () -> {
                for (long i = 0; i < count; i++) {
                    SocketChannel.open(to).close(); // it is accepted nevertheless
                }
            }));
            return;
        }
        for (int i = 0; i < count; i++) {
            try {
                bed.closing(SocketChannel.open(to));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
