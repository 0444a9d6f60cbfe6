package dev.ringway.internal.op.tls;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Cause;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.VoidOp;
import dev.ringway.internal.op.net.Shutdown;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import org.jspecify.annotations.Nullable;

/// The end of the output: close_notify, and when that has been sent shutdown(2).
public final class TlsShutdown extends VoidOp implements OfTls {
    final Waiter waiter = new Waiter(this);
    private final Tls tls;
    private boolean shuttingDown;

    public TlsShutdown(Tls tls) {
        super(tls.driver, tls.socket);
        this.tls = tls;
    }

    @Override
    public String call() {
        return "TLS shutdown";
    }

    @Override
    public Lane lane() {
        return tls.writes;
    }

    /// It asks nothing of the fd itself.
    @Override
    public boolean isImmediate() {
        return true;
    }

    @Override
    public int attempt(Sys sys) {
        if (tls.closing.isMarked()) {
            setCause(Cause.CLOSED);
            return -Errno.ECANCELED;
        }
        tls.writing.enter(this);
        return waiter.isTold() ? 0 : PENDING;
    }

    /// Nothing is being sent: says what comes next.
    ///
    /// @return whether something has changed by that
    boolean end(SSLEngine engine) {
        if (!engine.isOutboundDone() && engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP) {
            engine.closeOutbound();
            return true;
        }
        if (engine.isOutboundDone() && !shuttingDown) {
            shuttingDown = true;
            new Shutdown(tls.socket, true).start((nothing, why) -> {
                if (why == null) {
                    waiter.succeed();
                } else {
                    waiter.fail(why);
                }
                tls.goOn();
            });
            return true;
        }
        return false;
    }

    @Override
    protected Step step(int res) {
        tls.writing.leave();
        return super.step(waiter.failure() != null ? -Errno.EPROTO : Math.min(res, 0));
    }

    @Override
    protected @Nullable Throwable outcome() {
        Throwable why = waiter.failure();
        return why != null ? why : super.outcome();
    }
}
