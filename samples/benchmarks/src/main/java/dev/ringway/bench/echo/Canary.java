package dev.ringway.bench.echo;

import dev.ringway.bench.CannotRunException;
import dev.ringway.bench.Fields;
import dev.ringway.bench.ServerFailedException;
import dev.ringway.bench.Settings;
import dev.ringway.bench.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// Echo servers that are wrong on purpose, late in the stream of their first connection: the load must find it, else no
/// comparison that it passes means anything.
final class Canary {
    /// More than the load sends before it begins to measure.
    private static final int SOUND_MESSAGES = 200;

    private static final int STALL_MILLIS = 300;

    /// What is wrong; done once, to the first byte behind the sound ones.
    @FunctionalInterface
    private interface Fault {
        void happen(byte[] buffer, int at) throws IOException;
    }

    private Canary() {}

    /// Changes one bit of one byte.
    ///
    /// @throws ServerFailedException if the load does not report the changed byte
    static void check(Settings settings)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        Tool load = load(settings, new Cell(8, 1024), 0, (buffer, at) -> buffer[at] ^= 1);
        String expected = "mismatch: connection 0, message " + (SOUND_MESSAGES + 1) + ", byte 0:";
        if (load.succeeded() || !load.errors().startsWith(expected)) {
            throw new ServerFailedException("the load did not find the bit that was changed on purpose; it said: "
                    + (load.output() + load.errors()).strip());
        }
    }

    /// Stalls for a while, in which many messages become due that cannot be sent: all of them are late.
    ///
    /// @throws ServerFailedException if the load reports only that one reply was late
    static void checkSchedule(Settings settings)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        int everyMillisecond = 1_000;
        Tool load = load(settings, new Cell(1, 64), everyMillisecond, (buffer, at) -> stall());
        // Evenly between the whole stall and none: the larger half of it is more than 1 % of the messages of 10 s.
        if (!load.succeeded() || Fields.parse(load.output()).number("p99_us") < 1_000.0 * STALL_MILLIS / 2) {
            throw new ServerFailedException("the load did not count what a reply that was late on purpose held up; it"
                    + " said: " + (load.output() + load.errors()).strip());
        }
    }

    private static void stall() throws IOException {
        try {
            Thread.sleep(STALL_MILLIS);
        } catch (InterruptedException end) {
            throw new IOException(end);
        }
    }

    private static Tool load(Settings settings, Cell cell, int rate, Fault fault)
            throws CannotRunException, IOException, InterruptedException {
        try (ServerSocket listener = new ServerSocket(0, cell.connections(), InetAddress.getLoopbackAddress())) {
            Thread.startVirtualThread(() -> serve(listener, (long) SOUND_MESSAGES * cell.bytes(), fault));
            return Measurement.load(
                    cell,
                    rate,
                    settings,
                    listener.getLocalPort(),
                    ProcessHandle.current().pid());
        }
    }

    private static void serve(ServerSocket listener, long soundBytes, Fault fault) {
        try {
            echo(listener.accept(), soundBytes, fault);
            while (true) {
                echo(listener.accept(), Long.MAX_VALUE, fault);
            }
        } catch (IOException closed) {
            // The check is over.
        }
    }

    private static void echo(Socket socket, long soundBytes, Fault fault) {
        Thread.startVirtualThread(() -> {
            try (socket) {
                InputStream in = socket.getInputStream();
                OutputStream out = socket.getOutputStream();
                byte[] buffer = new byte[4096];
                long echoed = 0;
                for (int count; (count = in.read(buffer)) > 0; echoed += count) {
                    if (echoed <= soundBytes && soundBytes < echoed + count) {
                        fault.happen(buffer, (int) (soundBytes - echoed));
                    }
                    out.write(buffer, 0, count);
                }
            } catch (IOException loadEnded) {
                // It ends at once when it finds the byte.
            }
        });
    }
}
