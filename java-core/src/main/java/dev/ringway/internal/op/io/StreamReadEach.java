package dev.ringway.internal.op.io;

import dev.ringway.Buf;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.MultiOp;
import dev.ringway.internal.op.PoolMemory;
import dev.ringway.internal.op.Retained;
import dev.ringway.internal.op.State;
import dev.ringway.internal.op.Step;
import org.jspecify.annotations.Nullable;

/// Takes what a stream has, again and again, into buffers of a pool.
public abstract class StreamReadEach extends MultiOp<Buf> {
    protected final Handle stream;
    protected final PoolMemory pool;
    private int taken = -1;
    private byte @Nullable [] kept;

    protected StreamReadEach(Handle stream, PoolMemory pool) {
        super(stream.driver, stream);
        this.stream = stream;
        this.pool = pool;
    }

    /// The call itself, for bytes that nobody has taken yet.
    protected abstract int call(Sys sys, long address, int length);

    @Override
    public final @Nullable Lane lane() {
        return stream.reads;
    }

    @Override
    public Interest interest() {
        return Interest.READABLE;
    }

    @Override
    public final boolean isImmediate() {
        return stream.hasRetained();
    }

    /// Elsewhere the pool is out of reach.
    @Override
    public final int beforeOffload() {
        taken = taken < 0 ? pool.take() : taken;
        return taken < 0 ? -Errno.ENOBUFS : 0;
    }

    @Override
    public final int attempt(Sys sys) {
        if (state() == State.OFFLOAD) {
            return call(sys, pool.address(taken), pool.size());
        }
        if (stream.hasRetained()) {
            kept = stream.retained().take(pool.size());
            return kept.length;
        }
        if (beforeOffload() < 0) {
            return -Errno.ENOBUFS;
        }
        int res = call(sys, pool.address(taken), pool.size());
        if (res <= 0) {
            pool.putBack(taken);
            taken = -1;
        }
        return res;
    }

    @Override
    public final boolean drains(int res) {
        return res < pool.size() && stream.shortReadDrains();
    }

    @Override
    public final int attemptFlags() {
        return taken < 0 ? 0 : Linux.IORING_CQE_F_MORE() | PoolMemory.flagsOf(taken);
    }

    @Override
    protected final Step items(int res, int flags) {
        if (kept != null) {
            return redeliver(kept);
        }
        int id = PoolMemory.pickedIn(flags, taken);
        taken = -1;
        if (res > 0) {
            deliver(pool.lease(id, res));
            return (flags & Linux.IORING_CQE_F_MORE()) != 0 ? Step.MORE : Step.AGAIN;
        }
        pool.putBack(id);
        return ended(Resets.see(stream, res, pool.size()));
    }

    /// Bytes that an earlier receive took and could not deliver come first, in a buffer of their own.
    private Step redeliver(byte[] retained) {
        kept = null;
        if (ending()) {
            stream.retain(retained, true);
            return failed(-Errno.ECANCELED);
        }
        deliver(Retained.inBuffer(retained));
        return Step.MORE;
    }

    private Step ended(int res) {
        if (ending()) {
            return failed(-Errno.ECANCELED); // at the end of the stream too: bytes before it may be left
        }
        if (res == 0) {
            return stream.kind() == Kind.DATAGRAM ? Step.AGAIN : succeeded(); // an empty message is no end
        }
        if (res == -Errno.ENOBUFS) {
            pool.await(this);
            return Step.IDLE;
        }
        return res == -Errno.ECANCELED ? Step.AGAIN : failed(res); // told to rest, or to look at what is retained
    }

    /// It may wait for a buffer, or have been given a turn at the pool and not used it.
    @Override
    protected final void returnInputs() {
        super.returnInputs();
        pool.forget(this);
        pool.passOn();
    }

    @Override
    protected final boolean waitsForOther() {
        return pool.isAwaitedBy(this);
    }

    /// Bytes that were taken from a stream stay with it, for the next receive; the pool gets its buffer back at once. A
    /// message is lost, as messages may be.
    @Override
    protected final void discard(Buf lease, boolean first) {
        if (stream.kind() == Kind.DATAGRAM) {
            lease.release();
        } else {
            stream.retain(Access.api().drainLease(lease), first);
        }
    }
}
