package dev.ringway.bench.echo;

import dev.ringway.AsyncListener;
import dev.ringway.BackendUnavailableException;
import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.Completion;
import dev.ringway.Each;
import dev.ringway.Ring;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// Accepts, and receives on each connection into buffers of one pool, with nothing of its own for a connection: what
/// Ringway has for one, and no more. It answers nobody. Takes the port as its argument.
final class IdleServer {
    private IdleServer() {}

    public static void main(String[] arguments) throws BackendUnavailableException {
        Ring ring = Ring.create();
        BufPool pool = ring.pool(ServerProcess.POOL_BUFFERS, ServerProcess.BUFFER_BYTES);
        Each<Buf> received = Buf::release;
        Completion<@Nullable Void> ended = (end, failure) -> {};
        ring.net().listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])),
                (listener, failure) -> {
                    if (listener == null) {
                        throw new IllegalStateException(failure);
                    }
                    accept(ring, listener, pool, received, ended);
                });
        ServerProcess.closeWhenInputEnds(ring);
        ring.run();
    }

    private static void accept(
            Ring ring, AsyncListener listener, BufPool pool, Each<Buf> received, Completion<@Nullable Void> ended) {
        listener.acceptEach(socket -> socket.receiveEach(pool, received, ended), ended);
        listener.localAddress((address, failure) -> ServerProcess.printReady(ring, address));
    }
}
