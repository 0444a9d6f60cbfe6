package dev.ringway.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// An echo server that changes one bit of one byte, late in the stream of its first connection: the load must find it,
/// else no comparison that it passes means anything.
final class Canary {
    private static final int SOUND_MESSAGES = 50;
    private static final int CONNECTIONS = 8;

    private Canary() {}

    /// @throws ServerFailedException if the load does not report the changed byte
    static void check(CPrograms programs, Options options)
            throws IOException, InterruptedException, ServerFailedException {
        Options few = new Options(
                1, 1, 0, CONNECTIONS, options.size(), options.serverCore(), options.loadCore(), options.seed());
        try (ServerSocket listener = new ServerSocket(0, CONNECTIONS, InetAddress.getLoopbackAddress())) {
            Thread.startVirtualThread(() -> serve(listener, (long) SOUND_MESSAGES * options.size()));
            Tool load = Measurement.load(
                    programs, few, listener.getLocalPort(), ProcessHandle.current().pid());
            String expected = "mismatch: connection 0, message " + (SOUND_MESSAGES + 1) + ", byte 0:";
            if (load.succeeded() || !load.errors().startsWith(expected)) {
                throw new ServerFailedException("the load did not find the bit that was changed on purpose; it said: "
                        + (load.output() + load.errors()).strip());
            }
        }
    }

    private static void serve(ServerSocket listener, long soundBytes) {
        try {
            echo(listener.accept(), soundBytes);
            while (true) {
                Socket next = listener.accept();
                echo(next, Long.MAX_VALUE);
            }
        } catch (IOException closed) {
            // The check is over.
        }
    }

    private static void echo(Socket socket, long soundBytes) {
        Thread.startVirtualThread(() -> {
            try (socket) {
                InputStream in = socket.getInputStream();
                OutputStream out = socket.getOutputStream();
                byte[] buffer = new byte[4096];
                long echoed = 0;
                for (int count; (count = in.read(buffer)) > 0; echoed += count) {
                    if (echoed <= soundBytes && soundBytes < echoed + count) {
                        buffer[(int) (soundBytes - echoed)] ^= 1;
                    }
                    out.write(buffer, 0, count);
                }
            } catch (IOException loadEnded) {
                // It ends at once when it finds the byte.
            }
        });
    }
}
