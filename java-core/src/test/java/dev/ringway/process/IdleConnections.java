package dev.ringway.process;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Backend;
import dev.ringway.BufPool;
import dev.ringway.Operation;
import dev.ringway.Ring;
import dev.ringway.internal.ffi.Pages;
import dev.ringway.internal.ffi.Sockaddr;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/// A program for another process: accepts connections that say nothing, receives on each of them into buffers of one
/// pool, and tells what one costs. Its heap has to be of one size, and touched before; the clients are bare fds.
final class IdleConnections {
    private static final int FEW = 500;
    private static final int MANY = 1500;

    private final Ring ring;
    private final BufPool pool;
    private final Sys sys = Sys.here();
    private final Pages memory = Pages.map(sys, 128);
    /// What a server keeps of a connection.
    private final AsyncSocket[] sockets = new AsyncSocket[MANY];
    private int accepted;
    private int connected;

    private IdleConnections(Ring ring) {
        this.ring = ring;
        this.pool = ring.pool(64, 2048);
    }

    public static void main(String[] args) throws Exception {
        try (Ring ring = Ring.builder()
                .backend(Backend.valueOf(args[0]))
                .closeDeadline(Duration.ofSeconds(30))
                .create()) {
            new IdleConnections(ring).measure();
        }
    }

    private void measure() throws IOException {
        AsyncListener listener = await(ring.net().prepareListen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        SocketAddress address = await(listener.prepareLocalAddress());
        listener.acceptEach(socket -> {
            sockets[accepted++] = socket;
            socket.receiveEach(pool, lease -> lease.release(), (nothing, failure) -> {});
        }, (nothing, failure) -> {});
        connect(FEW, address);
        heapBytes(); // the first time its own needs are counted too
        nativeBytes();
        long heapBefore = heapBytes();
        long nativeBefore = nativeBytes();
        connect(MANY, address);
        long heap = heapBytes() - heapBefore;
        long outside = nativeBytes() - nativeBefore;
        System.out.println("heap: " + String.format(Locale.ROOT, "%.0f", (double) heap / (MANY - FEW)));
        System.out.println("native: " + String.format(Locale.ROOT, "%.0f", (double) outside / (MANY - FEW)));
        System.out.println("in flight: " + ring.inFlight());
    }

    private <T> T await(Operation<T> operation) throws IOException {
        while (!operation.poll(() -> {})) {
            ring.poll(Duration.ofSeconds(1));
        }
        return operation.result();
    }

    private void connect(int wanted, SocketAddress address) {
        int length = Sockaddr.encode(address, Linux.AF_INET(), memory.address(), "connect");
        for (; connected < wanted; connected++) {
            int fd = sys.socket(Linux.AF_INET(), Linux.SOCK_STREAM() | Linux.SOCK_CLOEXEC(), 0);
            int res = fd < 0 ? fd : sys.connect(fd, memory.address(), length);
            if (res < 0) {
                throw new AssertionError("connection " + connected + ": errno " + -res);
            }
            while (accepted <= connected) {
                ring.poll(Duration.ofSeconds(1));
            }
        }
    }

    private static long heapBytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    /// Memory that is no file's: with a heap that was touched before, whatever else grows.
    private static long nativeBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("RssAnon:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new AssertionError("/proc/self/status has no RssAnon");
    }
}
