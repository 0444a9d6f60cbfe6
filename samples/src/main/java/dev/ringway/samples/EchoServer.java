package dev.ringway.samples;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.Iteration;
import dev.ringway.Operation;
import dev.ringway.Ring;
import java.io.IOException;
import java.net.InetSocketAddress;

/// `echo-server [port]`: sends back what it gets, with callbacks on one thread.
public final class EchoServer {
    public static void main(String... args) throws IOException {
        InetSocketAddress address = new InetSocketAddress(args.length == 0 ? 7777 : Integer.parseInt(args[0]));
        Ring ring = Ring.create();
        Operation<AsyncListener> listening = ring.net().listen(address, (listener, failure) -> {
            if (failure != null) {
                ring.close();
                return;
            }
            BufPool pool = ring.pool(256, 4096);
            listener.acceptEach(socket -> echo(socket, pool), (end, broken) -> ring.close());
            listener.localAddress((bound, unknown) -> System.out.println("echo on " + bound));
        });
        ring.run(); // until it is closed
        listening.result(); // throws why it could not listen
    }

    // The input pauses while an answer is sent: who does not read is not read from either
    private static void echo(AsyncSocket socket, BufPool pool) {
        Iteration<Buf> input = socket.prepareReceiveEach(pool);
        input.start(bytes -> {
            input.pause();
            socket.sendAll(bytes, (count, failure) -> {
                bytes.release();
                input.resume();
            });
        }, (end, failure) -> socket.shutdownOutput((done, refused) -> socket.close()));
    }

    private EchoServer() {}
}
