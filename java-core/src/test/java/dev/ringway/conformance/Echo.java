package dev.ringway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.Ring;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Queue;

/// A server that sends back what it gets, and a client that compares.
final class Echo {
    private Echo() {}

    /// On the socket's polling thread: echoes until the peer ends, then closes.
    static void serve(Ring ring, AsyncSocket socket, Queue<Throwable> wrong) {
        serve(socket, ring.buffer(256), wrong);
    }

    private static void serve(AsyncSocket socket, Buf buf, Queue<Throwable> wrong) {
        socket.receive(buf.clear(), (count, failure) -> {
            if (count <= 0) {
                end(socket, buf, failure, wrong);
                return;
            }
            socket.sendAll(buf, (sent, unsent) -> {
                if (unsent == null) {
                    serve(socket, buf, wrong);
                } else {
                    end(socket, buf, unsent, wrong);
                }
            });
        });
    }

    private static void end(AsyncSocket socket, Buf buf, Throwable failure, Queue<Throwable> wrong) {
        if (failure != null) {
            wrong.add(failure);
        }
        buf.release();
        socket.close();
    }

    /// Sends a text and requires it to come back.
    static void check(SocketChannel client, String text) throws IOException {
        send(client, text);
        assertThat(receive(client, text.length())).isEqualTo(text);
    }

    static void send(SocketChannel client, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
    }

    static String receive(SocketChannel client, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (client.read(bytes) < 0) {
                throw new EOFException("after " + bytes.position() + " of " + length + " bytes");
            }
        }
        return new String(bytes.array(), UTF_8);
    }
}
