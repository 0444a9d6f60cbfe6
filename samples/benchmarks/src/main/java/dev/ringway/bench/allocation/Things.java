package dev.ringway.bench.allocation;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.Operation;
import dev.ringway.Ring;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/// What the operations are about: two ends of a TCP connection, a file, and buffers.
///
/// @param ends one for each [Kind], since an iteration keeps its end
/// @param buffers one for each [Kind], with what it sends
public record Things(Ring ring, Ends[] ends, AsyncFile file, BufPool pool, Buf[] buffers) {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final int POOL_BUFFERS = 64;

    /// A connection.
    public record Ends(AsyncSocket near, AsyncSocket far) {}

    static Things of(Ring ring) throws IOException {
        Kind[] kinds = Kind.values();
        AsyncListener listener = await(ring, ring.net().prepareListen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        Ends[] ends = new Ends[kinds.length];
        Buf[] buffers = new Buf[kinds.length];
        for (Kind kind : kinds) {
            AsyncSocket near = await(ring, ring.net().prepareConnect(
                    await(ring, listener.prepareLocalAddress())));
            ends[kind.ordinal()] = new Ends(near, await(ring, listener.prepareAccept()));
            buffers[kind.ordinal()] = ring.bufferOf(new byte[kind.bytes()]);
        }
        listener.close();
        Path path = Files.createTempFile("bench", ".data");
        Files.write(path, new byte[Kind.READ.bytes()]);
        AsyncFile file = await(ring, ring.files().prepareOpen(path, StandardOpenOption.READ));
        Files.delete(path);
        return new Things(ring, ends, file, ring.pool(POOL_BUFFERS, Kind.LARGE.bytes()), buffers);
    }

    public Ends ends(Kind kind) {
        return ends[kind.ordinal()];
    }

    public Buf buffer(Kind kind) {
        return buffers[kind.ordinal()];
    }

    private static <T> T await(Ring ring, Operation<T> operation) throws IOException {
        while (!operation.poll(() -> {})) {
            ring.poll(LONG);
        }
        return operation.result();
    }
}
