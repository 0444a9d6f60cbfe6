package dev.ringway.internal.op.io;

import dev.ringway.Readiness;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.State;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.Waits;
import org.jspecify.annotations.Nullable;

/// splice(2).
///
/// It works on two fds. On the one it takes from it is in flight itself; on the other a [HeldTurn] stands for it. It
/// begins when it is its turn on both. Until both sides are ready it rests, and a [Poll] waits: on io_uring too, where
/// a splice that waits holds a thread of the kernel, of which a ring has few, and some would hold up all others.
public final class Splice extends SpliceInputs {
    private static final int NOT_NOW = -Errno.EINPROGRESS;

    private final SpliceCopy copy;
    private int moved;
    private boolean copies;
    private boolean unready;
    private @Nullable HeldTurn turn;
    private @Nullable Poll waiting;

    public Splice(Handle in, Handle out, int length) {
        super(in, out, length);
        this.copy = new SpliceCopy(in, out);
    }

    @Override
    public boolean reads() {
        return true;
    }

    @Override
    public @Nullable Lane lane() {
        return from < 0 ? in.reads : null;
    }

    @Override
    public int scratchBytes() {
        return PlainCalls.SCRATCH_BYTES;
    }

    @Override
    protected void takeInputs() {
        HeldTurn held = new HeldTurn(out, this, at < 0);
        turn = held;
        held.start((nothing, failure) -> {});
    }

    private boolean hasTurn() {
        return turn != null && turn.has();
    }

    /// What is retained comes first, and is at hand.
    @Override
    public boolean isImmediate() {
        return !hasTurn() || unready || length == 0 || (in.hasRetained() && !copy.holds());
    }

    @Override
    public void prepare(Sqe sqe) {
        unready = !copies && !isReady();
        if (!copies && !unready) {
            sqe.splice(in.fd, from, out.fd, at, atOnce(scratch), flags);
        }
    }

    @Override
    public Interest interest() {
        boolean elsewhere = in.waits() == Waits.ELSEWHERE || out.waits() == Waits.ELSEWHERE;
        return elsewhere || in.kind() == Kind.FILE || out.kind() == Kind.FILE ? Interest.OFFLOAD : Interest.LATER;
    }

    @Override
    public int attempt(Sys sys) {
        if (!hasTurn()) {
            return PENDING;
        }
        if (unready) {
            unready = false;
            return NOT_NOW;
        }
        int res = length == 0 ? 0 : call(sys);
        return res == -Errno.EAGAIN ? NOT_NOW : res;
    }

    private int call(Sys sys) {
        boolean retained = state() != State.OFFLOAD && in.hasRetained(); // elsewhere it is out of reach
        if (!copies && !retained) {
            int res = sys.splice(in.fd, from, out.fd, at, length, flags | Linux.SPLICE_F_NONBLOCK());
            if (res != -Errno.ENOSYS) {
                return res;
            }
        }
        copies = true;
        return copy.move(sys, scratch, length, retained, from, at < 0 ? at : at + moved);
    }

    @Override
    protected Step step(int res) {
        if (waiting != null && !waiting.isDone()) { // asked to end while it waits: that ends before
            waiting.cancel();
            fail(-Errno.ECANCELED, moved); // which stands if the ring ends first
            return Step.IDLE;
        }
        if (res == NOT_NOW || res == -Errno.EAGAIN || (res == -Errno.ECANCELED && !ending())) {
            return ending() ? fail(-Errno.ECANCELED, moved) : res == -Errno.ECANCELED ? Step.AGAIN : untilReady();
        }
        int real = in.kind().isSocket() ? Resets.see(in, res, length) : res;
        if (real < 0) {
            return fail(real, moved);
        }
        moved += given(real);
        if (real == 0 && length > 0) {
            return endedByUs() ? fail(-Errno.ECANCELED, moved) : done(moved == 0 ? -1 : moved);
        }
        return !copy.holds() ? done(moved) : ending() ? fail(-Errno.ECANCELED, moved) : Step.AGAIN;
    }

    private Step untilReady() {
        boolean give = copy.holds() || driver.sys().poll(in.fd, Linux.POLLIN()) != 0;
        Poll poll = new Poll(give ? out : in, give ? Readiness.WRITABLE : Readiness.READABLE);
        waiting = poll;
        poll.start((nothing, failure) -> waited());
        return Step.IDLE;
    }

    private void waited() {
        if (ending() && state() == State.IDLE) {
            driver.completeLater(this, -Errno.ECANCELED, 0);
        } else {
            required(turn, "turn").resume();
        }
    }

    @Override
    protected void returnInputs() {
        copy.end(from < 0);
        required(turn, "turn").release();
    }
}
