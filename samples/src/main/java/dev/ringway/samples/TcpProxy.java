package dev.ringway.samples;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.IntCompletion;
import dev.ringway.Iteration;
import dev.ringway.Operation;
import dev.ringway.PipeEnds;
import dev.ringway.Ring;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.function.IntConsumer;

/// `tcp-proxy <port> <host> <port>`: passes on what comes to the first port to the second, with callbacks on one
/// thread. Nothing more is taken before the last has been given: who sends faster than the other reads is held back.
///
/// Small messages are copied, since a splice costs more than it saves there; what is too much for a buffer stays in the
/// kernel and goes by a pipe, for as long as much comes. A connection that is idle has neither.
public final class TcpProxy {
    private static final int CONNECTIONS = 1_024;
    private static final int BUFFER_BYTES = 1 << 14;
    private static final int PIPE_BYTES = 1 << 16;
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

    /// Two sockets, each of which gets what the other receives. It ends when both streams have ended. The first failure
    /// resets both sockets, which ends the other stream too.
    private final class Connection {
        private final AsyncSocket client;
        private final AsyncSocket upstream;
        private int streams = 2;
        private boolean broken;

        Connection(AsyncSocket client, AsyncSocket upstream) {
            this.client = client;
            this.upstream = upstream;
            new Stream(this, client, upstream).receive();
            new Stream(this, upstream, client).receive();
        }

        boolean goesOn(Throwable failure) {
            if (failure != null && !broken) {
                broken = true;
                reset(client);
                reset(upstream);
            }
            return !broken;
        }

        void ended() {
            if (--streams > 0) {
                return;
            }
            if (!broken) {
                client.close();
                upstream.close();
            }
            closed();
        }
    }

    /// One direction: takes something, gives it, and so on.
    private final class Stream {
        private final Connection connection;
        private final AsyncSocket from;
        private final AsyncSocket to;

        Stream(Connection connection, AsyncSocket from, AsyncSocket to) {
            this.connection = connection;
            this.from = from;
            this.to = to;
        }

        void receive() {
            from.receive(pool, (bytes, failure) -> {
                if (!connection.goesOn(failure)) {
                    if (bytes != null) {
                        bytes.release();
                    }
                    connection.ended();
                } else if (bytes == null) {
                    endOutput();
                } else {
                    send(bytes);
                }
            });
        }

        private void send(Buf bytes) {
            boolean isFull = bytes.readable() == BUFFER_BYTES;
            to.sendAll(bytes, (count, failure) -> {
                bytes.release();
                if (!connection.goesOn(failure)) {
                    connection.ended();
                } else if (isFull) {
                    splice();
                } else {
                    receive();
                }
            });
        }

        private void splice() {
            try {
                fill(ring.streams().openPipe());
            } catch (IOException noFdLeft) {
                receive();
            }
        }

        private void fill(PipeEnds pipe) {
            from.spliceTo(pipe.sink(), PIPE_BYTES, then(pipe, count -> empty(pipe, count, count)));
        }

        /// @param all how much has come into the pipe, of which some is left; -1 at the end of the stream
        private void empty(PipeEnds pipe, int left, int all) {
            if (left > 0) {
                to.spliceFrom(pipe.source(), left, then(pipe, count -> empty(pipe, left - count, all)));
            } else if (all >= BUFFER_BYTES) {
                fill(pipe);
            } else {
                close(pipe);
                receive(); // which sees the end once more
            }
        }

        private IntCompletion then(PipeEnds pipe, IntConsumer next) {
            return (count, failure) -> {
                if (connection.goesOn(failure)) {
                    next.accept(count);
                } else {
                    close(pipe);
                    connection.ended();
                }
            };
        }

        private static void close(PipeEnds pipe) {
            pipe.source().close();
            pipe.sink().close();
        }

        /// The other side may go on sending.
        private void endOutput() {
            to.shutdownOutput((done, failure) -> {
                connection.goesOn(failure);
                connection.ended();
            });
        }
    }
}
