package dev.ringway.internal.op.tls;

import dev.ringway.internal.op.Cause;
import dev.ringway.internal.op.TimerEntry;
import dev.ringway.internal.op.net.Shutdown;
import java.util.ArrayList;
import java.util.List;

/// How a TLS connection closes.
///
/// 1. Whoever closes first marks it closed; operations that start from now on find it so.
/// 2. On the polling thread its operations in flight are asked to end. What is being sent goes on, and behind it
///    close_notify is sent; nobody waits for the peer's, since only the end of what was sent has to be known to be one.
/// 3. When that is over, or a second has passed because the peer does not read, the socket is closed.
///
/// Before the end of the handshake, and when the connection is broken or its engine busy, there is nothing to say.
///
/// A handshake that has failed lingers: its output is shut down behind the alert, and what the peer still sends is read
/// and dropped until the peer ends too, for at most a second and so many bytes. With something unread, or yet to come,
/// close(2) would reset the connection, and the peer would fail with that rather than with the alert.
final class Closing extends TimerEntry {
    private static final long MOST_NANOS = 1_000_000_000;

    private final Tls tls;
    private final List<Runnable> toTell = new ArrayList<>(1);
    private boolean began;
    private boolean over;
    private boolean lingers;
    private boolean expired;
    private volatile boolean marked;

    Closing(Tls tls) {
        this.tls = tls;
    }

    /// Any thread: step 1.
    void mark() {
        marked = true;
    }

    /// Any thread.
    boolean isMarked() {
        return marked;
    }

    /// Owner: steps 2 and 3.
    ///
    /// @param then runs when close(2) has been called
    void close(Runnable then) {
        mark();
        if (over) {
            tls.socket.closeOnOwner(then);
            return;
        }
        toTell.add(then);
        if (began) {
            return;
        }
        began = true;
        tls.socket.inFlight().forEach(op -> {
            if (op instanceof OfTls) {
                tls.driver.cancel(op, Cause.CLOSE);
            }
        });
        if (tls.isFinished() && !isBeyondWords() && !tls.socket.isClosed()) {
            tls.engine.closeOutbound();
            tls.driver.arm(this, Math.min(MOST_NANOS, tls.driver.closeDeadlineNanos() / 2));
            tls.goOn();
        } else {
            closeSocket();
        }
    }

    /// Something has happened to the connection.
    void goOn() {
        if (began && (tls.socket.isClosed() || isBeyondWords() || !tls.writing.isSaying())) {
            closeSocket();
        }
    }

    private boolean isBeyondWords() {
        return tls.isThinking() || tls.broken() != null || tls.writing.hasFailed();
    }

    /// Whether there is reason to wait before the socket of a failed handshake is closed; begins to, the first time.
    boolean linger() {
        if (!lingers && hasReasonToLinger()) {
            lingers = true;
            tls.driver.arm(this, Math.min(MOST_NANOS, tls.driver.closeDeadlineNanos() / 2));
            try {
                new Shutdown(tls.socket, true).start((nothing, why) -> tls.goOn());
            } catch (RuntimeException refused) { // the ring is closing
                expired = true;
            }
            tls.goOn();
        }
        return hasReasonToLinger();
    }

    private boolean hasReasonToLinger() {
        return !expired && !tls.writing.hasFailed() && !tls.reading.isDrained();
    }

    boolean isLingering() {
        return lingers;
    }

    @Override
    public void expired() {
        expired = true;
        if (lingers) {
            tls.goOn();
        } else {
            closeSocket();
        }
    }

    /// Without a word.
    void closeSocket() {
        if (over) {
            return;
        }
        over = true;
        mark();
        tls.driver.disarm(this);
        tls.socket.markClosed();
        tls.socket.closeOnOwner(null);
        toTell.forEach(tls.socket::closeOnOwner);
        toTell.clear();
    }
}
