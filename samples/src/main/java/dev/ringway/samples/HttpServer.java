package dev.ringway.samples;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.ByteStream;
import dev.ringway.Iteration;
import dev.ringway.Metadata;
import dev.ringway.Operation;
import dev.ringway.Ring;
import dev.ringway.TlsSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/// `http-server [<directory> [<port> [<key store> <password>]]]`: serves the files of a directory over HTTP/1.1, with a
/// key store over https, each connection on a virtual thread of its own, which waits for one operation after the other.
public final class HttpServer {
    private final Ring ring;
    private final Path directory;
    private final SSLContext tls;
    private final AtomicInteger open = new AtomicInteger();

    /// @param tls null for plain HTTP
    private HttpServer(Ring ring, Path directory, SSLContext tls) {
        this.ring = ring;
        this.directory = directory;
        this.tls = tls;
    }

    public static void main(String... args) throws IOException, GeneralSecurityException {
        if (args.length == 3 || args.length > 4) {
            throw new IllegalArgumentException("usage: http-server [<directory> [<port> [<key store> <password>]]]");
        }
        Path directory = Path.of(args.length == 0 ? "" : args[0]).toRealPath();
        InetSocketAddress address = new InetSocketAddress(args.length < 2 ? 8080 : Integer.parseInt(args[1]));
        SSLContext tls = args.length < 4 ? null : KeyStores.context(args[2], args[3]);
        Ring ring = Ring.create();
        Operation<AsyncListener> listening = ring.net().listen(address, (listener, failure) -> {
            if (failure != null) {
                ring.close();
                return;
            }
            new HttpServer(ring, directory, tls).serve(listener);
            String scheme = tls == null ? "http" : "https";
            listener.localAddress((bound, unknown) -> System.out.println(scheme + " on " + bound));
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
        try (ByteStream stream = tls == null ? socket : encrypted(socket);
                Buf input = ring.buffer(Http.HEAD_BYTES)) {
            try {
                Http.Request request = next(stream, input);
                while (request != null && answer(stream, request)) {
                    request = next(stream, input);
                }
            } catch (Http.Refused refused) {
                send(stream, Http.refusal(refused, false, false));
                linger(stream, input);
            }
        } catch (IOException gone) {
            // the peer, or it was too slow
        }
    }

    private TlsSocket encrypted(AsyncSocket socket) throws IOException {
        return TlsSocket.prepareServer(socket, tls)
                .applicationProtocols(Http.PROTOCOLS)
                .timeout(Http.HANDSHAKE)
                .join();
    }

    /// Waits for a request; null if there is none.
    private static Http.Request next(ByteStream stream, Buf input) throws IOException {
        Http.Request request = Http.Request.take(input);
        long begun = System.nanoTime();
        while (request == null) {
            boolean isIdle = input.readable() == 0;
            Duration left = isIdle ? Http.IDLE : Http.HEAD.minusNanos(System.nanoTime() - begun);
            if (!left.isPositive()) {
                throw new Http.Refused(408);
            }
            try {
                if (stream.prepareReceive(input.compact()).timeout(left).join() < 0) {
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
    private static void linger(ByteStream stream, Buf input) throws IOException {
        stream.prepareShutdownOutput().timeout(Http.LINGER).join();
        long end = System.nanoTime() + Http.LINGER.toNanos();
        for (long left = Http.LINGER.toNanos(); left > 0; left = end - System.nanoTime()) {
            if (stream.prepareReceive(input.clear()).timeout(Duration.ofNanos(left)).join() < 0) {
                return;
            }
        }
    }

    /// @return whether the connection can be used again
    private boolean answer(ByteStream stream, Http.Request request) throws IOException {
        try {
            Path path = request.file(directory);
            try (AsyncFile file = open(path)) {
                send(stream, file, path, request);
            }
        } catch (Http.Refused refused) {
            send(stream, Http.refusal(refused, request.isHead(), request.keepAlive()));
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

    private void send(ByteStream stream, AsyncFile file, Path path, Http.Request request) throws IOException {
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
                stream.prepareSendAll(chunk).timeout(Http.SLOW).join();
                chunk.clear();
            } while (at < end);
        }
    }

    private void send(ByteStream stream, String response) throws IOException {
        try (Buf bytes = ring.bufferOf(response)) {
            stream.prepareSendAll(bytes).timeout(Http.SLOW).join();
        }
    }
}
