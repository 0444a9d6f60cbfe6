package dev.ringway.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.BufPool;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.ByteArrayOutputStream;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A scenario for any seed: some connections, each of which echoes what it is sent, both ends on one ring.
final class Echoes {
    private static final int CONNECTIONS = 5;
    private static final int BYTES = 3_000;

    private final TestBed bed;
    private final Loop loop;
    private final Random random;
    private final BufPool pool;
    private final List<byte[]> sent = new ArrayList<>();
    private final List<ByteArrayOutputStream> received = new ArrayList<>();
    private int ended;

    Echoes(TestBed bed, Loop loop, long seed) {
        this.bed = bed;
        this.loop = loop;
        this.random = new Random(seed);
        this.pool = loop.pool(8, 200);
    }

    /// Runs it; fails if a byte is missing, or if nothing goes on.
    void run() {
        Transport transport = Transport.values()[random.nextInt(Transport.values().length)];
        AsyncListener listener = loop.await(loop.ring().net().prepareListen(transport.unused(bed.directory())));
        SocketAddress address = loop.await(listener.prepareLocalAddress());
        Items<AsyncSocket> accepts = loop.start(listener.prepareAcceptEach(), this::echo);
        List<Outcome<AsyncSocket>> connects = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            connects.add(loop.start(loop.ring().net().prepareConnect(address)));
        }
        for (Outcome<AsyncSocket> connect : connects) {
            drive(connect.value());
        }
        loop.until("everything has been echoed", () -> ended == CONNECTIONS);
        for (int i = 0; i < CONNECTIONS; i++) {
            assertThat(received.get(i).toByteArray()).isEqualTo(sent.get(i));
        }
        accepts.iteration().cancel();
        accepts.failure();
    }

    private void echo(AsyncSocket socket) {
        loop.start(socket.prepareReceiveEach(pool), lease -> socket.sendAll(lease, (count, failure) -> lease.release()))
                .then(() -> socket.prepareShutdownOutput().start((nothing, failure) -> {}));
    }

    private void drive(AsyncSocket socket) {
        byte[] content = new byte[1 + random.nextInt(BYTES)];
        random.nextBytes(content);
        sent.add(content);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        received.add(all);
        sendFrom(socket, content, 0);
        receive(socket, loop.buffer(1 + random.nextInt(500)), all);
    }

    private void sendFrom(AsyncSocket socket, byte[] content, int from) {
        if (from == content.length) {
            socket.prepareShutdownOutput().start((nothing, failure) -> {});
            return;
        }
        int length = Math.min(content.length - from, 1 + random.nextInt(1000));
        Buf part = loop.buffer(length).put(content, from, length);
        socket.sendAll(part, (count, failure) -> {
            part.release();
            sendFrom(socket, content, from + count);
        });
    }

    private void receive(AsyncSocket socket, Buf buf, ByteArrayOutputStream all) {
        socket.receive(buf.clear(), (count, failure) -> {
            if (failure != null || count < 0) {
                ended++;
                socket.close();
            } else {
                all.writeBytes(buf.getAll());
                receive(socket, buf, all);
            }
        });
    }
}
