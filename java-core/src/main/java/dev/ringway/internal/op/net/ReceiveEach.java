package dev.ringway.internal.op.net;

import dev.ringway.Buf;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.MultiOp;
import dev.ringway.internal.op.PoolMemory;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// recv(2) again and again, into buffers of a pool.
public final class ReceiveEach extends MultiOp<Buf> {
    private static final int FILLED = Linux.IORING_CQE_F_MORE() | Linux.IORING_CQE_F_BUFFER();

    private final Handle socket;
    private final PoolMemory pool;
    private int taken = -1;
    private byte @Nullable [] kept;

    public ReceiveEach(Handle socket, PoolMemory pool) {
        super(socket.driver, socket);
        this.socket = socket;
        this.pool = pool.of(socket, "recv");
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
    public Interest interest() {
        return Interest.READABLE;
    }

    @Override
    public void prepare(Sqe sqe) {
        if (pool.group() >= 0) {
            sqe.recvMultishot(fd(), pool.group());
        }
    }

    @Override
    public boolean isImmediate() {
        return !socket.retained().isEmpty();
    }

    @Override
    public int attempt(Sys sys) {
        if (!socket.retained().isEmpty()) {
            kept = socket.retained().take(pool.size());
            return kept.length;
        }
        int id = pool.take();
        if (id < 0) {
            return -Errno.ENOBUFS;
        }
        int res = sys.recv(fd(), pool.address(id), pool.size(), Linux.MSG_DONTWAIT());
        if (res > 0) {
            taken = id;
        } else {
            pool.putBack(id);
        }
        return res;
    }

    @Override
    public boolean drains(int res) {
        return res < pool.size() && socket.shortReadDrains();
    }

    @Override
    public int attemptFlags() {
        return taken < 0 ? 0 : FILLED | taken << Linux.IORING_CQE_BUFFER_SHIFT();
    }

    @Override
    protected Step items(int res, int flags) {
        if (kept != null) {
            return redeliver(kept);
        }
        taken = -1;
        boolean buffer = (flags & Linux.IORING_CQE_F_BUFFER()) != 0;
        int id = flags >>> Linux.IORING_CQE_BUFFER_SHIFT();
        if (res > 0 && buffer) {
            deliver(pool.lease(id, res));
            return (flags & Linux.IORING_CQE_F_MORE()) != 0 ? Step.MORE : Step.AGAIN;
        }
        if (buffer) {
            pool.putBack(id);
        }
        return ended(Resets.see(socket, res, pool.size()));
    }

    /// Bytes that an earlier receive took and could not deliver come first, in a buffer of their own.
    private Step redeliver(byte[] retained) {
        kept = null;
        if (ending()) {
            socket.retained().add(retained, true);
            return failed(-Errno.ECANCELED);
        }
        deliver(Buf.adopt(ByteBuffer.allocateDirect(retained.length).put(retained).flip()));
        return Step.MORE;
    }

    private Step ended(int res) {
        if (ending()) {
            return failed(-Errno.ECANCELED); // at the end of the stream too: bytes before it may be left
        }
        if (res == 0) {
            return succeeded();
        }
        if (res == -Errno.ENOBUFS) {
            pool.await(this);
            return Step.IDLE;
        }
        return res == -Errno.ECANCELED && stopping() ? Step.AGAIN : failed(res);
    }

    /// It may wait for a buffer, or have been given a turn at the pool and not used it.
    @Override
    protected void returnInputs() {
        super.returnInputs();
        pool.forget(this);
        pool.passOn();
    }

    @Override
    protected boolean waitsForOther() {
        return pool.isAwaitedBy(this);
    }

    /// Bytes that were taken from a stream stay with it, for the next receive; the pool gets its buffer back at once.
    @Override
    protected void discard(Buf lease, boolean first) {
        socket.retained().add(Access.api().drainLease(lease), first);
    }
}
