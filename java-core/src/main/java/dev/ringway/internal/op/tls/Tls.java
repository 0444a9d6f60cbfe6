package dev.ringway.internal.op.tls;

import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Lane;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// A TLS connection over a socket: what its engine has to do, and which operation waits for what.
///
/// Its operations are on the socket's handle and ask nothing of it: they rest while the connection, for all of them,
/// receives and sends by operations of its own, with memory of its own. So cancelling one shortens nothing that is on
/// its way: a record is sent to its end, and what was received is the next one's.
///
/// 1. *Handshake.* It begins on the offload executor, where also the engine's tasks run; while they do nobody else
///    touches the engine ([#isThinking]). It has succeeded when the engine says so and everything has been sent, and it
///    fails when its alert has been sent. If it fails or is cancelled the socket is closed.
/// 2. *Open.* The two directions go on independently, each for the first operation of its lane. A receiver gets the
///    content of one record; only where there is none the socket is read. A sender's content is made records, one at a
///    time. What the engine has to say by itself goes between them, above all its answers to what comes: an update of
///    keys, a new handshake. Those need both directions, so that the socket is read for them without a receiver, as
///    long as that brings no content. That they cannot be sent yet does not keep a receiver from reading, or two peers
///    that both wait for that would wait for ever; but there is a bound.
/// 3. *Broken.* What the engine refuses ends both directions, and it says so to the peer. A failure of the socket, or
///    an end without close_notify, ends its direction.
/// 4. *Ended.* close_notify from the peer is the end of the stream; what is said last is ours, see [Closing].
///
/// All of it is confined to the polling thread, and [#goOn] is run by everything that happens: it goes on until neither
/// [Reading] nor [Writing] can.
public final class Tls {
    public final Driver driver;
    final Handle socket;
    final SSLEngine engine;
    final Reading reading = new Reading(this);
    final Writing writing = new Writing(this);
    final Closing closing = new Closing(this);
    final Lane reads = new Lane();
    final Lane writes = new Lane();
    private @Nullable TlsHandshake handshake;
    private @Nullable Throwable broken;
    private boolean thinking;
    private boolean finished;
    private boolean goingOn;
    private boolean onceMore;

    Tls(Handle socket, SSLEngine engine) {
        this.driver = socket.driver;
        this.socket = socket;
        this.engine = engine;
    }

    void begin(TlsHandshake first) {
        handshake = first;
        think(true);
    }

    void handshakeIsOver() {
        handshake = null;
    }

    /// Whether somebody else has the engine.
    boolean isThinking() {
        return thinking;
    }

    /// Whether the handshake is over, and has succeeded.
    boolean isFinished() {
        return finished;
    }

    void finished() {
        finished = true;
    }

    /// Why neither direction can go on, if that is so.
    @Nullable Throwable broken() {
        return broken;
    }

    /// The first reason counts.
    void breakWith(Throwable why) {
        if (broken == null) {
            broken = why;
        }
    }

    /// Whether the connection has nothing in flight on its socket.
    boolean isQuiet() {
        return !reading.isReceiving() && !writing.isSending();
    }

    /// Any thread: whether it has been closed, or is about to be.
    public boolean isClosed() {
        return closing.isMarked() || socket.isClosed();
    }

    /// Something has happened: does what can be done now.
    void goOn() {
        if (goingOn) {
            onceMore = true; // somebody whom the engine asks uses this connection
            return;
        }
        goingOn = true;
        do {
            onceMore = false;
            while (step()) {
                onceMore = false;
            }
        } while (onceMore);
        goingOn = false;
        reading.rest();
        if (handshake != null) {
            handshake.goOn();
        }
        closing.goOn();
    }

    private boolean step() {
        if (thinking || socket.isClosed()) {
            return false;
        }
        try {
            if (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
                think(false);
                return false;
            }
            boolean wrote = writing.step();
            return reading.step() || wrote;
        } catch (SSLException | RuntimeException refused) {
            boolean isNew = broken == null;
            breakWith(refused);
            return isNew; // it has to be told, to the peer too
        }
    }

    private void think(boolean begins) {
        thinking = true;
        new Tasks(driver, engine, socket.toString(), begins).startFor(this);
    }

    void thought(@Nullable Throwable why) {
        thinking = false;
        if (why != null) {
            breakWith(why);
        }
        goOn();
    }
}
