package dev.ringway.internal.op.tls;

import dev.ringway.TlsTruncatedException;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/// The direction from the peer: for the receiver whose turn it is, or because the engine cannot go on otherwise.
final class Reading {
    /// Records without content that are read while their answers cannot be sent.
    private static final int MOST_UNANSWERED = 16;

    private final Tls tls;
    private final Incoming incoming;
    private @Nullable TlsReceive receiver;
    private boolean notified;
    private int unanswered;

    Reading(Tls tls) {
        this.tls = tls;
        this.incoming = new Incoming(tls);
    }

    void enter(TlsReceive next) {
        receiver = next;
        tls.goOn();
    }

    void leave(TlsReceive done) {
        if (receiver == done) {
            receiver = null;
            if (!tls.isThinking() && !isNeeded()) {
                incoming.stopReceiving();
            }
        }
    }

    boolean isReceiving() {
        return incoming.isReceiving();
    }

    /// Whether the peer has said that nothing more comes.
    boolean isNotified() {
        return notified;
    }

    /// Whether nothing more comes from a peer that is not listened to any more.
    boolean isDrained() {
        return incoming.isDrained();
    }

    /// What had to be said has been sent, so that the peer cannot make the engine keep it without bound.
    void answered() {
        unanswered = 0;
    }

    /// Whether the engine waits for the peer.
    private boolean isNeeded() {
        return !tls.isFinished() || tls.engine.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP;
    }

    /// @return whether something has changed
    boolean step() throws SSLException {
        if (tls.closing.isLingering()) {
            incoming.drain();
            return false;
        }
        TlsReceive next = receiver != null && receiver.waiter.waits() ? receiver : null;
        if (incoming.hasContent()) {
            if (next != null) {
                incoming.deliver(next);
            }
            return next != null;
        }
        Throwable broken = tls.broken();
        if (notified || broken != null) {
            return next != null && end(next, broken);
        }
        if ((next == null && !isNeeded()) || incoming.isReceiving() || unanswered > MOST_UNANSWERED) {
            return false;
        }
        SSLEngineResult result = incoming.unwrap();
        if (result.getHandshakeStatus() == HandshakeStatus.FINISHED) {
            tls.finished();
        }
        if (tls.writing.isSending() && result.bytesProduced() == 0 && result.bytesConsumed() > 0) {
            unanswered++;
        }
        return switch (result.getStatus()) {
            case BUFFER_UNDERFLOW -> readSocket(next);
            case CLOSED -> notified();
            default -> Writing.isProgress(result);
        };
    }

    private static boolean end(TlsReceive next, @Nullable Throwable broken) {
        if (broken == null) {
            next.end();
        } else {
            next.waiter.fail(broken);
        }
        return true;
    }

    private boolean notified() {
        notified = true;
        if (!tls.isFinished()) {
            tls.breakWith(new SSLHandshakeException("the peer has closed the connection during the handshake"));
        }
        return true;
    }

    /// There is no complete record.
    private boolean readSocket(@Nullable TlsReceive next) {
        Throwable why = incoming.failure();
        if (why == null && !incoming.hasEnded()) {
            incoming.receive();
            return incoming.failure() != null;
        }
        if (!tls.isFinished()) {
            tls.breakWith(why != null ? why
                    : new SSLHandshakeException("the peer has ended the stream during the handshake"));
            return true;
        }
        if (next != null) {
            next.waiter.fail(why != null ? why
                    : new TlsTruncatedException("the peer has ended the stream without close_notify"));
        }
        return next != null;
    }

    /// Between two events.
    void rest() {
        incoming.rest();
    }
}
