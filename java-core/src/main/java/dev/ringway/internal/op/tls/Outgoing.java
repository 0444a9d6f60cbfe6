package dev.ringway.internal.op.tls;

import dev.ringway.Buf;
import dev.ringway.internal.Access;
import dev.ringway.internal.op.net.Send;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Records on their way to the peer: one piece at a time, which is sent to its end whoever is cancelled meanwhile,
/// since half a record would be the end of the connection.
final class Outgoing {
    /// What goes into a record, so that with all that it needs around it fits a block of 16 KiB.
    private static final int MOST_CONTENT = 16_000;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Tls tls;
    private boolean sending;
    private @Nullable Throwable failure;

    Outgoing(Tls tls) {
        this.tls = tls;
    }

    boolean isSending() {
        return sending;
    }

    /// Why nothing can be sent any more.
    @Nullable Throwable failure() {
        return failure;
    }

    /// Makes a record of what the sender has, or what the engine has to say by itself, and sends it.
    SSLEngineResult wrap(@Nullable TlsSend sender) throws SSLException {
        int packet = tls.engine.getSession().getPacketBufferSize();
        byte[] into = Scratch.take(sender == null ? 2 * packet : packet); // flights of small records are one piece
        byte[] content = sender == null ? null : Scratch.take(MOST_CONTENT);
        ByteBuffer records = ByteBuffer.wrap(into);
        try {
            ByteBuffer source = content == null || sender == null ? NOTHING : sender.content(content, MOST_CONTENT);
            SSLEngineResult result;
            do {
                result = tls.engine.wrap(source, records);
                if (sender != null && result.bytesConsumed() > 0) {
                    sender.consumed(result.bytesConsumed());
                }
                if (result.getHandshakeStatus() == HandshakeStatus.FINISHED) {
                    tls.finished();
                }
            } while (sender == null && result.bytesProduced() > 0 && result.getStatus() == Status.OK
                    && tls.engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
                    && records.remaining() >= packet);
            return result;
        } finally {
            if (records.position() > 0) {
                send(into, records.position());
            }
            Scratch.give(into);
            if (content != null) {
                Scratch.give(content);
            }
        }
    }

    private void send(byte[] records, int length) {
        Buf piece = Access.api().buffer(tls.driver.memory(), length).put(records, 0, length);
        sending = true;
        try {
            new Send(tls.socket, piece, true).start((count, why) -> sent(piece, why));
        } catch (RuntimeException refused) { // the ring is closing
            sending = false;
            failure = refused;
            piece.release();
        }
    }

    private void sent(Buf piece, @Nullable Throwable why) {
        piece.release();
        sending = false;
        failure = why;
        tls.goOn();
    }
}
