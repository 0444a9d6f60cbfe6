package dev.ringway.bench.echo;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.BackendUnavailableException;
import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.Completion;
import dev.ringway.Each;
import dev.ringway.IntCompletion;
import dev.ringway.Ring;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// TCP echo with Ringway's callbacks. Takes the port as its argument; 0 lets the kernel choose.
final class EchoCallbacks {
    private final Ring ring;
    private final BufPool pool;

    EchoCallbacks(Ring ring) {
        this.ring = ring;
        this.pool = ring.pool(ServerProcess.POOL_BUFFERS, ServerProcess.BUFFER_BYTES);
    }

    public static void main(String[] arguments) throws BackendUnavailableException {
        Ring ring = Ring.create();
        EchoCallbacks echo = new EchoCallbacks(ring);
        ring.net().listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])),
                echo::listening);
        ServerProcess.closeWhenInputEnds(ring);
        ring.run();
    }

    private void listening(@Nullable AsyncListener listener, @Nullable Throwable failure) {
        if (listener == null) {
            System.err.println("cannot listen: " + failure);
            ring.close();
            return;
        }
        serve(listener);
        listener.localAddress((address, unknown) -> ServerProcess.printReady(ring, address));
    }

    void serve(AsyncListener listener) {
        listener.acceptEach(socket -> new Connection(socket).start(), this::acceptingEnded);
    }

    private void acceptingEnded(@Nullable Void end, @Nullable Throwable failure) {
        if (!(failure instanceof AsynchronousCloseException)) {
            System.err.println("cannot accept any more: " + failure);
            ring.close();
        }
    }

    /// Sends each lease back as it is, and gives it back when it has been sent.
    ///
    /// One object and one send serve a connection for its whole life: nothing is made for a message. What arrives while
    /// a send is under way waits for it; a client that waits for its reply never lets that happen.
    private final class Connection implements Each<Buf>, IntCompletion, Completion<@Nullable Void> {
        private final AsyncSocket socket;
        private AsyncSocket.@Nullable Send send;
        private @Nullable Buf sending;
        private @Nullable ArrayDeque<Buf> waiting;
        private boolean ended;

        Connection(AsyncSocket socket) {
            this.socket = socket;
        }

        void start() {
            socket.receiveEach(pool, this, this);
        }

        @Override
        public void next(Buf lease) {
            if (sending == null) {
                send(lease);
            } else {
                if (waiting == null) {
                    waiting = new ArrayDeque<>();
                }
                waiting.add(lease);
            }
        }

        private void send(Buf lease) {
            sending = lease;
            send = send == null ? socket.prepareSendAll(lease) : send.reset(lease);
            send.start(this);
        }

        /// A send has ended.
        @Override
        public void complete(int count, @Nullable Throwable failure) {
            sending.release();
            sending = null;
            if (failure != null) {
                ended = true;
                socket.close();
            }
            Buf next = waiting == null ? null : waiting.poll();
            if (next != null) {
                send(next);
            } else if (ended) {
                socket.close();
            }
        }

        /// The stream has ended, or receiving has failed; what is still to be sent goes out first.
        @Override
        public void complete(@Nullable Void end, @Nullable Throwable failure) {
            ended = true;
            if (sending == null) {
                socket.close();
            }
        }
    }
}
