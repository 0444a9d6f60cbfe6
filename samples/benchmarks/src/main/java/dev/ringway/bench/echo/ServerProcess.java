package dev.ringway.bench.echo;

import dev.ringway.Ring;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/// What a server on the JVM owes to the [Server] that started it.
final class ServerProcess {
    /// As many as the reference in C has, each of as many bytes.
    static final int POOL_BUFFERS = 2048;
    static final int BUFFER_BYTES = 4096;

    private ServerProcess() {}

    /// Tells that it listens, where, and on which backend.
    static void printReady(Ring ring, SocketAddress address) {
        System.out.println("ready " + ((InetSocketAddress) address).getPort() + " " + ring.backend());
    }

    /// Closes what keeps the server running when the standard input ends.
    static void closeWhenInputEnds(AutoCloseable running) {
        Thread.ofPlatform().daemon().name("input").start(() -> {
            try (running) {
                System.in.transferTo(OutputStream.nullOutputStream());
            } catch (Exception failure) {
                System.err.println("at the end of standard input: " + failure);
            }
        });
    }
}
