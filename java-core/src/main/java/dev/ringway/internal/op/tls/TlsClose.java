package dev.ringway.internal.op.tls;

import dev.ringway.AsyncSocket;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.VoidOp;

/// The end of a TLS connection: close_notify, if there is still somebody to tell, and close(2).
public final class TlsClose extends VoidOp {
    private final Tls tls;
    /// The user's socket, which is not lost as long as this may be started, or is in flight.
    @SuppressWarnings("unused") // held, not read
    private final AsyncSocket socket;

    public TlsClose(Tls tls, AsyncSocket socket) {
        super(tls.driver, null); // it must not count among the operations that it waits for
        this.tls = tls;
        this.socket = socket;
    }

    @Override
    public String call() {
        return "TLS close";
    }

    @Override
    public String subject() {
        return tls.socket.toString();
    }

    @Override
    public boolean cancellable() {
        return false;
    }

    /// From the moment of its start on, operations that start find the connection closed.
    @Override
    protected void takeInputs() {
        tls.closing.mark();
    }

    @Override
    public int attempt(Sys sys) {
        tls.closing.close(() -> driver.completeLater(this, tls.socket.closeResult(), 0));
        return PENDING;
    }
}
