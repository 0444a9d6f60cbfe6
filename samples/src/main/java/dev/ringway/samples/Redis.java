package dev.ringway.samples;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.Operation;
import dev.ringway.Ring;
import dev.ringway.samples.RedisKeys.Failure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/// `redis [port]`: keeps values in memory and speaks the protocol of Redis, as much of it as `redis-cli` and
/// `redis-benchmark` need. Callbacks on one thread do everything, so that each command is atomic without a lock.
public final class Redis {
    static final Duration IDLE = Duration.ofMinutes(10);
    static final Duration SLOW = Duration.ofSeconds(30);
    private static final int BUFFERS = 256;

    private final Ring ring;
    private final BufPool pool;
    private final RedisKeys keys = new RedisKeys();

    private Redis(Ring ring) {
        this.ring = ring;
        this.pool = ring.pool(BUFFERS, Resp.BUFFER_BYTES);
    }

    public static void main(String... args) throws IOException {
        InetSocketAddress address = new InetSocketAddress(args.length == 0 ? 6379 : Integer.parseInt(args[0]));
        Ring ring = Ring.create();
        Operation<AsyncListener> listening = ring.net().listen(address, (listener, failure) -> {
            if (failure != null) {
                ring.close();
                return;
            }
            Redis redis = new Redis(ring);
            redis.expireLater();
            listener.acceptEach(socket -> redis.new Connection(socket).receive(), (end, broken) -> ring.close());
            listener.localAddress((bound, unknown) -> System.out.println("redis on " + bound));
        });
        ring.run(); // until it is closed
        listening.result(); // throws why it could not listen
    }

    private void expireLater() {
        ring.timers().after(Duration.ofSeconds(1), (nothing, closed) -> {
            if (closed == null) {
                keys.expire();
                expireLater();
            }
        });
    }

    /// A client. Commands are answered as they come; the replies to all that have come together are one send. Nothing
    /// more is received before it is done, so that one who does not read waits for himself, and only for so long.
    private final class Connection {
        private final AsyncSocket socket;
        private final Resp.Parser parser = new Resp.Parser();
        private final Resp.Replies replies = new Resp.Replies();
        private final Buf output = ring.buffer(Resp.BUFFER_BYTES);
        private Buf input;

        Connection(AsyncSocket socket) {
            this.socket = socket;
        }

        void receive() {
            socket.prepareReceive(pool).timeout(IDLE).start((bytes, failure) -> {
                if (bytes == null) {
                    close();
                } else {
                    input = bytes;
                    answer();
                }
            });
        }

        private void answer() {
            try {
                while (replies.writeTo(output)) {
                    List<String> command = parser.take(input);
                    if (command == null) {
                        release();
                        send(this::receive);
                        return;
                    }
                    if (!command.isEmpty()) {
                        replies.add(keys.execute(command));
                    }
                }
            } catch (Resp.ProtocolException unclear) {
                replies.add(new Failure(unclear.getMessage()));
                end();
                return;
            }
            Buf rest = ring.bufferOf(input.getAll()); // who has to wait keeps no buffer of the pool
            release();
            input = rest;
            send(this::answer);
        }

        private void end() {
            send(replies.writeTo(output) ? this::close : this::end);
        }

        private void send(Runnable next) {
            if (output.readable() == 0) {
                next.run();
                return;
            }
            socket.prepareSendAll(output).timeout(SLOW).start((count, failure) -> {
                if (failure == null) {
                    output.clear();
                    next.run();
                } else {
                    close();
                }
            });
        }

        private void release() {
            if (input != null) {
                input.release();
                input = null;
            }
        }

        private void close() {
            release();
            output.release();
            socket.shutdownOutput((done, refused) -> socket.close());
        }
    }
}
