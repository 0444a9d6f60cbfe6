package dev.ringway.internal.op.net;

import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.ValueOp;
import java.net.SocketException;
import java.time.Duration;

/// accept4(2), once.
public final class Accept extends ValueOp<AsyncSocket> implements AsyncListener.Accept {
    private final Handle listener;
    private boolean withAddress;

    public Accept(Handle listener) {
        super(listener.driver, listener);
        this.listener = listener;
    }

    @Override
    public Accept withAddress() {
        checkNew();
        withAddress = true;
        return this;
    }

    @Override
    public Accept timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public String call() {
        return "accept";
    }

    @Override
    public int scratchBytes() {
        return withAddress ? Addresses.BYTES + Integer.BYTES : 0;
    }

    /// The room for an address, before each round; 0 if none is wanted.
    private long room() {
        if (withAddress) {
            Memory.putInt(scratch + Addresses.BYTES, Addresses.BYTES);
        }
        return withAddress ? scratch + Addresses.BYTES : 0;
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.accept(fd(), withAddress ? scratch : 0, room(), Accepted.flags(listener));
        Accepted.alike(sqe, listener);
    }

    @Override
    public Interest interest() {
        return Interest.READABLE;
    }

    @Override
    public int attempt(Sys sys) {
        return sys.accept4(fd(), withAddress ? scratch : 0, room(), driver.socketFlags());
    }

    @Override
    protected Step step(int res) {
        if (Accepted.isPeersFault(-res)) { // that peer has gone; the next one is waited for
            return ending() ? fail(-Errno.ECANCELED) : Step.AGAIN;
        }
        if (res < 0) {
            return fail(res);
        }
        Handle connection = Accepted.handle(listener, res);
        if (withAddress) {
            keepAddress(connection);
        }
        return done(Accepted.socket(connection));
    }

    private void keepAddress(Handle connection) {
        try {
            connection.address = Addresses.decode(scratch, Memory.getInt(scratch + Addresses.BYTES));
        } catch (SocketException undecodable) {
            connection.address = null; // getpeername(2) will say the same
        }
    }

    @Override
    protected void discard(AsyncSocket unwanted) {
        unwanted.close();
    }
}
