package dev.ringway.internal.loop;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Cause;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.InFlight;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.MultiOp;
import dev.ringway.internal.op.Op;
import dev.ringway.internal.op.PoolMemory;
import dev.ringway.internal.op.State;
import dev.ringway.internal.op.Task;
import dev.ringway.internal.op.TimerEntry;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The loop that every driver is: who owns it, what a turn does, how an operation moves from hand to hand.
///
/// A turn:
///
/// 1. takes what other threads have posted, and runs it;
/// 2. runs what was put off to the top of the loop: tasks, then results that were found on a caller's stack;
/// 3. waits in the kernel, submitting on the way: not at all if there is more to do, else until the next deadline;
/// 4. delivers what the kernel has, then expired timers, then again results that these have led to.
///
/// Each of these handles only what was there when it began, so that none starves the others. Users' code runs in 1, 2
/// and 4, never deeper: whatever it calls only queues.
///
/// Its end: from the moment [#close()] is heard, starting throws; everything in flight is asked to end and the loop
/// turns until that has happened, then the handles are closed, then the driver. What has not ended by the deadline is
/// reported, its user is told, and its memory is never given back.
public abstract class EventLoop implements Driver {
    private static final System.Logger LOGGER = System.getLogger("dev.ringway");

    protected final Sys sys;
    private final LoopOptions options;
    private final Slabs memory = new Slabs();
    private final Inbox inbox;
    private final Timers timers = new Timers();
    private final Offload offload;
    private final InFlight withoutHandle = new InFlight();
    protected final WakeFlag wakeFlag = new WakeFlag();
    private final AtomicReference<@Nullable Thread> owner = new AtomicReference<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    private ArrayDeque<Task> later = new ArrayDeque<>();
    private ArrayDeque<Task> laterNow = new ArrayDeque<>();
    private ArrayDeque<Runnable> local = new ArrayDeque<>();
    private ArrayDeque<Runnable> localNow = new ArrayDeque<>();
    private @Nullable Op firstReady;
    private @Nullable Op lastReady;
    private int readyCount;
    private @Nullable Handle firstOpen;
    private int inFlight;
    private boolean opened;
    private boolean inTurn;
    private boolean endAsked;
    private volatile boolean ending;

    protected EventLoop(LoopOptions options) {
        this.options = options;
        this.sys = options.sys;
        this.inbox = new Inbox(options.inboxLimit);
        this.offload = new Offload(this, options.offload);
    }

    // ---- what a driver adds

    /// Owner: the first turn is about to begin.
    protected abstract void open();

    /// Owner: hands the operation to the kernel, or attempts it. Never calls back.
    protected abstract void submit(Op op);

    /// Owner: the operation waits for its fd.
    protected abstract void park(Op op, Interest interest);

    /// Owner: asks for the end of an operation that is [State#KERNEL] or [State#PARKED].
    protected abstract void abort(Op op);

    /// Owner: the operation has finished; what the driver has for it goes.
    protected abstract void release(Op op);

    /// Owner: submits, and waits for so many nanoseconds (0: not at all, negative: without limit).
    protected abstract void await(long nanos);

    /// Owner: delivers what has come.
    ///
    /// @return how much
    protected abstract int deliver();

    /// Owner: whether [#deliver] has left something behind.
    protected abstract boolean hasMore();

    /// Any thread: writes to the wake fd.
    protected abstract void signal();

    /// Owner: everything has ended, or the deadline has passed: unmaps and closes.
    ///
    /// @param drained whether nothing is in flight any more
    protected abstract void shutDown(boolean drained);

    /// Whether a thread that is not the dead owner can go on turning the loop.
    protected abstract boolean outlivesOwner();

    /// Any thread: memory for a pool.
    public abstract PoolMemory pool(int count, int size);

    /// What the driver found at set-up, in a few words.
    public String details() {
        return "";
    }

    // ---- turning

    /// See [dev.ringway.Ring#poll].
    public final int poll(long limitNanos) {
        enter();
        try {
            return turn(limitNanos, false);
        } finally {
            leave();
        }
    }

    /// See [dev.ringway.Ring#run].
    public final void run() {
        do {
            enter();
            try {
                turn(-1, true);
            } finally {
                leave();
            }
        } while (!hasEnded());
    }

    /// Runs it on a thread of its own.
    public final void runOn(Thread.Builder builder) {
        Thread thread = builder.unstarted(() -> {
            try {
                run();
            } finally {
                close();
            }
        });
        owner.set(thread);
        thread.start();
    }

    private void enter() {
        Thread caller = Thread.currentThread();
        if (owner.get() != caller) {
            claim(caller);
        }
        if (inTurn) {
            throw new IllegalStateException(
                    "poll of " + ringName() + " from inside a callback: the turn is under way already");
        }
        if (hasEnded()) {
            throw new IllegalStateException("poll of " + ringName() + ": the ring is closed");
        }
        if (!opened) {
            opened = true;
            open();
        }
        inTurn = true;
    }

    private void claim(Thread caller) {
        if (caller.isVirtual()) {
            throw new IllegalStateException("poll of " + ringName() + " on the virtual thread " + caller.getName()
                    + ", which would hold its carrier in the kernel; use a platform thread, or Ring.start");
        }
        if (!owner.compareAndSet(null, caller)) {
            throw new IllegalStateException("poll of " + ringName() + " on the thread " + caller.getName()
                    + ": it belongs to the thread " + nameOf(owner.get()));
        }
    }

    private static String nameOf(@Nullable Thread thread) {
        return thread == null ? "(none)" : thread.getName();
    }

    private void leave() {
        inTurn = false;
        if (endAsked && !hasEnded()) {
            end(false);
        }
    }

    private boolean hasEnded() {
        return ended.getCount() == 0;
    }

    /// @param block whether to wait even if something has been handled already
    private int turn(long limitNanos, boolean block) {
        int handled = runPosted(inbox.takeAll()) + runPutOff() + deliverReady();
        long nanos = hasPutOff() || endAsked || (handled > 0 && !block) ? 0 : limitNanos;
        if (nanos != 0) {
            nanos = untilDeadline(nanos);
        }
        if (nanos != 0) {
            wakeFlag.sleeping();
            if (!inbox.isEmpty()) {
                nanos = 0;
            }
        }
        await(nanos);
        wakeFlag.awake();
        handled += deliver();
        handled += expireTimers();
        return handled + deliverReady();
    }

    private boolean hasPutOff() {
        return readyCount > 0 || !later.isEmpty() || !local.isEmpty() || hasMore();
    }

    private long untilDeadline(long limitNanos) {
        long next = timers.isEmpty() ? -1 : timers.untilNext(sys.nanoTime());
        if (next < 0) {
            return limitNanos;
        }
        return limitNanos < 0 ? next : Math.min(next, limitNanos);
    }

    private int expireTimers() {
        return timers.isEmpty() ? 0 : timers.expire(sys.nanoTime());
    }

    private int runPosted(@Nullable Task first) {
        int ran = 0;
        for (Task task = first; task != null; ran++) {
            Task next = task.nextPosted;
            task.nextPosted = null;
            runGuarded(task);
            task = next;
        }
        return ran;
    }

    private int runPutOff() {
        int ran = 0;
        if (!later.isEmpty()) {
            ArrayDeque<Task> tasks = later;
            later = laterNow;
            laterNow = tasks;
            for (Task task = tasks.pollFirst(); task != null; task = tasks.pollFirst()) {
                runGuarded(task);
                ran++;
            }
        }
        if (!local.isEmpty()) {
            ArrayDeque<Runnable> runnables = local;
            local = localNow;
            localNow = runnables;
            for (Runnable task = runnables.pollFirst(); task != null; task = runnables.pollFirst()) {
                runUsers(task);
                ran++;
            }
        }
        return ran;
    }

    private void runGuarded(Task task) {
        try {
            task.run();
        } catch (Throwable thrown) {
            uncaught(thrown);
        }
    }

    private void runUsers(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) {
            uncaught(thrown);
        }
    }

    private int deliverReady() {
        int count = readyCount;
        for (int i = 0; i < count; i++) {
            Op op = firstReady;
            if (op == null) {
                throw new AssertionError("the ready queue is shorter than its count");
            }
            firstReady = op.nextWaiting;
            if (firstReady == null) {
                lastReady = null;
            }
            op.nextWaiting = null;
            readyCount--;
            completed(op, op.readyResult, op.readyFlags);
        }
        return count;
    }

    // ---- the way of an operation

    @Override
    public final void start(Op op) {
        if (onOwner()) {
            if (ending) {
                throw rejected(op.call() + " on " + op.subject() + ": " + ringName() + " is closed");
            }
            begin(op);
        } else {
            addToInbox(op, op.call() + " on " + op.subject());
        }
    }

    private void addToInbox(Task task, String what) {
        Inbox.Added added = ending ? Inbox.Added.CLOSED : inbox.add(task, false);
        switch (added) {
            case YES -> wakeIfAsleep();
            case FULL -> throw rejected(what + ": the inbox of " + ringName() + " is full with " + options.inboxLimit
                    + " tasks (Ring.Builder.inboxLimit); start less at a time, or poll more often");
            case CLOSED -> throw rejected(what + ": " + ringName() + " is closed");
        }
    }

    private static RejectedExecutionException rejected(String message) {
        return new RejectedExecutionException(message);
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
        inFlight++;
        Handle handle = op.handle;
        if (handle == null) {
            withoutHandle.add(op);
        } else {
            handle.inFlight().add(op);
        }
        if (ending) {
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
            op.takeScratch(memory.allocate(scratchBytes));
        }
        submit(op);
    }

    /// Makes the call itself: for readiness drivers, and for what a ring has no word for. Never calls back.
    protected final void attempt(Op op) {
        if (op.interest() == Interest.OFFLOAD) {
            offload.submit(op);
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
        int res;
        do {
            res = op.attempt(sys);
        } while (res == -Errno.EINTR && op.retriesInterrupt());
        return res;
    }

    /// The call said -EAGAIN.
    protected final void waitFor(Op op) {
        Interest interest = op.interest();
        if (interest == Interest.LATER) {
            retryLater(op);
        } else {
            park(op, interest);
        }
    }

    private void retryLater(Op op) {
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
        int real = res;
        if (res == -Errno.EINTR && op.retriesInterrupt()) {
            if (!op.ending()) {
                return true;
            }
            real = -Errno.ECANCELED; // it was interrupted because it was asked to end
        }
        return switch (op.complete(real, flags)) {
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
            case IDLE -> {
                op.setState(State.IDLE);
                yield false;
            }
        };
    }

    /// The kernel goes on by itself; who is attempted is attempted again, unless its consumer has paused.
    private static boolean wantsMore(Op op) {
        if (op.state() == State.KERNEL) {
            return false;
        }
        if (op instanceof MultiOp<?> iteration && iteration.saturated()) {
            op.setState(State.IDLE);
            return false;
        }
        return true;
    }

    @Override
    public final void finished(Op op) {
        op.disarmTimeLimit();
        if (op.scratch != 0) {
            memory.free(op.scratch, op.scratchBytes());
            op.scratch = 0;
        }
        release(op);
        inFlight--;
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
        op.finish();
    }

    @Override
    public final void attach(Op op, Handle born) {
        withoutHandle.remove(op);
        born.inFlight().add(op);
    }

    @Override
    public final void cancel(Op op, Cause cause) {
        if (op.state() == State.NEW || op.state() == State.DONE || op.ending() || !op.cancellable()) {
            return;
        }
        op.setCause(cause);
        switch (op.state()) {
            case QUEUED, IDLE -> completeLater(op, -Errno.ECANCELED, 0);
            case TIMER -> {
                disarmRetry(op);
                completeLater(op, -Errno.ECANCELED, 0);
            }
            case OFFLOAD -> {
                if (offload.takeBack(op)) {
                    op.offloaded = null;
                    completeLater(op, -Errno.ECANCELED, 0);
                }
            }
            case KERNEL, PARKED -> abort(op);
            default -> {} // POSTED sees the cause when it begins, READY has its result already
        }
    }

    private void disarmRetry(Op op) {
        TimerEntry timer = op.retryTimer;
        if (timer != null) {
            timers.disarm(timer);
        }
    }

    @Override
    public void stop(MultiOp<?> op) {
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

    @Override
    public final void completeLater(Op op, int res, int flags) {
        op.readyResult = res;
        op.readyFlags = flags;
        op.setState(State.READY);
        Op last = lastReady;
        if (last == null) {
            firstReady = op;
        } else {
            last.nextWaiting = op;
        }
        lastReady = op;
        readyCount++;
    }

    @Override
    public final void later(Task task) {
        later.addLast(task);
    }

    // ---- from elsewhere

    @Override
    public final boolean post(Task task) {
        if (onOwner()) {
            task.run();
            return true;
        }
        return postAlways(task);
    }

    /// Any thread: posts what must not be refused.
    ///
    /// @return false if the loop has ended
    final boolean postAlways(Task task) {
        if (inbox.add(task, true) == Inbox.Added.CLOSED) {
            return false;
        }
        wakeIfAsleep();
        return true;
    }

    private void wakeIfAsleep() {
        if (wakeFlag.mustWake()) {
            signal();
        }
    }

    /// See [dev.ringway.Ring#wake].
    public final void wake() {
        postAlways(new Task() {
            @Override
            public void run() {
                // to have come is enough
            }
        });
    }

    /// See [dev.ringway.Ring#execute].
    public final void execute(Runnable task) {
        if (onOwner()) {
            if (ending) {
                throw rejected("execute: " + ringName() + " is closed");
            }
            local.addLast(task);
            return;
        }
        addToInbox(
                new Task() {
                    @Override
                    public void run() {
                        task.run();
                    }
                },
                "execute");
    }

    // ---- what operations and handles ask

    @Override
    public final boolean onOwner() {
        return Thread.currentThread() == owner.getPlain();
    }

    @Override
    public final @Nullable Thread owner() {
        return owner.get();
    }

    @Override
    public final Sys sys() {
        return sys;
    }

    @Override
    public final String ringName() {
        return options.name;
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
        long now = sys.nanoTime();
        long deadline = now + delayNanos;
        timers.arm(entry, delayNanos > 0 && deadline - now < 0 ? now + Long.MAX_VALUE / 2 : deadline);
    }

    @Override
    public final void disarm(TimerEntry entry) {
        timers.disarm(entry);
    }

    @Override
    public final void uncaught(Throwable failure) {
        try {
            if (options.uncaught != null) {
                options.uncaught.accept(failure);
            } else {
                LOGGER.log(System.Logger.Level.ERROR, "a callback on " + ringName() + " threw", failure);
            }
        } catch (Throwable handlersOwn) {
            LOGGER.log(System.Logger.Level.ERROR, "the uncaught handler of " + ringName() + " threw", handlersOwn);
        }
    }

    /// Memory for buffers and scratch.
    public final Slabs memory() {
        return memory;
    }

    /// Operations that have begun and not finished.
    public final int inFlight() {
        return inFlight;
    }

    @Override
    public final void born(Handle handle) {
        Handle next = firstOpen;
        handle.nextOpen = next;
        if (next != null) {
            next.previousOpen = handle;
        }
        firstOpen = handle;
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

    // ---- the end

    /// See [dev.ringway.Ring#close].
    public final void close() {
        if (hasEnded()) {
            return;
        }
        if (onOwner() || owner.compareAndSet(null, Thread.currentThread())) {
            endAsked = true;
            if (!inTurn) {
                end(false);
            }
            return;
        }
        postAlways(new Task() {
            @Override
            public void run() {
                endAsked = true;
            }
        });
        awaitEnd();
    }

    private void awaitEnd() {
        boolean interrupted = false;
        long deadline = System.nanoTime() + options.closeDeadlineNanos + TimeUnit.SECONDS.toNanos(1);
        while (!hasEnded() && deadline - System.nanoTime() > 0) {
            Thread polling = owner.get();
            if (polling != null && !polling.isAlive() && owner.compareAndSet(polling, Thread.currentThread())) {
                end(true);
                break;
            }
            try {
                if (ended.await(50, TimeUnit.MILLISECONDS)) {
                    break;
                }
            } catch (InterruptedException restored) {
                interrupted = true;
            }
        }
        if (!hasEnded()) {
            LOGGER.log(System.Logger.Level.WARNING,
                    "close of {0}: its thread {1} has not polled in time; the ring ends when it does",
                    ringName(), nameOf(owner.get()));
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Owner, or who took over from a dead one.
    private void end(boolean tookOver) {
        ending = true;
        inTurn = true;
        boolean turning = opened && (!tookOver || outlivesOwner());
        withoutHandle.forEach(op -> cancel(op, Cause.TEARDOWN));
        for (Handle handle = firstOpen; handle != null; ) {
            Handle next = handle.nextOpen;
            handle.inFlight().forEach(op -> cancel(op, Cause.TEARDOWN));
            handle.markClosed();
            handle.closeOnOwner(null);
            handle = next;
        }
        if (opened && !turning) {
            deliver(); // what the dead owner's ring has completed can still be read
        }
        long deadline = System.nanoTime() + options.closeDeadlineNanos;
        while (turning && (inFlight > 0 || firstOpen != null) && deadline - System.nanoTime() > 0) {
            turn(Math.min(TimeUnit.MILLISECONDS.toNanos(10), Math.max(1, deadline - System.nanoTime())), false);
        }
        runPosted(inbox.close());
        drainQueues();
        boolean drained = inFlight == 0;
        if (!drained) {
            abandonRest();
        }
        wakeFlag.close();
        offload.close();
        shutDown(drained);
        inTurn = false;
        ended.countDown();
    }

    /// What was posted in the last moment still completes.
    private void drainQueues() {
        while (readyCount > 0 || !later.isEmpty() || !local.isEmpty()) {
            runPutOff();
            deliverReady();
        }
    }

    private void abandonRest() {
        LOGGER.log(System.Logger.Level.WARNING,
                "close of {0}: {1} operations have not ended in time; their memory is kept for good",
                ringName(), inFlight);
        withoutHandle.forEach(Op::abandon);
        for (Handle handle = firstOpen; handle != null; handle = handle.nextOpen) {
            handle.inFlight().forEach(Op::abandon);
        }
    }
}
