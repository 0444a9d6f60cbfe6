package dev.ringway.bench.echo;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.Ring;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.AsynchronousCloseException;

/// TCP echo with a virtual thread a connection, which waits for Ringway's operations with `join()`.
final class EchoJoin {
    private EchoJoin() {}

    public static void main(String[] arguments) throws IOException {
        Ring ring = Ring.start("ring");
        AsyncListener listener = ring.net()
                .prepareListen(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])))
                .join();
        ServerProcess.printReady(ring, listener.prepareLocalAddress().join());
        ServerProcess.closeWhenInputEnds(ring);
        try {
            while (true) {
                AsyncSocket socket = listener.prepareAccept().join();
                Thread.startVirtualThread(() -> echo(ring, socket));
            }
        } catch (AsynchronousCloseException end) {
            // The ring has been closed.
        }
    }

    private static void echo(Ring ring, AsyncSocket connection) {
        try (connection; Buf buf = ring.buffer(ServerProcess.BUFFER_BYTES)) {
            AsyncSocket.Receive receive = connection.prepareReceive(buf);
            if (receive.join() < 0) {
                return;
            }
            AsyncSocket.Send send = connection.prepareSendAll(buf);
            send.join();
            while (receive.reset(buf.clear()).join() >= 0) {
                send.reset(buf).join();
            }
        } catch (IOException failure) {
            System.err.println(connection + ": " + failure); // one client less; the others go on
        }
    }
}
