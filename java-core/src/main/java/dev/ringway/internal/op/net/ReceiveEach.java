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
    private static final int NO_BUFFER = -1;

    private final Handle socket;
    private final PoolMemory pool;
    private int taken = NO_BUFFER;
    private byte @Nullable [] kept;
    private boolean awaitsBuffer;

    public ReceiveEach(Handle socket, PoolMemory pool) {
        super(socket.driver, socket);
        this.socket = socket;
        this.pool = pool;
        if (pool.driver() != socket.driver) {
            throw new IllegalArgumentException("recv on " + socket + ": the pool belongs to another ring, "
                    + pool.driver().ringName() + "; use one of " + socket.driver.ringName());
        }
    }

    @Override
    public String call() {
        return "recv";
    }

    @Override
    public boolean reads() {
        return true;
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
        awaitsBuffer = false;
        if (pool.group() < 0 || socket.hasRetained()) {
            sqe.none();
        } else {
            sqe.recvMultishot(fd(), pool.group());
        }
    }

    @Override
    public int attempt(Sys sys) {
        awaitsBuffer = false;
        if (socket.hasRetained()) {
            kept = socket.takeRetained(pool.size());
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
        return kept == null && res < pool.size();
    }

    @Override
    public int attemptFlags() {
        return taken == NO_BUFFER
                ? 0
                : Linux.IORING_CQE_F_MORE() | Linux.IORING_CQE_F_BUFFER()
                        | taken << Linux.IORING_CQE_BUFFER_SHIFT();
    }

    @Override
    protected Step items(int res, int flags) {
        byte[] retained = kept;
        if (retained != null) {
            kept = null;
            return redeliver(retained);
        }
        taken = NO_BUFFER;
        boolean buffer = (flags & Linux.IORING_CQE_F_BUFFER()) != 0;
        int id = flags >>> Linux.IORING_CQE_BUFFER_SHIFT();
        if (res > 0 && buffer) {
            Buf lease = pool.lease(id, res);
            if (lease == null) {
                return failed(-Errno.EPROTO);
            }
            deliver(lease);
            return (flags & Linux.IORING_CQE_F_MORE()) != 0 ? Step.MORE : Step.AGAIN;
        }
        if (buffer) {
            pool.putBack(id);
        }
        return ended(Resets.see(socket, res, pool.size()));
    }

    /// Bytes that an earlier receive took and could not deliver come first, in a buffer of their own.
    private Step redeliver(byte[] retained) {
        if (ending()) {
            socket.retainFirst(retained);
            return failed(-Errno.ECANCELED);
        }
        deliver(Buf.adopt(ByteBuffer.allocateDirect(retained.length).put(retained).flip()));
        return Step.MORE;
    }

    private Step ended(int res) {
        if (ending()) {
            forgetWaiting();
            return failed(-Errno.ECANCELED);
        }
        if (res == 0) {
            return succeeded();
        }
        if (res == -Errno.ENOBUFS) {
            awaitsBuffer = true;
            pool.await(this);
            return Step.IDLE;
        }
        return res == -Errno.ECANCELED && stopping() ? Step.AGAIN : failed(res);
    }

    /// It may have been given a turn at the pool and not used it.
    @Override
    protected void returnInputs() {
        pool.passOn();
    }

    @Override
    protected boolean waitsForOther() {
        return awaitsBuffer;
    }

    @Override
    protected void forgetWaiting() {
        if (awaitsBuffer) {
            awaitsBuffer = false;
            pool.forget(this);
        }
    }

    /// Bytes that were taken from a stream stay with it, for the next receive; the pool gets its buffer back at once.
    @Override
    protected void discard(Buf lease, boolean first) {
        byte[] bytes = Access.api().drainLease(lease);
        if (first) {
            socket.retainFirst(bytes);
        } else {
            socket.retain(bytes);
        }
    }
}
