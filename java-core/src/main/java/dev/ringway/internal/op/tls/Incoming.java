package dev.ringway.internal.op.tls;

import dev.ringway.Buf;
import dev.ringway.internal.Access;
import dev.ringway.internal.op.net.Receive;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Records from the peer, and what was in the last one. It receives only when it is asked to, so that who does not read
/// makes the peer wait: what is here is at most one record that is not complete yet, or a buffer of complete ones, and
/// the content of one.
final class Incoming {
    private static final int MOST_CONTENT = 1 << 17;
    private static final int MOST_DROPPED = 1 << 18;

    private final Tls tls;
    private final Records records = new Records();
    private @Nullable Receive receiving;
    private boolean ended;
    private int dropped;
    private @Nullable Throwable failure;

    private byte @Nullable [] content;
    private int contentStart;
    private int contentEnd;

    Incoming(Tls tls) {
        this.tls = tls;
    }

    boolean isReceiving() {
        return receiving != null;
    }

    /// Whether the socket's stream has ended.
    boolean hasEnded() {
        return ended;
    }

    /// Why nothing more can be received from the socket.
    @Nullable Throwable failure() {
        return failure;
    }

    boolean hasContent() {
        return content != null;
    }

    /// Gives what is here, or as much of it as the receiver has room for.
    void deliver(TlsReceive receiver) {
        byte[] from = content;
        if (from != null) {
            contentStart += receiver.take(from, contentStart, contentEnd - contentStart);
            if (contentStart == contentEnd) {
                content = null;
                Scratch.give(from);
            }
        }
    }

    /// Opens one record. There must be no content.
    SSLEngineResult unwrap() throws SSLException {
        ByteBuffer source = records.content();
        SSLEngine engine = tls.engine;
        for (int size = engine.getSession().getApplicationBufferSize(); size <= MOST_CONTENT; size *= 2) {
            byte[] into = Scratch.take(size);
            ByteBuffer target = ByteBuffer.wrap(into);
            try {
                SSLEngineResult result = engine.unwrap(source, target);
                if (result.getStatus() != Status.BUFFER_OVERFLOW) {
                    return result;
                }
            } finally {
                records.take(source);
                contentStart = 0;
                contentEnd = target.position();
                content = contentEnd > 0 ? into : null;
                if (content == null) {
                    Scratch.give(into);
                }
            }
        }
        throw new SSLException("a record with more than " + MOST_CONTENT + " bytes");
    }

    /// Asks the socket for more.
    void receive() {
        int room = records.room(tls.engine.getSession().getPacketBufferSize());
        Buf buf = Access.api().buffer(tls.driver.memory(), room);
        Receive receive = new Receive(tls.socket, buf);
        receiving = receive;
        try {
            receive.start((count, why) -> received(buf, count, why));
        } catch (RuntimeException refused) { // the ring is closing
            receiving = null;
            failure = refused;
            buf.release();
        }
    }

    /// Asks for more, which is dropped.
    void drain() {
        records.drop();
        if (receiving == null && !isDrained()) {
            receive();
        }
    }

    /// Whether nothing more comes, or so much that nobody waits for the rest.
    boolean isDrained() {
        return ended || failure != null || dropped >= MOST_DROPPED;
    }

    /// Nobody wants more at the moment. What comes nevertheless is kept.
    void stopReceiving() {
        if (receiving != null) {
            receiving.cancel();
        }
    }

    private void received(Buf buf, int count, @Nullable Throwable why) {
        receiving = null;
        if (count > 0 && tls.closing.isLingering()) {
            dropped += count;
        } else if (count > 0) {
            records.append(buf, count);
        }
        buf.release();
        if (why == null) {
            ended = count < 0;
        } else if (!(why instanceof CancellationException)) {
            failure = why;
        }
        tls.goOn();
    }

    /// Between two events.
    void rest() {
        records.rest();
    }
}
