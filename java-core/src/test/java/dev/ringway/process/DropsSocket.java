package dev.ringway.process;

import dev.ringway.Ring;
import dev.ringway.RingStats;
import java.net.StandardProtocolFamily;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/// A program for another process: closes one socket, drops another, and waits until that is closed too.
final class DropsSocket {
    private DropsSocket() {}

    public static void main(String[] args) throws Exception {
        try (Ring ring = Ring.create()) {
            turn(ring);
            ring.net().prepareSocket(StandardProtocolFamily.UNIX).start((socket, failure) -> socket.close());
            turn(ring);
            long before = sockets();
            ring.net().prepareSocket(StandardProtocolFamily.INET).start((socket, failure) -> {});
            turn(ring);
            System.out.println("dropped: " + (sockets() - before));
            for (int i = 0; i < 1000 && sockets() > before; i++) {
                System.gc();
                ring.poll(Duration.ofMillis(10));
            }
            System.out.println("left: " + (sockets() - before));
            RingStats stats = ring.stats();
            System.out.println("in flight: " + stats.inFlight());
        }
    }

    private static void turn(Ring ring) {
        for (int i = 0; i < 3; i++) {
            ring.poll(Duration.ZERO);
        }
    }

    private static long sockets() throws Exception {
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.filter(DropsSocket::isSocket).count();
        }
    }

    private static boolean isSocket(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString().startsWith("socket:");
        } catch (java.io.IOException closedMeanwhile) {
            return false;
        }
    }
}
