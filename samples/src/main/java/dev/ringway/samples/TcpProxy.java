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
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// `tcp-proxy <port> <host> <port>`: passes on what comes to the first port to the second, with callbacks on one
/// thread. Nothing more is received before it has been sent: who sends faster than the other reads is held back.
public final class TcpProxy {
    private static final int CONNECTIONS = 2_048;
    private static final int BUFFER_BYTES = 1 << 14;
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final Ring ring;
    private final InetSocketAddress server;
    private final BufPool pool;
    private final Iteration<AsyncSocket> clients;
    private int open;

    private TcpProxy(Ring ring, AsyncListener listener, InetSocketAddress server) {
        this.ring = ring;
        this.server = server;
        this.pool = ring.pool(2 * CONNECTIONS, BUFFER_BYTES); // so that nobody waits for somebody else's
        this.clients = listener.prepareAcceptEach();
        clients.start(this::connect, (end, broken) -> ring.close());
    }

    public static void main(String... args) throws IOException {
        if (args.length != 3) {
            throw new IllegalArgumentException("usage: tcp-proxy <port> <host> <port>");
        }
        InetSocketAddress server = new InetSocketAddress(args[1], Integer.parseInt(args[2]));
        Ring ring = Ring.create();
        Operation<AsyncListener> listening =
                ring.net().listen(new InetSocketAddress(Integer.parseInt(args[0])), (listener, failure) -> {
                    if (failure != null) {
                        ring.close();
                        return;
                    }
                    new TcpProxy(ring, listener, server);
                    listener.localAddress((bound, unknown) -> System.out.println("tcp-proxy on " + bound));
                });
        ring.run(); // until it is closed
        listening.result(); // throws why it could not listen
    }

    private void connect(AsyncSocket client) {
        if (++open == CONNECTIONS) {
            clients.pause();
        }
        ring.net().prepareConnect(server).timeout(CONNECT).start((upstream, failure) -> {
            if (failure != null) {
                reset(client);
                closed();
            } else {
                new Connection(client, upstream);
            }
        });
    }

    private void closed() {
        open--;
        clients.resume();
    }

    /// The peer sees that something went wrong, not the end of the stream.
    private static void reset(AsyncSocket socket) {
        socket.setOption(StandardSocketOptions.SO_LINGER, 0, (done, refused) -> socket.close());
    }

    /// Two sockets, each of which gets what the other receives. It ends when both streams have ended, or with the first
    /// failure.
    private final class Connection {
        private final AsyncSocket client;
        private final AsyncSocket upstream;
        private final List<Stream> streams;
        private boolean broken;

        Connection(AsyncSocket client, AsyncSocket upstream) {
            this.client = client;
            this.upstream = upstream;
            this.streams = new ArrayList<>(List.of(
                    new Stream(this, pool, client, upstream), new Stream(this, pool, upstream, client)));
            streams.forEach(Stream::receive);
        }

        /// A socket is reset only if nothing goes on with it: closing it otherwise tells its peer of an orderly end.
        void ended(Stream stream) {
            streams.remove(stream);
            if (!streams.isEmpty()) {
                if (broken) {
                    streams.getFirst().cancel();
                }
                return;
            }
            end(client);
            end(upstream);
            closed();
        }

        private void end(AsyncSocket socket) {
            if (broken) {
                reset(socket);
            } else {
                socket.close();
            }
        }
    }

    /// One direction: receives something, sends it, and so on.
    private static final class Stream {
        private final Connection connection;
        private final BufPool pool;
        private final AsyncSocket from;
        private final AsyncSocket to;
        private Runnable cancel = () -> {};

        Stream(Connection connection, BufPool pool, AsyncSocket from, AsyncSocket to) {
            this.connection = connection;
            this.pool = pool;
            this.from = from;
            this.to = to;
        }

        void receive() {
            cancel = from.receive(pool, (bytes, failure) -> {
                if (!goesOn(failure)) {
                    if (bytes != null) {
                        bytes.release();
                    }
                    connection.ended(this);
                } else if (bytes == null) {
                    endOutput();
                } else {
                    send(bytes);
                }
            })::cancel;
        }

        private void send(Buf bytes) {
            cancel = to.sendAll(bytes, (count, failure) -> {
                bytes.release();
                if (goesOn(failure)) {
                    receive();
                } else {
                    connection.ended(this);
                }
            })::cancel;
        }

        /// The other side may go on sending.
        private void endOutput() {
            to.shutdownOutput((done, failure) -> {
                goesOn(failure);
                connection.ended(this);
            });
        }

        private boolean goesOn(Throwable failure) {
            connection.broken |= failure != null;
            return !connection.broken;
        }

        void cancel() {
            cancel.run();
        }
    }
}
