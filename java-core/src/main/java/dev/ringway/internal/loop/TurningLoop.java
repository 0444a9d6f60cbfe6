package dev.ringway.internal.loop;

import dev.ringway.RingStats;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Flight;
import dev.ringway.internal.op.Log;
import dev.ringway.internal.op.Task;
import dev.ringway.internal.op.Watched;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Who owns a loop, what a turn does, how other threads reach it, how it ends.
///
/// A turn:
///
/// 1. takes what other threads have posted, and runs it;
/// 2. runs what was put off to the top of the loop: tasks, then results that were found on a caller's stack;
/// 3. submits what has begun since the last turn;
/// 4. waits in the kernel: not at all if there is more to do, else until the next deadline;
/// 5. delivers what the kernel has, then expired timers, then again results that these have led to.
///
/// Each of these handles only what was there when it began, so that none starves the others. Users' code runs in 1, 2
/// and 5, never deeper: whatever it calls only queues.
///
/// Its end: from the moment [#close()] is heard, starting throws; everything in flight is asked to end, and the loop
/// turns until that has happened. What has not ended by the deadline is reported, its user is told, and its memory is
/// never given back.
abstract class TurningLoop implements Driver, Watched {
    private static final Log UNCAUGHT = new Log(System.Logger.Level.ERROR);
    private static final Log HANDLER_THREW = new Log(System.Logger.Level.ERROR);
    private static final Log CLOSES_LATE = new Log(System.Logger.Level.WARNING);

    private static final long NO_MEMORY_PAUSE_NANOS = 10_000_000;

    protected final Sys sys;
    protected final WakeFlag wakeFlag = new WakeFlag();
    protected final Counts counts = new Counts();
    final LoopOptions options;
    final Timers timers = new Timers();
    private final Inbox inbox;
    private final AtomicReference<@Nullable Thread> owner = new AtomicReference<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    private ArrayDeque<Runnable> putOff = new ArrayDeque<>();
    private ArrayDeque<Runnable> running = new ArrayDeque<>();
    private final List<Runnable> looks = new ArrayList<>(0);
    private volatile @Nullable Driver watcher;
    private boolean interrupted;
    private long callsBefore;
    private long turnBegan;
    private @Nullable Flight flight;
    private boolean opened;
    /// The wait has failed for good: the loop can end, but not turn.
    private boolean broken;
    private boolean inTurn;
    private boolean endAsked;
    private volatile boolean ending;

    TurningLoop(LoopOptions options) {
        this.options = options;
        this.sys = options.sys;
        this.inbox = new Inbox(options.inboxLimit);
    }

    // ---- what a driver adds to the turn

    /// Owner: the first turn is about to begin.
    protected abstract void open();

    /// Owner: submits, and waits for so many nanoseconds (0: not at all, negative: without limit).
    ///
    /// @return false if a signal has ended the wait before its time
    protected abstract boolean await(long nanos);

    /// Owner: delivers what has come.
    ///
    /// @return how much
    protected abstract int deliver();

    /// Owner: whether [#deliver] has left something behind.
    protected abstract boolean hasMore();

    /// Owner: whether the kernel has not been told everything yet, so that a wait elsewhere would miss it.
    protected abstract boolean hasUnsubmitted();

    /// Owner: an fd that is readable when the kernel has something, until [#unwatched()]; or -errno.
    protected abstract int readableFd();

    /// Owner: nobody needs [#readableFd()] any more.
    protected abstract void unwatched();

    /// Any thread: writes to the wake fd.
    protected abstract void signal();

    /// Owner: everything has ended, or the deadline has passed: unmaps and closes.
    ///
    /// @param drained whether nothing is in flight any more
    protected abstract void shutDown(boolean drained);

    /// The owner has died, and the caller takes over.
    ///
    /// @return whether it can go on turning the loop
    protected abstract boolean outliveOwner();

    // ---- what operations add to the turn

    /// Owner: submits what has begun since it was called last.
    abstract void submitStarted();

    /// Owner: whether something waits for that.
    abstract boolean hasStarted();

    /// Owner: delivers results that were found on a caller's stack, those that are there now.
    abstract int deliverReady();

    /// Owner: whether such a result waits.
    abstract boolean hasReady();

    /// Any thread: what is in flight.
    abstract void describe(Dump dump);

    /// Owner: asks everything to end: operations, then handles.
    abstract void endAll();

    /// Owner: whether something has not ended.
    abstract boolean hasUnended();

    /// Owner: tells the users of what has not ended, and gives nothing back.
    ///
    /// @return whether there was nothing to tell
    abstract boolean abandonUnended();

    /// Owner: closes the fds of what has not ended, now that the driver is gone.
    abstract void closeAbandoned();

    // ---- turning

    /// See [dev.ringway.Ring#poll].
    public final int poll(long limitNanos) {
        enter();
        try {
            long deadline = limitNanos > 0 ? sys.nanoTime() + limitNanos : 0;
            int handled = turn(limitNanos, false);
            while (interrupted && handled == 0 && !endAsked) {
                handled = turn(limitNanos > 0 ? Math.max(0, deadline - sys.nanoTime()) : limitNanos, false);
            }
            return handled;
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
        boolean started = false;
        try {
            thread.start();
            started = true;
        } finally {
            if (!started) {
                owner.set(null);
                close();
            }
        }
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
            callsBefore = sys.calls();
            turnBegan = sys.nanoTime();
            open();
            opened = true;
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

    /// @param block whether to wait even if something has been handled already
    private int turn(long limitNanos, boolean block) {
        if (watcher != null) {
            wakeFlag.awake(); // it has dozed
        }
        int handled = runPosted(inbox.takeAll()) + runPutOff() + deliverReady();
        for (int i = 0; i < looks.size(); i++) {
            looks.get(i).run();
        }
        broken = true;
        submitStarted();
        long nanos = hasPutOff() || (endAsked && !ending) || (handled > 0 && !block) ? 0 : untilDeadline(limitNanos);
        if (nanos != 0) {
            wakeFlag.sleeping();
            if (!inbox.isEmpty()) {
                nanos = 0;
            }
        }
        boolean forTimer = nanos > 0 && nanos != limitNanos;
        long due = forTimer ? sys.nanoTime() + nanos : 0;
        interrupted = !await(nanos);
        broken = false;
        wakeFlag.awake();
        turnBegan = sys.nanoTime();
        handled += deliver();
        int expired = timers.isEmpty() ? 0 : timers.expire(sys.nanoTime());
        handled += expired + deliverReady();
        interrupted |= forTimer && handled == 0 && turnBegan - due >= 0; // it is due a little later than it seemed
        counts.turns.add(1);
        counts.handled.add(handled);
        counts.calls.set(sys.calls() - callsBefore);
        if (flight == null) {
            flight = Flight.of(ringName());
        } else {
            flight.turned(handled, counts.enters.get(), counts.submitted.get(), counts.overflows.get(),
                    counts.exhaustions.get());
        }
        return handled;
    }

    /// Owner: who is told of what happens, if anybody.
    final @Nullable Flight flight() {
        return flight;
    }

    /// Owner: the moment at which this turn, or the last one, had done with waiting.
    final long turnBegan() {
        return turnBegan;
    }

    /// See [dev.ringway.Ring#dump].
    ///
    /// @param backend which, and why
    public final String dump(String backend) {
        Dump dump = new Dump(sys.nanoTime());
        dump.line(ringName() + " on " + backend + ", " + (hasEnded() ? "closed" : ending ? "closing" : "open"));
        dump.owner(owner());
        dump.line("stats: " + stats());
        dump.line("inbox: " + inbox.size() + " tasks");
        describe(dump);
        return dump.toString();
    }

    /// See [dev.ringway.Ring#stats].
    public final RingStats stats() {
        if (opened && onOwner()) {
            counts.calls.set(sys.calls() - callsBefore);
        }
        return counts.snapshot(timers.size(), wakeFlag.wakeUps());
    }

    private boolean hasPutOff() {
        return !putOff.isEmpty() || hasReady() || hasMore();
    }

    private long untilDeadline(long limitNanos) {
        if (limitNanos == 0 || timers.isEmpty()) {
            return limitNanos;
        }
        long next = timers.untilNext(sys.nanoTime());
        return limitNanos < 0 ? next : Math.min(next, limitNanos);
    }

    // ---- watching another loop, and being watched

    @Override
    public final void beforeWaiting(Runnable look) {
        looks.add(look);
    }

    @Override
    public final void notBeforeWaiting(Runnable look) {
        looks.remove(look);
    }

    @Override
    public final int beginWatch(Driver watching) {
        if (watcher != null || (!onOwner() && !owner.compareAndSet(null, Thread.currentThread()))) {
            return -Errno.EBUSY;
        }
        if (!looks.isEmpty() || (watching instanceof TurningLoop loop && loop.watcher != null)) {
            return -Errno.ELOOP; // the kernel tells an eventfd from within an eventfd too late, or never
        }
        int fd = readableFd();
        if (fd >= 0) {
            watcher = watching;
        }
        return fd;
    }

    @Override
    public final void endWatch() {
        if (!hasEnded()) {
            wakeFlag.awake();
            unwatched();
        }
        watcher = null;
    }

    @Override
    public final boolean hasWork() {
        if (inTurn) {
            return false;
        }
        if (!opened || endAsked || hasPutOff() || hasStarted() || hasUnsubmitted()) {
            return true;
        }
        wakeFlag.dozing();
        return !inbox.isEmpty() || untilDeadline() == 0;
    }

    @Override
    public final long untilDeadline() {
        return timers.isEmpty() ? -1 : timers.untilNext(sys.nanoTime());
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
        if (putOff.isEmpty()) {
            return 0;
        }
        ArrayDeque<Runnable> tasks = putOff;
        putOff = running;
        running = tasks;
        int ran = 0;
        for (Runnable task = tasks.pollFirst(); task != null; task = tasks.pollFirst()) {
            runGuarded(task);
            ran++;
        }
        return ran;
    }

    private void runGuarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) {
            uncaught(thrown);
        }
    }

    @Override
    public final void later(Task task) {
        putOff.addLast(task);
    }

    @Override
    public final void uncaught(Throwable failure) {
        try {
            if (options.uncaught != null) {
                options.uncaught.accept(failure);
            } else {
                UNCAUGHT.line("a callback on " + ringName() + " threw", failure);
            }
        } catch (Throwable handlersOwn) {
            try {
                HANDLER_THREW.line("the uncaught handler of " + ringName() + " threw", handlersOwn);
            } catch (OutOfMemoryError unsaid) {
                return; // the loop goes on
            }
        }
    }

    // ---- from elsewhere

    @Override
    public final boolean onOwner() {
        return Thread.currentThread() == owner.getPlain();
    }

    @Override
    public final @Nullable Thread owner() {
        return owner.get();
    }

    @Override
    public final boolean post(Task task) {
        if (onOwner()) {
            if (hasEnded()) {
                return false;
            }
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

    /// Elsewhere: posts what may be refused.
    ///
    /// @param what for the message
    final void postOrThrow(Task task, String what) {
        Inbox.Added added = ending ? Inbox.Added.CLOSED : inbox.add(task, false);
        switch (added) {
            case YES -> wakeIfAsleep();
            case FULL -> throw new RejectedExecutionException(what + ": the inbox of " + ringName() + " is full with "
                    + options.inboxLimit + " tasks (Ring.Builder.inboxLimit); start less at a time or poll more often");
            case CLOSED -> throw closed(what);
        }
    }

    final RejectedExecutionException closed(String what) {
        return new RejectedExecutionException(what + ": " + ringName() + " is closed");
    }

    private void wakeIfAsleep() {
        if (wakeFlag.mustWake()) {
            signal();
        } else if (wakeFlag.mustCall()) {
            Driver watching = watcher;
            if (watching != null) {
                watching.wake();
            }
        }
    }

    @Override
    public final void wake() {
        postAlways(new Posted(() -> {})); // to have come is enough
    }

    /// See [dev.ringway.Ring#execute].
    public final void execute(Runnable task) {
        if (!onOwner()) {
            postOrThrow(new Posted(task), "execute");
        } else if (ending) {
            throw closed("execute");
        } else {
            putOff.addLast(task);
        }
    }

    /// Somebody's task on its way through the inbox.
    private static final class Posted extends Task {
        private final Runnable task;

        Posted(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            task.run();
        }
    }

    // ---- the end

    /// Whether starting is refused by now.
    public final boolean isEnding() {
        return ending;
    }

    @Override
    public final boolean hasEnded() {
        return ended.getCount() == 0;
    }

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
        long asked = System.nanoTime();
        askToEnd();
        awaitEnd(asked);
    }

    /// Any thread: asks a loop that somebody turns to end, and waits for nothing.
    public final void askToEnd() {
        postAlways(new Posted(() -> endAsked = true));
    }

    /// Elsewhere: waits for the end that was asked for at that moment, at most the close deadline and a second.
    public final void awaitEnd(long askedNanos) {
        boolean interrupted = false;
        long deadline = askedNanos + options.closeDeadlineNanos + TimeUnit.SECONDS.toNanos(1);
        while (!hasEnded() && deadline - System.nanoTime() > 0) {
            Thread polling = owner.get();
            boolean dead = polling != null && !polling.isAlive();
            // It may have died after it had ended the ring
            if (dead && !hasEnded() && owner.compareAndSet(polling, Thread.currentThread())) {
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
            CLOSES_LATE.line("close of " + ringName() + ": its thread " + nameOf(owner.get())
                    + " has not polled in time; the ring ends when it does");
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Owner, or who took over from a dead one.
    private void end(boolean tookOver) {
        ending = true;
        inTurn = true;
        try {
            drainAndShutDown(opened && !broken && (!tookOver || outliveOwner()));
        } finally {
            inTurn = false;
            ended.countDown();
        }
    }

    /// Whatever happens on the way, the users of what is in flight are told.
    ///
    /// @param turning whether the loop can be turned
    private void drainAndShutDown(boolean turning) {
        long deadline = System.nanoTime() + options.closeDeadlineNanos;
        boolean drained = false;
        try {
            while (!drain(turning, deadline) && deadline - System.nanoTime() > 0) {
                LockSupport.parkNanos(NO_MEMORY_PAUSE_NANOS); // others may give some back
            }
        } catch (Throwable thrown) {
            uncaught(thrown);
        }
        try {
            runPosted(inbox.close());
        } catch (Throwable thrown) {
            uncaught(thrown);
        }
        try {
            drained = abandonUnended();
        } finally {
            wakeFlag.close();
            shutDown(drained);
            closeAbandoned();
        }
    }

    /// @return false if there was no memory for it
    private boolean drain(boolean turning, long deadline) {
        try {
            if (opened && !turning) {
                deliver(); // what a ring has completed can still be read, though its owner died or its wait failed
            }
            for (endAll(); turning && hasUnended() && deadline - System.nanoTime() > 0; endAll()) {
                turn(Math.min(TimeUnit.MILLISECONDS.toNanos(10), Math.max(1, deadline - System.nanoTime())), false);
            }
            runPosted(inbox.close());
            do {
                runPutOff();
                submitStarted();
                deliverReady();
                endAll(); // of what has come to life in the last moment too
            } while (hasReady() || hasStarted() || !putOff.isEmpty());
            return true;
        } catch (OutOfMemoryError | LinkageError none) { // the latter if there is no memory for a class
            return false;
        }
    }
}
