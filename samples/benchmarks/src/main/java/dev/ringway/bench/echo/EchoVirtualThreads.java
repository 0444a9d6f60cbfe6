package dev.ringway.bench.echo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;

/// TCP echo with a virtual thread and a blocking socket a connection.
final class EchoVirtualThreads {
    private EchoVirtualThreads() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (ServerSocket listener = new ServerSocket(
                Integer.parseInt(arguments[0]), ServerProcess.BACKLOG, InetAddress.getLoopbackAddress())) {
            ServerProcess.printReady(listener.getLocalSocketAddress(), "");
            ServerProcess.closeWhenInputEnds(listener);
            Thread.startVirtualThread(() -> accept(listener)).join();
        }
    }

    private static void accept(ServerSocket listener) {
        try {
            while (true) {
                Socket socket = listener.accept();
                Thread.startVirtualThread(() -> echo(socket));
            }
        } catch (SocketException end) {
            // The listener has been closed.
        } catch (IOException failure) {
            System.err.println("accept: " + failure);
        }
    }

    private static void echo(Socket connection) {
        try (connection) {
            InputStream in = connection.getInputStream();
            OutputStream out = connection.getOutputStream();
            byte[] buffer = new byte[ServerProcess.BUFFER_BYTES];
            for (int count; (count = in.read(buffer)) >= 0; ) {
                out.write(buffer, 0, count);
            }
        } catch (IOException failure) {
            System.err.println(connection + ": " + failure); // one client less; the others go on
        }
    }
}
