package dev.ringway.internal.op.net;

import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Failures;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.Transfer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// recv(2) until a number of bytes has come.
///
/// Round by round, and not with MSG_WAITALL: with that the kernel answers a reset after some bytes with these bytes,
/// and has then forgotten the reset.
public final class ReceiveN extends Transfer implements AsyncSocket.ReceiveN {
    private final Handle socket;
    private int wanted;

    public ReceiveN(Handle socket, Buf dst, int wanted) {
        super(socket, dst, true);
        this.socket = socket;
        this.wanted = wanted;
    }

    @Override
    public ReceiveN timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public ReceiveN reset(Buf dst, int n) {
        renew(dst);
        wanted = n;
        return this;
    }

    @Override
    public String call() {
        return "recv";
    }

    @Override
    public @Nullable Lane lane() {
        return socket.reads;
    }

    @Override
    protected int limit(int room) {
        return exactly(wanted, room);
    }

    /// Nothing needs no call, and bytes that an earlier receive could not deliver come first.
    @Override
    public boolean isImmediate() {
        return left() == 0 || !socket.retained().isEmpty();
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.recv(fd(), at(), left(), 0);
    }

    @Override
    public Interest interest() {
        return Interest.READABLE;
    }

    @Override
    public boolean drains(int res) {
        return res < left() && socket.shortReadDrains();
    }

    @Override
    public int attempt(Sys sys) {
        if (left() == 0) {
            return 0;
        }
        if (!socket.retained().isEmpty()) {
            return socket.retained().take(at(), left());
        }
        return sys.recv(fd(), at(), left(), Linux.MSG_DONTWAIT());
    }

    @Override
    protected Step step(int res) {
        int real = Resets.see(socket, res, left());
        if (real < 0) {
            return failMoved(real);
        }
        if (real == 0 && left() > 0) {
            return failMoved(Failures.END_OF_STREAM);
        }
        advance(real);
        return left() == 0 ? doneMoved() : againUnlessEnding();
    }
}
