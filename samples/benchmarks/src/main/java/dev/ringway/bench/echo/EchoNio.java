package dev.ringway.bench.echo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// TCP echo with the selector of the JDK: one thread, one direct buffer a connection.
final class EchoNio {
    private final Selector selector;
    private final ServerSocketChannel listener;

    private EchoNio(Selector selector, ServerSocketChannel listener) {
        this.selector = selector;
        this.listener = listener;
    }

    public static void main(String[] arguments) throws IOException {
        try (Selector selector = Selector.open();
                ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])),
                    ServerProcess.BACKLOG);
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            ServerProcess.printReady(listener.getLocalAddress(), "");
            ServerProcess.closeWhenInputEnds(selector);
            EchoNio echo = new EchoNio(selector, listener);
            while (selector.isOpen()) {
                selector.select(echo::ready);
            }
        }
    }

    private void ready(SelectionKey key) {
        if (key.isAcceptable()) {
            accept();
        } else {
            echo(key);
        }
    }

    private void accept() {
        try {
            for (SocketChannel socket; (socket = listener.accept()) != null; ) {
                socket.configureBlocking(false);
                socket.register(
                        selector, SelectionKey.OP_READ, ByteBuffer.allocateDirect(ServerProcess.BUFFER_BYTES));
            }
        } catch (IOException failure) {
            System.err.println("accept: " + failure);
        }
    }

    /// Reads once and writes what came; what does not go out waits until the socket takes it, and reading with it.
    private static void echo(SelectionKey key) {
        SocketChannel socket = (SocketChannel) key.channel();
        ByteBuffer buffer = (ByteBuffer) key.attachment();
        try {
            boolean waited = key.isWritable();
            if (!waited) {
                if (socket.read(buffer.clear()) < 0) {
                    socket.close();
                    return;
                }
                buffer.flip();
            }
            socket.write(buffer);
            if (buffer.hasRemaining()) {
                key.interestOps(SelectionKey.OP_WRITE);
            } else if (waited) {
                key.interestOps(SelectionKey.OP_READ);
            }
        } catch (IOException failure) {
            ServerProcess.close(socket);
        }
    }
}
