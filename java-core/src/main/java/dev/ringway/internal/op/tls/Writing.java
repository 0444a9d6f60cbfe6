package dev.ringway.internal.op.tls;

import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// The direction to the peer: for whoever has the turn to send, or what the engine has to say by itself.
final class Writing {
    private final Tls tls;
    private final Outgoing outgoing;
    private @Nullable TlsSend sender;
    private @Nullable TlsShutdown ender;

    Writing(Tls tls) {
        this.tls = tls;
        this.outgoing = new Outgoing(tls);
    }

    void enter(TlsSend next) {
        sender = next;
        tls.goOn();
    }

    void enter(TlsShutdown next) {
        ender = next;
        tls.goOn();
    }

    /// The one whose turn it was has ended.
    void leave() {
        sender = null;
        ender = null;
    }

    boolean isSending() {
        return outgoing.isSending();
    }

    /// Whether nothing can be sent any more.
    boolean hasFailed() {
        return outgoing.failure() != null;
    }

    /// Whether something is on its way, or the engine has something to say.
    boolean isSaying() {
        return outgoing.isSending()
                || (!hasFailed() && tls.engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP);
    }

    /// @return whether something has changed
    boolean step() throws SSLException {
        if (outgoing.isSending()) {
            return false;
        }
        tls.reading.answered();
        Throwable why = hasFailed() ? outgoing.failure() : tls.broken();
        if (why != null && fail(why)) {
            return true;
        }
        TlsSend next = tls.isFinished() && sender != null && sender.waiter.waits() ? sender : null;
        if (next != null && next.isSent()) {
            next.waiter.succeed();
            return true;
        }
        if (ender != null && ender.waiter.waits() && ender.end(tls.engine)) {
            return true;
        }
        if (hasFailed()) {
            return false;
        }
        HandshakeStatus status = tls.engine.getHandshakeStatus();
        if (status == HandshakeStatus.NEED_WRAP && wrap(null)) {
            return true;
        }
        // Content in the middle of a new handshake is allowed, and not every peer bears it.
        return next != null && status != HandshakeStatus.NEED_UNWRAP && !outgoing.isSending() && wrap(next);
    }

    private boolean wrap(@Nullable TlsSend next) throws SSLException {
        SSLEngineResult result = outgoing.wrap(next);
        if (next != null && result.getStatus() == Status.CLOSED && !isProgress(result)) {
            next.waiter.fail(new SSLException(tls.reading.isNotified()
                    ? "the peer has closed the connection, which before TLS 1.3 ends both directions"
                    : "the output has been ended"));
            return true;
        }
        return isProgress(result);
    }

    static boolean isProgress(SSLEngineResult result) {
        return result.bytesConsumed() > 0
                || result.bytesProduced() > 0
                || result.getHandshakeStatus() == HandshakeStatus.FINISHED;
    }

    private boolean fail(Throwable why) {
        boolean told = false;
        if (sender != null && sender.waiter.waits()) {
            sender.waiter.fail(why);
            told = true;
        }
        if (ender != null && ender.waiter.waits()) {
            ender.waiter.fail(why);
            told = true;
        }
        if (!tls.isFinished()) {
            tls.breakWith(why);
        }
        return told;
    }
}
