package dev.ringway.bench.echo;

import dev.ringway.bench.ServerFailedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Connections to an echo server, opened here, that say nothing until they are told to.
final class IdleClients implements AutoCloseable {
    private static final int BYTES = 64;
    private static final int AT_ONCE = ServerProcess.BACKLOG / 4;
    private static final int LOOK_MILLIS = 5;
    /// Those that a JVM may have closed since it started.
    private static final int JVM_FILES = 8;
    private static final int ANSWER_MILLIS = 30_000;

    private final Server server;
    private final int filesBefore;
    private final InetSocketAddress address;
    private final List<Socket> sockets = new ArrayList<>();
    private final Random random = new Random();

    IdleClients(Server server) throws IOException {
        this.server = server;
        this.filesBefore = server.openFiles();
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
    }

    /// Opens more, until there are so many, and waits until the server has accepted them. It waits for that on the way
    /// too: so never more than the backlog are to be accepted.
    void open(int wanted) throws ServerFailedException, IOException, InterruptedException {
        while (sockets.size() < wanted) {
            Socket socket = new Socket();
            sockets.add(socket);
            socket.setSoLinger(true, 0); // so that no port waits for a minute to be used again
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.connect(address);
            if (sockets.size() % AT_ONCE == 0 || sockets.size() == wanted) {
                awaitAccepted();
            }
        }
    }

    private void awaitAccepted() throws ServerFailedException, IOException, InterruptedException {
        int wanted = filesBefore + sockets.size() - JVM_FILES;
        for (int waited = 0; server.openFiles() < wanted; waited += LOOK_MILLIS) {
            if (waited >= ANSWER_MILLIS) {
                throw new ServerFailedException(server.title() + " has not accepted " + sockets.size()
                        + " connections within " + ANSWER_MILLIS / 1000 + " s");
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    /// Sends one message on each.
    ///
    /// @return how many got the reply, without another byte in it
    int served() throws IOException {
        int served = 0;
        for (Socket socket : sockets) {
            served += isServed(socket) ? 1 : 0;
        }
        return served;
    }

    private boolean isServed(Socket socket) throws IOException {
        byte[] message = new byte[BYTES];
        random.nextBytes(message);
        try {
            socket.getOutputStream().write(message);
            return Arrays.equals(message, socket.getInputStream().readNBytes(BYTES));
        } catch (SocketTimeoutException late) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
