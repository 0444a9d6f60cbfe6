package dev.ringway.internal.readiness;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.loop.EventLoop;
import dev.ringway.internal.loop.LoopOptions;
import dev.ringway.internal.loop.PlainPool;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.Notes;
import dev.ringway.internal.op.Op;
import dev.ringway.internal.op.PoolMemory;
import dev.ringway.internal.op.State;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Drives operations by making their calls itself, on a poller that tells when an fd is ready.
///
/// 1. *Try first.* An operation is attempted before anything is waited for, unless its fd is known not to be ready; a
///    result goes to the ready queue.
/// 2. *Wait after -EAGAIN.* The fd is registered then, once, and stays so until it is closed.
/// 3. *The driver retries*, not the waiter: an event is followed by the attempts of those who wait, in order, until one
///    says -EAGAIN again. So whoever is told has finished, and two waiters do not stampede.
/// 4. An iteration goes on in the same way, for a bounded number of items; then it is others' turn.
///
/// A token is an index and a generation, so that an event that was under way when its fd was closed finds nobody.
public final class ReadinessDriver extends EventLoop {
    private static final int ITEMS_A_TURN = 16;

    private final Poller poller;
    private final ParkedTable registered = new ParkedTable();
    private int events;

    public ReadinessDriver(LoopOptions options, Poller poller) {
        super(options);
        this.poller = poller;
    }

    // ---- the turn

    @Override
    protected void open() {}

    @Override
    protected boolean await(long nanos) {
        counts.enters.add(1);
        int res = poller.await(nanos);
        if (res < 0 && res != -Errno.EINTR) {
            throw new IllegalStateException("wait of " + ringName() + ": " + Errno.name(-res));
        }
        events = Math.max(0, res);
        return res != -Errno.EINTR;
    }

    @Override
    protected int deliver() {
        int count = events;
        events = 0;
        for (int i = 0; i < count; i++) {
            if (poller.noted(i)) {
                continue;
            }
            Parked parked = registered.find(poller.token(i));
            if (parked != null && poller.refused(i) < 0) {
                refuse(parked, poller.bits(i), poller.refused(i));
            } else if (parked != null) {
                parked.happened(poller.bits(i));
                parked.error = parked.error != 0 ? parked.error : poller.taken(i);
                lookAll(parked); // before somebody takes what there is to see
                retryAll(parked, Interest.READABLE);
                retryAll(parked, Interest.WRITABLE);
            }
        }
        return count;
    }

    /// The poller does not watch the fd after all: who waits for it is told why.
    private void refuse(Parked parked, int bits, int res) {
        parked.watched &= ~bits;
        if (parked.watched == 0) {
            registered.remove(parked.token);
            parked.token = -1;
        }
        Interest interest = bits == Poller.WRITABLE ? Interest.WRITABLE : Interest.READABLE;
        for (Op op : parked.all(interest)) {
            parked.remove(op);
            completeLater(op, res, 0);
        }
    }

    private void lookAll(Parked parked) {
        for (int looks = parked.watchers(); looks > 0; looks--) {
            Op op = parked.pollWatcher();
            if (op == null) {
                return; // a callback has ended those behind it
            }
            op.setState(State.READY);
            submit(op);
        }
    }

    private void retryAll(Parked parked, Interest interest) {
        for (int tries = parked.waiting(interest); tries > 0 && parked.mayBeReady(interest); tries--) {
            Op op = parked.pollWaiting(interest);
            if (op == null) {
                return; // a callback has ended those behind it
            }
            retry(op, parked, interest);
        }
    }

    private void retry(Op op, Parked parked, Interest interest) {
        for (int items = 0; items < ITEMS_A_TURN; items++) {
            if (!op.isImmediate() && !parked.mayBeReady(interest)) {
                park(op, interest);
                return;
            }
            int res = attempt(op, parked, interest);
            if (res == -Errno.EAGAIN) {
                waitFor(op);
                return;
            }
            if (!settle(op, res, op.attemptFlags())) {
                return;
            }
        }
        submit(op);
    }

    @Override
    protected boolean hasMore() {
        return false;
    }

    @Override
    protected boolean hasUnsubmitted() {
        return poller.hasUnsubmitted();
    }

    @Override
    protected int readableFd() {
        return poller.fd();
    }

    @Override
    protected void unwatched() {}

    // ---- operations

    @Override
    protected void submit(Op op) {
        Interest interest = op.interest();
        if ((interest != Interest.READABLE && interest != Interest.WRITABLE) || op.handle == null) {
            attempt(op);
            return;
        }
        Parked parked = parked(op.handle);
        if (!op.isImmediate() && !op.watches() && !parked.mayBeReady(interest)) {
            park(op, interest);
            return;
        }
        int res = attempt(op, parked, interest);
        if (res == -Errno.EAGAIN) {
            waitFor(op);
        } else {
            completeLater(op, res, op.attemptFlags());
        }
    }

    /// One attempt, and what its result says about the fd.
    private int attempt(Op op, Parked parked, Interest interest) {
        boolean usesFd = !op.isImmediate();
        int res = attemptNow(op);
        if (usesFd && res > 0 && op.drains(res) && poller.tellsUrgentData()) {
            parked.exhausted(interest);
        }
        return usesFd && parked.error != 0 && isWithoutError(parked, interest, res) ? takenError(parked) : res;
    }

    /// What a socket says whose error was taken from it.
    private static boolean isWithoutError(Parked parked, Interest interest, int res) {
        boolean end = res == 0 && interest == Interest.READABLE && parked.handle.kind() == Kind.STREAM;
        return end || res == -Errno.EAGAIN || res == -Errno.EPIPE;
    }

    private static int takenError(Parked parked) {
        int error = parked.error;
        parked.error = 0;
        return error;
    }

    @Override
    protected void park(Op op, Interest interest) {
        Parked parked = parked(Objects.requireNonNull(op.handle));
        if (!op.watches()) {
            parked.exhausted(interest);
        }
        int res = watch(parked, interest == Interest.READABLE ? Poller.READABLE : Poller.WRITABLE);
        if (res < 0) {
            completeLater(op, res, 0);
            return;
        }
        parked.add(op);
        op.setState(State.PARKED);
    }

    /// Registers what is not registered yet, and has an fd.
    private int watch(Parked parked, int bit) {
        if ((parked.watched & bit) != 0 || parked.handle.source() != null) {
            return 0;
        }
        if (parked.token < 0) {
            parked.token = registered.add(parked);
        }
        int res = poller.register(parked.handle.fd, parked.token, bit);
        if (res >= 0) {
            parked.watched |= res;
        } else if (parked.watched == 0) {
            registered.remove(parked.token);
            parked.token = -1;
        }
        return res;
    }

    private static Parked parked(Handle handle) {
        if (handle.attachment instanceof Parked known) {
            return known;
        }
        Parked parked = new Parked(handle);
        handle.attachment = parked;
        return parked;
    }

    @Override
    protected void abort(Op op) {
        parked(Objects.requireNonNull(op.handle)).remove(op);
        completeLater(op, -Errno.ECANCELED, 0);
    }

    @Override
    protected void recall(Op op) {
        parked(Objects.requireNonNull(op.handle)).remove(op);
        op.setState(State.READY);
        submit(op);
    }

    @Override
    protected void release(Op op) {}

    /// Where others have the file too its events would go on after close(2).
    @Override
    public void forget(Handle handle) {
        stopWatching(handle, handle.mayOutliveClose());
    }

    @Override
    public void handOver(Handle handle) {
        stopWatching(handle, true);
    }

    private void stopWatching(Handle handle, boolean staysOpen) {
        super.forget(handle);
        if (handle.attachment instanceof Parked parked && parked.token >= 0) {
            registered.remove(parked.token);
            if (staysOpen) {
                poller.deregister(handle.fd);
            } else {
                poller.closing(handle.fd);
            }
        }
        handle.attachment = null;
    }

    /// Owner: how many fds the poller watches for it.
    public int watched() {
        return registered.size();
    }

    @Override
    public @Nullable Notes notes() {
        return poller.notes();
    }

    @Override
    public int socketFlags() {
        return Linux.SOCK_CLOEXEC() | Linux.SOCK_NONBLOCK();
    }

    @Override
    public PoolMemory pool(int count, int size) {
        return new PlainPool(this, count, size);
    }

    // ---- waking, the end

    @Override
    protected void signal() {
        poller.wake();
    }

    @Override
    protected boolean outliveOwner() {
        return true;
    }

    @Override
    protected void shutDown(boolean drained) {
        poller.close(wakeFlag.owed());
    }
}
