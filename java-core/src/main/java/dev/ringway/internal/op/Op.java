package dev.ringway.internal.op;

import dev.ringway.Waker;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One operation, from preparation to its last completion.
///
/// Its life:
///
/// 1. *NEW.* It holds its inputs and nothing else. Options may be set.
/// 2. *Start*, on any thread: bad input throws here, before any system call, and leaves it NEW. From now on its memory
///    belongs to it. On the polling thread it begins at once, from elsewhere it travels through the inbox (POSTED).
/// 3. *Begin*, on the polling thread, as everything that follows: its time limit is armed; it joins the operations in
///    flight of its handle; on a stream it waits for its turn in the lane (QUEUED). What needs the kernel then waits
///    for the part of the turn that submits (STARTED); cancelled before that, it never gets there.
/// 4. *Run*: the driver either hands it to the kernel with [#prepare] (KERNEL), or makes the call itself with
///    [#attempt]: at once, on the offload executor (OFFLOAD), or, after -EAGAIN, again when the fd is ready (PARKED) or
///    a time has passed (TIMER).
/// 5. *Complete*: every way of running ends in one int, a value or -errno, and so in [#complete]. It says [Step#DONE],
///    or asks for another round: back to 4. Results that are found on the stack of the caller wait as READY, so that
///    nobody is called back there. A send without a copy may then be [Step#OWED]: its outcome is known, and its memory
///    is not free yet.
/// 6. *Finish*: turn, scratch memory, slot and place in the handle are given up, inputs go back to the user, and then,
///    last, the user is told (DONE). `reset` makes it NEW again.
///
/// Cancelling never shortens this way: it only asks whoever holds the operation to be quick, and says in [#cause] how
/// to name the result if there is none.
public abstract class Op extends Task {
    /// Result of an attempt that somebody else will complete through [Driver#completeLater].
    public static final int PENDING = Integer.MIN_VALUE;

    @SuppressWarnings("StaticAssignmentOfThrowable") // when it is wanted it cannot be made
    private static final IOException SPEECHLESS = new Failures.Speechless();

    private static final VarHandle STATE;
    private static final VarHandle WAKER;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Op.class, "state", int.class);
            WAKER = MethodHandles.lookup().findVarHandle(Op.class, "waker", Waker.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /// The loop that drives it.
    public final Driver driver;
    /// The fd it works on; null for operations that need none, or that have not made it yet.
    public @Nullable Handle handle;
    /// The user's fd, which is not lost for as long as this operation may be started.
    @SuppressWarnings("unused") // held, not read
    private final @Nullable Object user;
    /// Where it was prepared, if that is tracked: there what it makes was made.
    private final @Nullable Throwable preparedAt;

    // From its start to its end all of this is confined to the polling thread.
    private int state = State.NEW;
    private Cause cause = Cause.NONE;
    private long timeoutNanos;
    private @Nullable TimeLimit timeLimit;
    private int round;
    private int error;

    // Settled between the thread that polls the operation and the polling thread; see poll and wake.
    private volatile @Nullable Waker waker;

    /// Its name for the kernel, with its slot in the driver's table in the lower half; negative while it has none.
    public long userData = -1;
    /// When the turn began in which it began itself, by the ring's clock.
    public long begunNanos;
    /// Its scratch memory while it is in flight, or 0.
    public long scratch;
    /// Link of the lane it queues in.
    @Nullable Op nextInLane;
    /// Links of the operations in flight of its handle.
    @Nullable Op nextInFlight;
    @Nullable Op previousInFlight;
    /// The work that the offload executor has for it.
    public @Nullable Object offloaded;
    /// Link of the ready queue, or of the driver's queue that it waits in.
    public @Nullable Op nextWaiting;
    /// What it will be completed with once it leaves the ready queue.
    public int readyResult;
    public int readyFlags;
    /// What [Flight] measures it by, if somebody records.
    public @Nullable Object flight;
    /// Where the driver lets it wait for [Step#LATER].
    public @Nullable TimerEntry retryTimer;

    protected Op(Driver driver, @Nullable Handle handle) {
        this.driver = driver;
        this.handle = handle;
        this.user = handle == null ? null : handle.user();
        this.preparedAt = driver.tracksCreation() ? new Throwable("prepared") : null;
    }

    /// Where it was prepared, if that is tracked.
    public final @Nullable Throwable preparedAt() {
        return preparedAt;
    }

    /// The fd that it works on.
    protected final int fd() {
        return required(handle, "handle").fd;
    }

    // ---- the contract: what an operation says

    /// The system call's name, for messages.
    public abstract String call();

    /// What it works on, for messages.
    public String subject() {
        return handle == null ? driver.ringName() : handle.toString();
    }

    /// What else it works on, if there are two: a rename's new path.
    public @Nullable String other() {
        return null;
    }

    /// io_uring: fills the entry. The default leaves it unfilled, which means: attempt only.
    public void prepare(Sqe sqe) {
        sqe.none();
    }

    /// How it waits when it is attempted. While it waits this stays the same.
    public Interest interest() {
        return Interest.NOW;
    }

    /// Whether it is a plain call on every backend, made where it begins: io_uring is never told of it.
    public boolean isDirect() {
        return interest() == Interest.NOW && !onDirectDescriptor();
    }

    /// Whether what it works on is known to the ring alone.
    public final boolean onDirectDescriptor() {
        return handle != null && handle.isDirectDescriptor();
    }

    /// Whether the next round needs neither the fd nor the kernel: it is attempted at once.
    public boolean isImmediate() {
        return false;
    }

    /// Whether the kernel carries out its round as a whole, and says nothing of it before that has ended or
    /// [Driver#endRound] has been asked for: it then says what has been moved, or -ECANCELED.
    public boolean isOneRound() {
        return false;
    }

    /// Makes the call itself: value or -errno; -EAGAIN waits for [#interest()].
    public int attempt(Sys sys) {
        return -Errno.ENOSYS;
    }

    /// Owner: its attempt is about to be made elsewhere; what it needs from here it takes now.
    ///
    /// @return 0, or -errno to end the round with
    public int beforeOffload() {
        return 0;
    }

    /// Flags that go with the result of an attempt, as io_uring would have set them.
    public int attemptFlags() {
        return 0;
    }

    /// Takes the result of one round.
    public abstract Step complete(int res, int flags);

    /// What may help after this failure, as the end of a sentence; nothing if that is not known.
    protected String remedy(int errno) {
        return "";
    }

    /// Native memory it needs while in flight.
    public int scratchBytes() {
        return 0;
    }

    /// Writes what the kernel is to read into the scratch memory, once, before the first round.
    protected void fillScratch(long address) {}

    /// Whether a successful attempt with this result has taken everything there was, so that the next one would only
    /// say -EAGAIN.
    public boolean drains(int res) {
        return false;
    }

    /// Whether it only looks at its fd: it takes nothing, and so says nothing about what is left there.
    public boolean watches() {
        return false;
    }

    /// How long to wait where nothing but time can be waited for.
    public long delayNanos() {
        return 10_000_000;
    }

    /// The lane it queues in, if it must wait for its turn.
    public @Nullable Lane lane() {
        return null;
    }

    /// Whether it takes from its handle, for messages and exception types.
    public boolean reads() {
        return interest() == Interest.READABLE;
    }

    /// Whether asking for its end makes sense; close runs to its end in any case.
    public boolean cancellable() {
        return true;
    }

    /// Whether a call that a signal interrupted is simply made again.
    public boolean retriesInterrupt() {
        return true;
    }

    /// Any thread: its result came after the end of its ring. What it holds is disposed of.
    public void late(Sys sys, int res) {}

    /// Checks and takes its inputs, at start, on the caller's thread. What it throws leaves the operation NEW.
    protected void takeInputs() {}

    /// Gives its inputs back, whatever happened.
    protected void returnInputs() {}

    /// The start was refused: whoever was to be told is not.
    protected abstract void dropCompletion();

    /// Takes the completion, marks the operation as done, and tells the user, in this order: from the mark on somebody
    /// else may start it anew.
    protected abstract void conclude();

    /// It is done, and its creator's again.
    protected final void markDone() {
        STATE.setRelease(this, State.DONE);
    }

    /// Polling thread: it has made the fd that it goes on with.
    protected final void workOn(Handle born) {
        driver.attach(this, born);
        handle = born;
    }

    // ---- start

    /// Starts it: step 2.
    protected final void launch() {
        boolean travels = !driver.onOwner();
        admit(travels);
        boolean begun = false;
        try {
            driver.start(this, travels);
            begun = true;
        } finally {
            if (!begun) {
                refuse(travels);
            }
        }
    }

    /// Step 2 but for the way to the polling thread.
    ///
    /// @param travels whether it begins by [Driver#arrive], rather than here and now
    final void admit(boolean travels) {
        if (state != State.NEW) {
            throw new IllegalStateException(call() + " on " + subject() + ": the operation "
                    + (isDone() ? "has finished; reset it to start it again" : "has been started already"));
        }
        Lane lane = lane();
        if (lane != null) {
            lane.admit(this, travels);
        }
        boolean taken = false;
        try {
            takeInputs();
            taken = true;
        } finally {
            if (!taken) {
                leaveUnstarted(travels);
            }
        }
        state = State.POSTED;
    }

    /// Takes [#admit] back: it will not begin.
    final void refuse(boolean travels) {
        state = State.NEW;
        returnInputs();
        leaveUnstarted(travels);
    }

    private void leaveUnstarted(boolean travels) {
        dropCompletion();
        Lane lane = lane();
        if (lane != null) {
            lane.refuse(this, travels);
        }
    }

    /// Arrives on the polling thread.
    @Override
    public final void run() {
        driver.arrive(this);
    }

    /// Makes it startable again.
    protected final void renew() {
        if (state != State.DONE && state != State.NEW) {
            throw new IllegalStateException(call() + " on " + subject() + ": reset of an operation in flight");
        }
        state = State.NEW;
        if (cause != Cause.NONE) {
            cause = Cause.NONE;
        }
        round++;
    }

    /// Checks that options may still be set.
    protected final void checkNew() {
        if (state != State.NEW) {
            throw new IllegalStateException(
                    call() + " on " + subject() + ": options must be set before the operation is started");
        }
    }

    protected final void setTimeout(Duration limit) {
        checkNew();
        if (limit.isNegative()) {
            throw new IllegalArgumentException(
                    call() + " on " + subject() + ": negative timeout " + limit + "; use zero for no limit");
        }
        timeoutNanos = Durations.nanos(limit);
    }

    // ---- state, for the driver

    public final int state() {
        return state;
    }

    public final void setState(int next) {
        state = next;
    }

    /// Counts its starts, so that a late request can tell them apart.
    public final int round() {
        return round;
    }

    public final boolean isDone() {
        return (int) STATE.getAcquire(this) == State.DONE;
    }

    /// Why it was asked to end, if it was.
    public final Cause cause() {
        return cause;
    }

    /// The first cause counts.
    public final void setCause(Cause first) {
        if (cause == Cause.NONE) {
            cause = first;
        }
    }

    /// Whether it has been asked to end.
    public final boolean ending() {
        return cause != Cause.NONE;
    }

    /// Whether a request to end what it has in the kernel still stands.
    public boolean mustStop() {
        return ending() || isImmediate();
    }

    /// Whether its handle was closed under it, which shuts a socket down: what looks like the peer's end is our own
    /// then, also if it had been cancelled or had timed out before the close.
    protected final boolean endedByUs() {
        return ending() && (cause == Cause.TEARDOWN || (handle != null && handle.isClosed()));
    }

    /// Step 3, its time limit.
    public void armTimeLimit() {
        if (timeoutNanos > 0) {
            TimeLimit limit = timeLimit;
            if (limit == null) {
                limit = new TimeLimit();
                timeLimit = limit;
            }
            driver.arm(limit, timeoutNanos);
        }
    }

    /// Stops the time limit: it has finished, or is paused.
    public final void disarmTimeLimit() {
        TimeLimit limit = timeLimit;
        if (limit != null) {
            driver.disarm(limit);
        }
    }

    /// Step 4, before the first round.
    public final void takeScratch(long address) {
        scratch = address;
        fillScratch(address);
    }

    /// Step 6, first: what it had of the user's goes back.
    public final void giveUpInputs() {
        returnInputs();
    }

    /// Step 6, last, after the driver has given up everything that it held for the operation.
    public final void finish() {
        conclude();
    }

    // ---- outcome

    /// The outcome is a failure: -errno.
    protected final Step failed(int res) {
        error = res;
        return Step.DONE;
    }

    /// The outcome is no failure.
    protected final Step succeeded() {
        error = 0;
        return Step.DONE;
    }

    /// The failure as an exception, or null.
    protected @Nullable Throwable outcome() {
        try {
            return error == 0 ? null : Failures.of(this, error);
        } catch (OutOfMemoryError | LinkageError speechless) { // the latter if there is no memory for a class
            return SPEECHLESS;
        }
    }

    /// Why the finished operation failed, or null.
    public final @Nullable Throwable failure() {
        if (!isDone()) {
            throw new IllegalStateException(this + ": no result yet");
        }
        return Failures.here(outcome());
    }

    /// Starts it on first use, remembers the waker, says whether it is done.
    ///
    /// The race with the completion is settled by order: here the waker is stored before the state is read, there the
    /// state is written before the waker is taken. One of the two sees the other.
    public final boolean poll(Waker latest) {
        if (isDone()) {
            return true;
        }
        WAKER.setVolatile(this, required(latest, "waker"));
        if (state == State.NEW) {
            launch();
        }
        return (int) STATE.getVolatile(this) == State.DONE;
    }

    /// Wakes who polled it; the other half of [#poll].
    protected final void wake() {
        VarHandle.fullFence();
        Waker latest = (Waker) WAKER.getAndSet(this, (Waker) null);
        if (latest != null) {
            try {
                latest.wake();
            } catch (Throwable thrown) {
                driver.uncaught(thrown);
            }
        }
    }

    /// Its last completion will never be seen: the user is told, but its memory is not given back, since the kernel may
    /// still write to it.
    public final void abandon() {
        setCause(Cause.TEARDOWN);
        try {
            complete(-Errno.ECANCELED, 0);
        } catch (OutOfMemoryError none) {
            failed(-Errno.ECANCELED);
        }
        conclude();
    }

    // ---- cancel

    /// Asks for its end, from any thread.
    public final void cancel() {
        if (state == State.NEW || isDone()) {
            return;
        }
        if (driver.onOwner()) {
            driver.cancel(this, Cause.CANCEL);
        } else {
            driver.post(new CancelRequest(this, round));
        }
    }

    @Override
    public String toString() {
        return call() + " on " + subject() + " (" + State.name(state) + ")";
    }

    /// A cancel on its way to the polling thread; the operation may have ended and been started anew by then.
    private static final class CancelRequest extends Task {
        private final Op op;
        private final int round;

        CancelRequest(Op op, int round) {
            this.op = op;
            this.round = round;
        }

        @Override
        public void run() {
            if (op.round == round) {
                op.driver.cancel(op, Cause.CANCEL);
            }
        }
    }

    private final class TimeLimit extends TimerEntry {
        @Override
        public void expired() {
            driver.cancel(Op.this, Cause.TIMEOUT);
        }
    }

    protected static <T> T required(@Nullable T value, String name) {
        return Objects.requireNonNull(value, name);
    }
}
