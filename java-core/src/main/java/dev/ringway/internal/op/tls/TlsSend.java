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
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A send over TLS, of everything. It rests while its connection makes records of its content; those that were made are
/// sent also if it is cancelled, and count as sent.
public final class TlsSend extends Transfer implements ByteStream.Transfer, OfTls {
    final Waiter waiter = new Waiter(this);
    private final Tls tls;

    public TlsSend(Tls tls, Buf src) {
        super(tls.socket, src, false);
        this.tls = tls;
    }

    @Override
    public TlsSend timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public TlsSend reset(Buf src) {
        renew(src);
        waiter.renew();
        return this;
    }

    @Override
    public String call() {
        return "TLS send";
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
        if (left() == 0) {
            return 0;
        }
        tls.writing.enter(this);
        return waiter.isTold() ? 0 : PENDING;
    }

    /// Whether records have been made of all its content.
    boolean isSent() {
        return left() == 0;
    }

    /// The next bytes of its content, in an array.
    ByteBuffer content(byte[] into, int most) {
        int length = Math.min(most, left());
        Memory.copy(at(), into, 0, length);
        return ByteBuffer.wrap(into, 0, length);
    }

    void consumed(int bytes) {
        advance(bytes);
    }

    @Override
    protected Step step(int res) {
        tls.writing.leave();
        if (waiter.failure() != null) {
            return failMoved(-Errno.EPROTO);
        }
        return res < 0 ? failMoved(res) : doneMoved();
    }

    @Override
    protected @Nullable Throwable outcome() {
        Throwable why = waiter.failure();
        return why != null ? why : super.outcome();
    }
}
