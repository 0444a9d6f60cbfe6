package dev.ringway.bench.echo;

import dev.ringway.bench.CannotRunException;
import dev.ringway.bench.ServerFailedException;
import dev.ringway.bench.Settings;
import dev.ringway.bench.Tool;
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

    private Canary() {}

    /// @throws ServerFailedException if the load does not report the changed byte
    static void check(Settings settings)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        Cell cell = new Cell(8, 1024);
        try (ServerSocket listener = new ServerSocket(0, cell.connections(), InetAddress.getLoopbackAddress())) {
            Thread.startVirtualThread(() -> serve(listener, (long) SOUND_MESSAGES * cell.bytes()));
            Tool load = Measurement.load(
                    cell, settings, listener.getLocalPort(), ProcessHandle.current().pid());
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
