package dev.ringway.samples;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.Iteration;
import dev.ringway.Metadata;
import dev.ringway.Operation;
import dev.ringway.Ring;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// `http-server [<directory> [<port>]]`: serves the files of a directory over HTTP/1.1, each connection on a virtual
/// thread of its own, which waits for one operation after the other.
public final class HttpServer {
    private final Ring ring;
    private final Path directory;
    private final AtomicInteger open = new AtomicInteger();

    private HttpServer(Ring ring, Path directory) {
        this.ring = ring;
        this.directory = directory;
    }

    public static void main(String... args) throws IOException {
        Path directory = Path.of(args.length == 0 ? "" : args[0]).toRealPath();
        InetSocketAddress address = new InetSocketAddress(args.length < 2 ? 8080 : Integer.parseInt(args[1]));
        Ring ring = Ring.create();
        Operation<AsyncListener> listening = ring.net().listen(address, (listener, failure) -> {
            if (failure != null) {
                ring.close();
                return;
            }
            new HttpServer(ring, directory).serve(listener);
            listener.localAddress((bound, unknown) -> System.out.println("http on " + bound));
        });
        ring.run(); // until it is closed
        listening.result(); // throws why it could not listen
    }

    /// Accepts for as long as there are not too many connections.
    private void serve(AsyncListener listener) {
        Iteration<AsyncSocket> accepting = listener.prepareAcceptEach();
        accepting.start(socket -> {
            if (open.incrementAndGet() >= Http.CONNECTIONS) {
                accepting.pause();
            }
            Thread.startVirtualThread(() -> {
                try {
                    converse(socket);
                } finally {
                    open.decrementAndGet();
                    accepting.resume();
                }
            });
        }, (end, broken) -> ring.close());
    }

    private void converse(AsyncSocket socket) {
        try (socket; Buf input = ring.buffer(Http.HEAD_BYTES)) {
            Wire wire = new PlainWire(socket);
            try {
                Http.Request request = next(wire, input);
                while (request != null && answer(wire, request)) {
                    request = next(wire, input);
                }
            } catch (Http.Refused refused) {
                send(wire, Http.refusal(refused, false, false));
                linger(wire, input);
            }
        } catch (IOException gone) {
            // the peer, or it was too slow
        }
    }

    /// Waits for a request; null if there is none.
    private static Http.Request next(Wire wire, Buf input) throws IOException {
        Http.Request request = Http.Request.take(input);
        long begun = System.nanoTime();
        while (request == null) {
            boolean isIdle = input.readable() == 0;
            Duration left = isIdle ? Http.IDLE : Http.HEAD.minusNanos(System.nanoTime() - begun);
            if (!left.isPositive()) {
                throw new Http.Refused(408);
            }
            try {
                if (wire.receive(input.compact(), left) < 0) {
                    return null;
                }
            } catch (SocketTimeoutException late) {
                if (isIdle) {
                    return null;
                }
                throw new Http.Refused(408);
            }
            if (isIdle) {
                begun = System.nanoTime();
            }
            request = Http.Request.take(input);
        }
        return request;
    }

    /// Closing while the client still sends would take the answer away from it.
    private static void linger(Wire wire, Buf input) throws IOException {
        wire.end();
        long end = System.nanoTime() + Http.LINGER.toNanos();
        for (long left = Http.LINGER.toNanos(); left > 0; left = end - System.nanoTime()) {
            if (wire.receive(input.clear(), Duration.ofNanos(left)) < 0) {
                return;
            }
        }
    }

    /// @return whether the connection can be used again
    private boolean answer(Wire wire, Http.Request request) throws IOException {
        try {
            Path path = request.file(directory);
            try (AsyncFile file = open(path)) {
                send(wire, file, path, request);
            }
        } catch (Http.Refused refused) {
            send(wire, Http.refusal(refused, request.isHead(), request.keepAlive()));
        }
        return request.keepAlive();
    }

    private AsyncFile open(Path path) throws Http.Refused {
        try {
            return ring.files().prepareOpen(path).timeout(Http.SLOW).join();
        } catch (IOException failure) {
            throw Http.Refused.because(failure);
        }
    }

    private void send(Wire wire, AsyncFile file, Path path, Http.Request request) throws IOException {
        Metadata metadata = file.prepareMetadata().join();
        if (!metadata.isRegularFile()) {
            throw new Http.Refused(404);
        }
        long length = metadata.size().orElseThrow();
        long end = request.isHead() ? 0 : length;
        long at = 0;
        try (Buf chunk = ring.buffer(Http.CHUNK_BYTES)) {
            chunk.put(Http.head(path, length, request.keepAlive()));
            do {
                while (at < end && chunk.writable() > 0) {
                    int count = file.prepareRead(chunk).from(at).join();
                    if (count < 0) {
                        throw new IOException(path + " has become shorter");
                    }
                    at += count;
                }
                chunk.truncate(chunk.readable() - (int) Math.max(0, at - end)); // it may have become longer
                wire.sendAll(chunk, Http.SLOW);
                chunk.clear();
            } while (at < end);
        }
    }

    private void send(Wire wire, String response) throws IOException {
        try (Buf bytes = ring.bufferOf(response)) {
            wire.sendAll(bytes, Http.SLOW);
        }
    }

    /// The bytes of a connection, however they travel.
    private interface Wire {
        /// @return how many; -1 at the end
        int receive(Buf dst, Duration limit) throws IOException;

        void sendAll(Buf src, Duration limit) throws IOException;

        void end() throws IOException;
    }

    private record PlainWire(AsyncSocket socket) implements Wire {
        @Override
        public int receive(Buf dst, Duration limit) throws IOException {
            return socket.prepareReceive(dst).timeout(limit).join();
        }

        @Override
        public void sendAll(Buf src, Duration limit) throws IOException {
            socket.prepareSendAll(src).timeout(limit).join();
        }

        @Override
        public void end() throws IOException {
            socket.prepareShutdownOutput().join();
        }
    }
}
