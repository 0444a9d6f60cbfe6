package dev.ringway.internal.op.tls;

import dev.ringway.Buf;
import dev.ringway.ByteStream;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Cause;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.Transfer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A receive of what the peer has sent over TLS. It rests until its connection has something for it.
public final class TlsReceive extends Transfer implements ByteStream.Transfer, OfTls {
    final Waiter waiter = new Waiter(this);
    private final Tls tls;
    private boolean atEnd;

    public TlsReceive(Tls tls, Buf dst) {
        super(tls.socket, dst, true);
        this.tls = tls;
    }

    @Override
    public TlsReceive timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public TlsReceive reset(Buf dst) {
        renew(dst);
        waiter.renew();
        atEnd = false;
        return this;
    }

    @Override
    public String call() {
        return "TLS receive";
    }

    @Override
    public Lane lane() {
        return tls.reads;
    }

    @Override
    public boolean reads() {
        return true;
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
        if (left() == 0) {
            return 0;
        }
        tls.reading.enter(this);
        return waiter.isTold() ? 0 : PENDING;
    }

    /// Takes content.
    ///
    /// @return how many bytes
    int take(byte[] content, int offset, int length) {
        int taken = Math.min(length, left());
        Memory.copy(content, offset, at(), taken);
        advance(taken);
        waiter.succeed();
        return taken;
    }

    /// The stream has ended.
    void end() {
        atEnd = true;
        waiter.succeed();
    }

    @Override
    protected Step step(int res) {
        tls.reading.leave(this);
        if (waiter.failure() != null) {
            return failMoved(-Errno.EPROTO);
        }
        if (res < 0) {
            return failMoved(res);
        }
        return atEnd ? done(-1) : doneMoved();
    }

    @Override
    protected @Nullable Throwable outcome() {
        Throwable why = waiter.failure();
        return why != null ? why : super.outcome();
    }
}
