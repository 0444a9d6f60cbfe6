package dev.ringway.internal.op.tls;

import dev.ringway.AsyncSocket;
import dev.ringway.TlsSocket;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.State;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.ValueOp;
import java.time.Duration;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/// The beginning of TLS on a socket: a connection, or no socket either.
public final class TlsHandshake extends ValueOp<TlsSocket> implements TlsSocket.Handshake, OfTls {
    final Waiter waiter = new Waiter(this);
    private final AsyncSocket socket;
    private final Tls tls;
    private int failure;

    public TlsHandshake(AsyncSocket socket, Handle handle, SSLEngine engine) {
        super(handle.driver, handle);
        this.socket = socket;
        this.tls = new Tls(handle, engine);
    }

    @Override
    public TlsHandshake applicationProtocols(String... names) {
        return parameters(parameters -> parameters.setApplicationProtocols(names.clone()));
    }

    @Override
    public TlsHandshake parameters(Consumer<? super SSLParameters> change) {
        checkNew();
        SSLParameters parameters = tls.engine.getSSLParameters();
        change.accept(parameters);
        tls.engine.setSSLParameters(parameters);
        return this;
    }

    @Override
    public TlsHandshake timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public String call() {
        return "TLS handshake";
    }

    /// It asks nothing of the fd itself.
    @Override
    public boolean isImmediate() {
        return true;
    }

    @Override
    public int attempt(Sys sys) {
        tls.begin(this);
        return PENDING;
    }

    /// Something has happened to the connection.
    void goOn() {
        if (tls.socket.isClosed()) {
            if (tls.isQuiet() && state() == State.IDLE) {
                driver.completeLater(this, failure, 0);
            }
        } else if (waiter.isTold()) {
            if (state() == State.IDLE && !tls.closing.linger()) {
                driver.completeLater(this, failure, 0);
            }
        } else if (!tls.isThinking() && !tls.writing.isSaying() && waiter.waits()) {
            Throwable broken = tls.broken();
            if (broken != null) {
                waiter.fail(broken);
            } else if (tls.isFinished()) {
                waiter.succeed();
            }
        }
    }

    /// Without a connection the socket is closed first, when the peer has heard why; what it has in flight may take a
    /// moment to end.
    @Override
    protected Step step(int res) {
        if (failure == 0 && res >= 0 && waiter.failure() == null) {
            tls.handshakeIsOver();
            return done(Access.api().tls(tls, socket, tls.engine));
        }
        failure = waiter.failure() != null ? -Errno.EPROTO : Math.min(failure, res);
        if (waiter.failure() != null && !ending() && tls.closing.linger()) {
            return Step.IDLE;
        }
        tls.closing.closeSocket();
        if (!tls.isQuiet()) {
            return Step.IDLE;
        }
        tls.handshakeIsOver();
        return fail(failure);
    }

    @Override
    protected @Nullable Throwable outcome() {
        Throwable why = waiter.failure();
        return why != null ? why : super.outcome();
    }

    @Override
    protected void discard(TlsSocket unwanted) {
        unwanted.close();
    }
}
