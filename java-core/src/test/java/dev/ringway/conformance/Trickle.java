package dev.ringway.conformance;

import dev.ringway.testing.TestBed;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.locks.LockSupport;

/// Stands between two sockets and hands on one byte at a time.
final class Trickle {
    private static final long PAUSE_NANOS = 10_000;

    private Trickle() {}

    /// @return what stands for the given socket from now on
    static Socket between(TestBed bed, Socket socket) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Socket outside = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
            Socket inside = server.accept();
            inside.setTcpNoDelay(true);
            Workers workers = new Workers();
            workers.start(() -> move(socket, inside));
            workers.start(() -> move(inside, socket));
            bed.closing(workers);
            bed.closing(inside::close);
            bed.closing(socket::close);
            bed.closing(outside::close);
            return outside;
        }
    }

    private static void move(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                out.write(next);
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            to.shutdownOutput();
        } catch (IOException closed) {
            return; // the test is over
        }
    }
}
