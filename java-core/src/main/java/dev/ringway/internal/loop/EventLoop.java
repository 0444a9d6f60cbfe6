package dev.ringway.internal.loop;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Cause;
import dev.ringway.internal.op.Failures;
import dev.ringway.internal.op.Flight;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.InFlight;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.Log;
import dev.ringway.internal.op.MultiOp;
import dev.ringway.internal.op.Notes;
import dev.ringway.internal.op.Op;
import dev.ringway.internal.op.PoolMemory;
import dev.ringway.internal.op.RegisteredMemory;
import dev.ringway.internal.op.State;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.TimerEntry;
import org.jspecify.annotations.Nullable;

/// How an operation moves from hand to hand: what all drivers share.
///
/// [Op] tells the story; here are its steps 3 to 6. A driver adds how an operation is submitted, how it waits for its
/// fd, and how it is asked to end.
public abstract class EventLoop extends TurningLoop {
    private static final Log UNENDED = new Log(System.Logger.Level.WARNING);

    private final Slabs memory = new Slabs();
    private final Offload offload;
    /// What has begun and waits to be submitted.
    private final OpQueue started = new OpQueue();
    /// What has a result that waits to be taken.
    private final OpQueue ready = new OpQueue();
    private final InFlight withoutHandle = new InFlight();
    private @Nullable Handle firstOpen;
    /// The operation whose result is being taken.
    private @Nullable Op completing;

    protected EventLoop(LoopOptions options) {
        super(options);
        this.offload = new Offload(options.name, options.offload);
    }

    // ---- what a driver adds

    /// Owner: hands the operation to the kernel, or attempts it. Never calls back.
    protected abstract void submit(Op op);

    /// Owner: the operation waits for its fd.
    protected abstract void park(Op op, Interest interest);

    /// Owner: asks for the end of an operation that is [State#KERNEL] or [State#PARKED].
    protected abstract void abort(Op op);

    /// Owner: takes an operation that is [State#KERNEL] or [State#PARKED] back, to run it again.
    protected abstract void recall(Op op);

    /// Owner: the operation has finished; what the driver has for it goes.
    protected abstract void release(Op op);

    /// Any thread: memory for a pool.
    public abstract PoolMemory pool(int count, int size);

    /// Any thread: buffers that drivers who can do so register with the kernel.
    public RegisteredMemory registeredMemory(int count, int size) {
        return new RegisteredMemory(this, count, size);
    }

    /// What the driver found at set-up, in a few words.
    public String details() {
        return "";
    }

    // ---- begin

    @Override
    public final void start(Op op, boolean travels) {
        if (travels) {
            postStart(op);
        } else if (isEnding()) {
            throw closed(op.call() + " on " + op.subject());
        } else {
            begin(op);
        }
    }

    private void postStart(Op op) {
        if (op.cancellable()) {
            postOrThrow(op, op.call() + " on " + op.subject());
        } else if (!postAlways(op)) {
            throw closed(op.call() + " on " + op.subject());
        }
    }

    @Override
    public final void arrive(Op op) {
        Lane lane = op.lane();
        if (lane != null) {
            lane.arrived();
        }
        begin(op);
    }

    private void begin(Op op) {
        counts.inFlight.add(1);
        op.begunNanos = turnBegan();
        Flight flight = flight();
        if (flight != null) {
            op.flight = flight.began(op);
        }
        Handle handle = op.handle;
        if (handle == null) {
            withoutHandle.add(op);
        } else {
            handle.inFlight().add(op);
        }
        if (isEnding()) {
            op.setCause(Cause.TEARDOWN);
        } else if (handle != null && handle.isClosed()) {
            op.setCause(Cause.CLOSED);
        }
        if (op.ending()) {
            completeLater(op, -Errno.ECANCELED, 0);
            return;
        }
        op.armTimeLimit();
        Lane lane = op.lane();
        if (lane == null || lane.enter(op)) {
            run(op);
        } else {
            op.setState(State.QUEUED);
        }
    }

    private void run(Op op) {
        int scratchBytes = op.scratchBytes();
        if (scratchBytes > 0) {
            try {
                op.takeScratch(memory.allocate(scratchBytes));
            } catch (OutOfMemoryError none) {
                completeLater(op, -Errno.ENOMEM, 0);
                return;
            }
        }
        if (op.isDirect() || op.isImmediate()) {
            submit(op); // which needs nothing from the kernel, or is not to wait for its turn there
        } else {
            op.setState(State.STARTED);
            started.add(op);
        }
    }

    /// All of a turn at once, from the top of the loop: near there the compiler still inlines, while code that is
    /// reached through a callback lies too deep for it, and would take twice the time.
    @Override
    final void submitStarted() {
        for (int count = started.size(); count > 0; count--) {
            Op op = started.poll();
            if (op == null) {
                return;
            }
            if (op.ending()) {
                completeLater(op, -Errno.ECANCELED, 0); // it was asked to end meanwhile
            } else {
                submitOrFail(op);
            }
        }
    }

    private void submitOrFail(Op op) {
        try {
            submit(op);
        } catch (OutOfMemoryError none) { // before the kernel has it
            completeLater(op, -Errno.ENOMEM, 0);
        }
    }

    @Override
    final boolean hasStarted() {
        return started.size() > 0;
    }

    // ---- attempt

    /// Makes the call itself: for readiness drivers, and for what a ring has no word for. Never calls back.
    protected final void attempt(Op op) {
        if (op.interest() == Interest.OFFLOAD && !op.isImmediate()) {
            offload(op);
            return;
        }
        int res = attemptNow(op);
        if (res == -Errno.EAGAIN) {
            waitFor(op);
        } else if (res == Op.PENDING) {
            op.setState(State.IDLE);
        } else {
            completeLater(op, res, op.attemptFlags());
        }
    }

    /// The call, made again for as long as signals interrupt it.
    protected final int attemptNow(Op op) {
        return attemptWith(op, sys);
    }

    static int attemptWith(Op op, Sys sys) {
        if (op.onDirectDescriptor() && !op.isImmediate()) {
            return -Errno.EOPNOTSUPP; // it has no number that a system call would take
        }
        int res;
        do {
            res = op.attempt(sys);
        } while (res == -Errno.EINTR && op.retriesInterrupt());
        return res;
    }

    /// The call said -EAGAIN.
    protected final void waitFor(Op op) {
        Interest interest = op.interest();
        switch (interest) {
            case LATER -> retryLater(op);
            case OFFLOAD -> offload(op); // it turned out that only a thread can wait
            default -> park(op, interest);
        }
    }

    final void retryLater(Op op) {
        TimerEntry timer = op.retryTimer;
        if (timer == null) {
            timer = new TimerEntry() {
                @Override
                public void expired() {
                    submit(op);
                }
            };
            op.retryTimer = timer;
        }
        op.setState(State.TIMER);
        arm(timer, op.delayNanos());
    }

    private void offload(Op op) {
        int refused = op.beforeOffload();
        if (refused < 0) {
            completeLater(op, refused, 0);
            return;
        }
        counts.offloads.add(1);
        op.setState(State.OFFLOAD);
        OffloadedAttempt attempt = new OffloadedAttempt(this, op);
        op.offloaded = attempt;
        if (!offload.execute(attempt::make)) {
            op.offloaded = null;
            completeLater(op, Failures.REJECTED, 0);
        }
    }

    // ---- complete

    /// Takes the result of a round, from the top of the loop.
    protected final void completed(Op op, int res, int flags) {
        if (settle(op, res, flags)) {
            submit(op);
        }
    }

    /// Takes the result of a round, from the top of the loop.
    ///
    /// @return whether the operation wants another round at once
    protected final boolean settle(Op op, int res, int flags) {
        Flight flight = flight();
        Object delivering = flight == null ? null : flight.delivering();
        boolean again = settleNow(op, res, flags);
        if (flight != null && delivering != null) {
            flight.delivered(op, delivering);
        }
        return again;
    }

    private boolean settleNow(Op op, int res, int flags) {
        int real = res;
        if (res == -Errno.EINTR && op.ending()) {
            real = -Errno.ECANCELED; // it was interrupted because it was asked to end
        } else if (res == -Errno.EINTR && op.retriesInterrupt()) {
            return true;
        }
        if (op.state() != State.KERNEL) {
            op.setState(State.READY); // nobody else has it: asking it to end, from its own callback, leaves it here
        }
        Handle handle = op.handle;
        if (real > 0 && handle != null) {
            handle.countMove();
        }
        completing = op;
        Step step = op.complete(real, flags);
        completing = null;
        return switch (step) {
            case DONE -> {
                finished(op);
                yield false;
            }
            case AGAIN -> true;
            case LATER -> {
                retryLater(op);
                yield false;
            }
            case MORE -> wantsMore(op);
            case EVENT -> {
                waitForEvent(op);
                yield false;
            }
            case IDLE -> {
                op.setState(State.IDLE);
                yield false;
            }
            case OWED -> {
                outlive(op);
                yield false;
            }
            case RETURNED -> {
                returned(op);
                yield false;
            }
        };
    }

    /// The kernel goes on by itself; who is attempted is attempted again, unless its consumer has paused.
    private boolean wantsMore(Op op) {
        if (op.state() == State.KERNEL) {
            return false;
        }
        if (op.ending()) {
            return settle(op, -Errno.ECANCELED, 0);
        }
        if (op instanceof MultiOp<?> iteration && iteration.saturated()) {
            op.setState(State.IDLE);
            return false;
        }
        return true;
    }

    /// Without a look in between, which would find the same again.
    private void waitForEvent(Op op) {
        if (op instanceof MultiOp<?> iteration && iteration.saturated()) {
            op.setState(State.IDLE);
        } else {
            park(op, op.interest());
        }
    }

    @Override
    public final void completeLater(Op op, int res, int flags) {
        op.readyResult = res;
        op.readyFlags = flags;
        op.setState(State.READY);
        ready.add(op);
    }

    @Override
    final int deliverReady() {
        int count = ready.size();
        for (int i = 0; i < count; i++) {
            Op op = ready.poll();
            if (op != null) {
                completed(op, op.readyResult, op.readyFlags);
            }
        }
        return count;
    }

    @Override
    final boolean hasReady() {
        return ready.size() > 0;
    }

    // ---- finish

    @Override
    public final void finished(Op op) {
        giveUp(op);
        leave(op);
        op.finish();
    }

    /// Only its memory is still with the kernel.
    private void outlive(Op op) {
        op.disarmTimeLimit();
        leave(op);
        withoutHandle.add(op);
    }

    private void returned(Op op) {
        giveUp(op);
        withoutHandle.remove(op);
        op.finish();
    }

    private void giveUp(Op op) {
        Flight flight = flight();
        Object began = op.flight;
        if (flight != null && began != null) {
            op.flight = null;
            flight.ended(op, began);
        }
        op.disarmTimeLimit();
        op.giveUpInputs(); // before the next one's turn: bytes that stay with the handle are the next one's
        if (op.scratch != 0) {
            memory.free(op.scratch, op.scratchBytes());
            op.scratch = 0;
        }
        release(op);
        counts.inFlight.add(-1);
    }

    /// Its turn and its place in the handle are others'.
    private void leave(Op op) {
        Lane lane = op.lane();
        Op next = lane == null ? null : lane.leave(op);
        if (next != null && next.state() == State.QUEUED) {
            run(next);
        }
        Handle handle = op.handle;
        if (handle == null) {
            withoutHandle.remove(op);
        } else {
            handle.remove(op);
        }
    }

    @Override
    public final void attach(Op op, Handle born) {
        withoutHandle.remove(op);
        born.inFlight().add(op);
    }

    // ---- cancel, stop, resume

    @Override
    public final void cancel(Op op, Cause cause) {
        if (op.state() == State.NEW || op.state() == State.DONE || op.ending() || !op.cancellable()) {
            return;
        }
        op.setCause(cause);
        switch (op.state()) {
            case State.QUEUED, State.IDLE -> completeLater(op, -Errno.ECANCELED, 0);
            case State.TIMER -> {
                disarmRetry(op);
                completeLater(op, -Errno.ECANCELED, 0);
            }
            case State.OFFLOAD -> takeBack(op);
            case State.KERNEL, State.PARKED -> abort(op);
            default -> {} // POSTED and STARTED see the cause when it is their turn, READY has its result already
        }
    }

    private void disarmRetry(Op op) {
        TimerEntry timer = op.retryTimer;
        if (timer != null) {
            timers.disarm(timer);
        }
    }

    /// An offloaded attempt that runs already goes on: there is no safe way to stop a thread in a system call.
    private void takeBack(Op op) {
        if (op.offloaded instanceof OffloadedAttempt attempt && attempt.takeBack()) {
            op.offloaded = null;
            completeLater(op, -Errno.ECANCELED, 0);
        }
    }

    @Override
    public final void runAgain(Op op) {
        if ((op.state() == State.KERNEL || op.state() == State.PARKED) && !op.ending() && op.isImmediate()) {
            recall(op);
        }
    }

    @Override
    public final void endRound(Op op) {
        if (op.state() == State.KERNEL && !op.ending() && op.cancellable()) {
            recall(op);
        }
    }

    @Override
    public final void stop(MultiOp<?> op) {
        if (op.state() == State.KERNEL) {
            abort(op);
        }
    }

    @Override
    public final boolean resume(Op op) {
        if (op.state() != State.IDLE || op.ending()) {
            return false;
        }
        submit(op);
        return true;
    }

    // ---- what operations and handles ask

    @Override
    public final Sys sys() {
        return sys;
    }

    @Override
    public final String ringName() {
        return options.name;
    }

    @Override
    public final boolean tracksCreation() {
        return options.tracksCreation;
    }

    @Override
    public final int queueLimit() {
        return options.queueLimit;
    }

    @Override
    public final long closeDeadlineNanos() {
        return options.closeDeadlineNanos;
    }

    @Override
    public final void arm(TimerEntry entry, long delayNanos) {
        timers.arm(entry, sys.nanoTime(), Math.min(delayNanos, Timers.LONGEST_NANOS));
    }

    @Override
    public final void disarm(TimerEntry entry) {
        timers.disarm(entry);
    }

    @Override
    public final Slabs memory() {
        return memory;
    }

    @Override
    public final void poolExhausted() {
        counts.exhaustions.add(1);
    }

    @Override
    public int registeredFile(Handle file) {
        return -1;
    }

    @Override
    public void unregister(RegisteredMemory memory) {}

    @Override
    public @Nullable Notes notes() {
        return null;
    }

    @Override
    public int refusesDirect() {
        return -Errno.EOPNOTSUPP;
    }

    @Override
    public int closeDirect(int slot) {
        return -Errno.EBADF;
    }

    /// Any thread: operations that have begun and not finished.
    public final int inFlight() {
        return (int) counts.inFlight.get();
    }

    @Override
    public final void born(Handle handle) {
        Handle next = firstOpen;
        handle.nextOpen = next;
        if (next != null) {
            next.previousOpen = handle;
        }
        firstOpen = handle;
        if (completing != null) {
            handle.madeAt(completing.preparedAt());
        }
    }

    /// The handle leaves the list of open ones; drivers add what they know about it.
    @Override
    public void forget(Handle handle) {
        Handle next = handle.nextOpen;
        Handle previous = handle.previousOpen;
        if (next != null) {
            next.previousOpen = previous;
        }
        if (previous != null) {
            previous.nextOpen = next;
        } else if (firstOpen == handle) {
            firstOpen = next;
        }
        handle.nextOpen = null;
        handle.previousOpen = null;
    }

    @Override
    final void describe(Dump dump) {
        dump.operations("no handle", withoutHandle);
        dump.handles(firstOpen);
    }

    /// Drivers that have registered it with the kernel undo that.
    @Override
    public void handOver(Handle handle) {
        forget(handle);
    }

    // ---- the end

    @Override
    final void endAll() {
        withoutHandle.forEach(op -> cancel(op, Cause.TEARDOWN));
        for (Handle handle = firstOpen; handle != null; ) {
            Handle next = handle.nextOpen;
            handle.inFlight().forEach(op -> cancel(op, Cause.TEARDOWN));
            handle.markClosed();
            handle.closeOnOwner(null);
            handle = next;
        }
    }

    @Override
    final boolean hasUnended() {
        return inFlight() > 0 || firstOpen != null;
    }

    @Override
    final boolean abandonUnended() {
        offload.close();
        if (inFlight() == 0) {
            return true;
        }
        withoutHandle.abandon();
        for (Handle handle = firstOpen; handle != null; handle = handle.nextOpen) {
            handle.inFlight().abandon();
        }
        if (options.reportsUnended) {
            UNENDED.line("close of " + ringName() + ": " + inFlight()
                    + " operations have not ended in time; their memory is kept for good");
        }
        return false;
    }

    /// The kernel keeps the files that it still uses, and not their numbers; only a call that runs elsewhere uses
    /// those.
    @Override
    final void closeAbandoned() {
        for (Handle handle = firstOpen; handle != null; handle = handle.nextOpen) {
            if (!handle.inFlight().hasOffloaded()) {
                handle.closeFd();
            }
        }
    }
}
