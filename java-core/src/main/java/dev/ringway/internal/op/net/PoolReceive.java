package dev.ringway.internal.op.net;

import dev.ringway.Buf;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.PoolMemory;
import dev.ringway.internal.op.Retained;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.Task;
import dev.ringway.internal.op.ValueOp;
import dev.ringway.internal.op.io.Resets;
import org.jspecify.annotations.Nullable;

/// A receive into a buffer of a pool, once: who waits holds none.
///
/// Without a buffer it waits until one comes back, like an iteration.
abstract class PoolReceive<T extends @Nullable Object> extends ValueOp<T> {
    final PoolMemory pool;
    private final Handle socket;
    private int taken = -1;
    private byte @Nullable [] kept;

    PoolReceive(Handle socket, PoolMemory pool, String call) {
        super(socket.driver, socket);
        this.socket = socket;
        this.pool = pool.of(socket, call);
    }

    /// The call itself, for bytes that nobody has taken yet.
    abstract int call(Sys sys, long address);

    /// Gives the user what came.
    ///
    /// @param lease      null at the end of the stream
    /// @param fromKernel whether it has just come, rather than been retained
    abstract Step give(@Nullable Buf lease, boolean fromKernel);

    @Override
    public final @Nullable Lane lane() {
        return socket.reads;
    }

    @Override
    public final Interest interest() {
        return Interest.READABLE;
    }

    @Override
    public final boolean isImmediate() {
        return socket.hasRetained();
    }

    private boolean hasMessages() {
        return socket.kind() == Kind.DATAGRAM;
    }

    @Override
    public final int attempt(Sys sys) {
        if (socket.hasRetained()) {
            kept = socket.retained().take(pool.size());
            return kept.length;
        }
        int id = pool.take();
        if (id < 0) {
            return -Errno.ENOBUFS;
        }
        int res = call(sys, pool.address(id));
        if (res > 0 || (res == 0 && hasMessages())) {
            taken = id;
        } else {
            pool.putBack(id);
        }
        return res;
    }

    @Override
    public final boolean drains(int res) {
        return res < pool.size() && socket.shortReadDrains();
    }

    @Override
    public final int attemptFlags() {
        return PoolMemory.flagsOf(taken);
    }

    @Override
    public final Step complete(int res, int flags) {
        int id = PoolMemory.pickedIn(flags, -1);
        byte[] retained = kept;
        taken = -1;
        kept = null;
        if (retained != null) {
            return give(Retained.inBuffer(retained), false);
        }
        if (res > 0 || (res == 0 && id >= 0 && hasMessages())) {
            return give(pool.lease(id, res), true);
        }
        pool.putBack(id);
        return step(Resets.see(socket, res, pool.size()));
    }

    @Override
    protected final Step step(int res) {
        if (res == 0 && hasMessages()) {
            return give(Retained.inBuffer(new byte[0]), true); // an empty message is no end
        }
        if (res == 0) {
            return endedByUs() ? fail(-Errno.ECANCELED) : give(null, true);
        }
        if (res == -Errno.ENOBUFS && !ending()) {
            pool.await(this);
            return Step.IDLE;
        }
        if (res == -Errno.ECANCELED && !ending()) {
            return Step.AGAIN; // it was only to look at what is retained
        }
        return fail(res == -Errno.ENOBUFS ? -Errno.ECANCELED : res);
    }

    /// Bytes that were taken from a stream stay with it, for the next receive; a message is lost, as messages may be.
    final void discardLease(@Nullable Buf unwanted) {
        if (unwanted == null) {
            return;
        }
        if (hasMessages()) {
            unwanted.release();
            return;
        }
        byte[] bytes = Access.api().drainLease(unwanted);
        driver.post(new Task() {
            @Override
            public void run() {
                socket.retain(bytes, true);
            }
        });
    }

    /// It may wait for a buffer, or have been given a turn at the pool and not used it.
    @Override
    protected final void returnInputs() {
        pool.forget(this);
        pool.passOn();
    }
}
