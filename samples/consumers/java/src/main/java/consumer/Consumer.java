package consumer;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.IntCompletion;
import dev.ringway.Ring;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;

/** Serves itself one echo, as a program outside of Ringway's build would. */
final class Consumer {
    private Consumer() {}

    public static void main(String[] args) throws IOException {
        expect("dev.ringway", IntCompletion.class.getModule().getName());
        try (Ring ring = Ring.start("consumer")) {
            SocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            AsyncListener listener = ring.net().prepareListen(any).join();
            BufPool pool = ring.pool(4, 1024);
            listener.acceptEach(socket -> echo(socket, pool), (nothing, failure) -> {});
            AsyncSocket client = ring.net().prepareConnect(listener.prepareLocalAddress().join()).join();
            client.prepareSendAll(ring.bufferOf("hello")).join();
            Buf reply = ring.buffer(16);
            while (reply.readable() < 5) {
                client.prepareReceive(reply).join();
            }
            expect("hello", reply.getText(StandardCharsets.UTF_8));
            System.out.println("Java consumer on the module path, " + ring.backend().kind() + ": ok");
        }
    }

    private static void echo(AsyncSocket socket, BufPool pool) {
        socket.receiveEach(
                pool,
                lease -> socket.sendAll(lease, (count, failure) -> lease.release()),
                (nothing, failure) -> socket.close());
    }

    private static void expect(String wanted, String got) {
        if (!wanted.equals(got)) {
            throw new AssertionError("expected " + wanted + ", got " + got);
        }
    }
}
