package dev.ringway.internal.uring;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Pages;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.loop.EventLoop;
import dev.ringway.internal.loop.LoopOptions;
import dev.ringway.internal.loop.Slots;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Log;
import dev.ringway.internal.op.Op;
import dev.ringway.internal.op.PoolMemory;
import dev.ringway.internal.op.RegisteredMemory;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.State;
import dev.ringway.internal.op.Task;
import dev.ringway.internal.op.TimerEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// Drives operations with io_uring: one enter a turn, which submits and waits.
///
/// The names that completions carry: an operation's slot and generation; the same with [#CANCEL] set for the answer to
/// a request to end it, which comes only if that found nothing to end; [#WAKE] for the read that waits on the wake fd.
///
/// Only the operation's own last completion frees its slot. A request to end it can miss: while the kernel moves an
/// operation from waiting to trying again it is nowhere to be found, and then it may wait again. So a request that
/// found nothing is repeated for as long as its operation is there.
///
/// With a thread of the kernel's that takes entries (SQPOLL) the enter only waits, and wakes that thread if it sleeps;
/// a turn that need not wait makes none.
public final class UringDriver extends EventLoop {
    private static final Log NO_BUFFER_RING = new Log(System.Logger.Level.WARNING);
    private static final long CANCEL = 1L << 63;
    private static final long WAKE = 0xffff_ffffL;
    private static final long CANCEL_AGAIN_NANOS = 5_000_000;
    private static final int ADVANCE_EVERY = 32;
    private static final Log NOT_REGISTERED = new Log(System.Logger.Level.WARNING);
    /// A file's place: a slot and 1; or its transfers, counted downwards, until it has earned one; or that it gets
    /// none.
    private static final int EARNED = -64;
    private static final int REFUSED = Integer.MIN_VALUE + 1;

    /// Memory and rings that the kernel may still write to.
    private static final List<Object> QUARANTINE = new ArrayList<>();

    private final RingSetup setup;
    private final SubmissionQueue sq;
    private final CompletionQueue cq;
    private final Slots slots;
    private final Sqe sqe;
    private final ArrayDeque<Op> backlog = new ArrayDeque<>();
    private final List<BufferRing> pools = new ArrayList<>();
    private final ResourceTable buffers;
    private final ResourceTable files;
    private final List<Long> missed = new ArrayList<>();
    private final TimerEntry cancelAgain = new TimerEntry() {
        @Override
        public void expired() {
            repeatCancels();
        }
    };

    /// Whether a thread of the kernel's takes the entries.
    private final boolean kernelThread;
    private final boolean hasDirect;
    private final int enterFlags;
    private final Pages scratch;
    private final long timeout;
    private final long enterArgument;
    private final long wakeValue;
    private final long one;
    private final long bellValue;
    private final int wakeFd;
    private int bell = -1;
    private boolean wakeArmed;
    private boolean closing;
    private boolean unusable;

    /// Makes a ring; the first thread that polls enables it.
    ///
    /// @throws SetupFailure if the kernel refuses
    public UringDriver(LoopOptions options) throws SetupFailure {
        super(options);
        setup = RingSetup.open(options);
        wakeFd = sys.eventfd(0, Linux.EFD_CLOEXEC());
        if (wakeFd < 0) {
            setup.close();
            throw SetupFailure.of("eventfd", -wakeFd);
        }
        sq = new SubmissionQueue(setup.layout, setup.hasArray);
        cq = new CompletionQueue(setup.layout);
        sqe = new Sqe(setup.layout.sqes);
        slots = new Slots(Math.max(64, setup.layout.sqEntries));
        kernelThread = options.kernelThread;
        hasDirect = options.directDescriptors > 0;
        enterFlags = Linux.IORING_ENTER_GETEVENTS()
                | Linux.IORING_ENTER_EXT_ARG()
                | ((setup.features & Linux.IORING_FEAT_NO_IOWAIT()) != 0 ? Linux.IORING_ENTER_NO_IOWAIT() : 0);
        scratch = Pages.map(sys, 256);
        timeout = scratch.address();
        enterArgument = timeout + Linux.TIMESPEC_BYTES();
        wakeValue = enterArgument + Linux.GETEVENTS_ARG_BYTES();
        one = wakeValue + Long.BYTES;
        bellValue = one + Long.BYTES;
        Memory.putLong(one, 1);
        long update = bellValue + Long.BYTES;
        buffers = ResourceTable.ofBuffers(sys, setup.fd, update);
        files = ResourceTable.ofFiles(sys, setup.fd, update);
        if (hasDirect) {
            makeDirectDescriptors(options.directDescriptors);
        }
    }

    private void makeDirectDescriptors(int count) throws SetupFailure {
        int res = files.makeWithSlotsOfTheKernel(count);
        if (res < 0) {
            sys.close(wakeFd);
            scratch.close();
            setup.close();
            throw SetupFailure.of("io_uring_register of " + count + " direct descriptors", -res);
        }
    }

    // ---- the turn

    @Override
    protected void open() {
        int res = setup.enable();
        if (res < 0) {
            throw new IllegalStateException(
                    ringName() + ": " + SetupFailure.of("io_uring_register", -res).getMessage());
        }
    }

    @Override
    protected boolean await(long nanos) {
        muteBell();
        armWake();
        submitBacklog();
        for (int i = 0; i < pools.size(); i++) {
            pools.get(i).refill();
        }
        int toSubmit = sq.publish();
        if (kernelThread && (nanos == 0 || cq.look() > 0) && !sq.needsWakeup() && !sq.overflown()) {
            return true; // that thread sees the entries by itself, and what they came to is in memory
        }
        long argument = enterArgument;
        if (nanos > 0) {
            Memory.putLong(timeout + Linux.TIMESPEC_SEC(), nanos / 1_000_000_000);
            Memory.putLong(timeout + Linux.TIMESPEC_NSEC(), nanos % 1_000_000_000);
            Memory.putLong(argument + Linux.GETEVENTS_ARG_TS(), timeout);
        } else {
            Memory.putLong(argument + Linux.GETEVENTS_ARG_TS(), 0);
        }
        int res = enter(toSubmit, nanos == 0 ? 0 : 1, enterFlags, argument, Linux.GETEVENTS_ARG_BYTES());
        // What has been submitted is counted, and a signal that then ended the wait is not told of
        boolean endedEarly = res == -Errno.EINTR || (res > 0 && nanos != 0 && cq.look() == 0);
        return !endedEarly;
    }

    private int enter(int toSubmit, int minComplete, int flags, long argument, long bytes) {
        if (unusable) {
            return 0;
        }
        counts.enters.add(1);
        int wakeup = kernelThread && sq.needsWakeup() ? Linux.IORING_ENTER_SQ_WAKEUP() : 0;
        int told = kernelThread ? 0 : toSubmit; // it would be the answer, in place of that of the wait
        int res = sys.ioUringEnter(setup.fd, told, minComplete, flags | wakeup, argument, bytes);
        if (res > 0) {
            counts.submitted.add(res);
        } else if (res < 0 && !isPassing(-res)) {
            unusable = true;
            throw new IllegalStateException(ringName() + ": " + SetupFailure.of("io_uring_enter", -res).getMessage());
        }
        return res;
    }

    /// A signal, a timeout, or completions that have to be read first: the next turn goes on.
    private static boolean isPassing(int errno) {
        return errno == Errno.EINTR || errno == Errno.ETIME || errno == Errno.EBUSY || errno == Errno.EAGAIN;
    }

    @Override
    protected int deliver() {
        if (sq.overflown()) {
            counts.overflows.add(1);
        }
        int count = cq.look();
        for (int seen = 1; cq.next(); seen++) {
            long name = cq.userData();
            long outcome = cq.outcome();
            if (seen % ADVANCE_EVERY == 0) {
                cq.advance();
            }
            deliver(name, CompletionQueue.res(outcome), CompletionQueue.flags(outcome));
        }
        cq.advance();
        return count;
    }

    private void deliver(long name, int res, int flags) {
        if (name == WAKE) {
            woken(res);
            return;
        }
        Op op = slots.find(name & ~CANCEL);
        if ((name & CANCEL) != 0) {
            if (op != null && op.mustStop()) {
                cancelMissed(name & ~CANCEL);
            }
        } else if (op == null) {
            counts.stale.add(1);
        } else if (op.state() == State.PARKED) {
            retry(op);
        } else if (res == -Errno.EAGAIN && !op.ending() && flags == 0 && waitsForItsFd(op)) {
            waitFor(op);
        } else {
            completed(op, isRestart(res) ? -Errno.EINTR : res, flags);
        }
    }

    /// An older kernel does not wait on an fd with O_NONBLOCK, which one that is not ours may have.
    private static boolean waitsForItsFd(Op op) {
        return op.interest() == Interest.READABLE || op.interest() == Interest.WRITABLE;
    }

    /// A worker whose call is broken off reports what a system call would not: the kernel's own word for "start again".
    private static boolean isRestart(int res) {
        return res <= -512 && res >= -516;
    }

    @Override
    protected boolean hasMore() {
        return sq.overflown() || !backlog.isEmpty();
    }

    @Override
    protected boolean hasUnsubmitted() {
        return kernelThread ? sq.hasUnpublished() : sq.hasWaiting();
    }

    // ---- being watched

    /// The ring's own fd would do if the kernel told its pollers of work that it has put off to the next enter
    /// (DEFER_TASKRUN). An eventfd it does tell.
    @Override
    protected int readableFd() {
        if (bell >= 0) {
            return bell;
        }
        int fd = sys.eventfd(0, Linux.EFD_CLOEXEC() | Linux.EFD_NONBLOCK());
        if (fd < 0) {
            return fd;
        }
        Memory.putInt(bellValue, fd);
        int res = sys.ioUringRegister(setup.fd, Linux.IORING_REGISTER_EVENTFD(), bellValue, 1);
        if (res < 0) {
            sys.close(fd);
            return res;
        }
        bell = fd;
        return fd;
    }

    @Override
    protected void unwatched() {
        sys.ioUringRegister(setup.fd, Linux.IORING_UNREGISTER_EVENTFD(), 0, 0);
        closeBell();
    }

    private void closeBell() {
        if (bell >= 0) {
            sys.close(bell);
            bell = -1;
        }
    }

    /// Before the kernel is entered, so that nothing is missed: it costs one turn more, which finds nothing.
    private void muteBell() {
        if (bell >= 0) {
            sys.read(bell, bellValue, Long.BYTES);
        }
    }

    // ---- operations

    @Override
    protected void submit(Op op) {
        if (op.isImmediate() || op.isDirect()) {
            attempt(op);
            return;
        }
        slots.reserve();
        int entry = nextEntry();
        if (entry == SubmissionQueue.FULL) {
            op.setState(State.KERNEL);
            backlog.addLast(op);
            return;
        }
        sqe.at(entry);
        op.prepare(sqe);
        if (!sqe.isFilled() || !setup.knows(sqe.opcode())) {
            sq.takeBack();
            attempt(op);
            return;
        }
        send(op, State.KERNEL);
    }

    private void send(Op op, int state) {
        if (op.userData < 0) {
            slots.put(op);
        }
        sqe.userData(op.userData);
        op.setState(state);
    }

    /// The next free entry. A full queue goes to the kernel first, which takes all of it, unless completions have to be
    /// read before: then [SubmissionQueue#FULL].
    private int nextEntry() {
        int entry = sq.next();
        if (entry == SubmissionQueue.FULL) {
            enter(sq.publish(), 0, kernelThread ? Linux.IORING_ENTER_SQ_WAIT() : 0, 0, 0);
            entry = sq.next();
        }
        return entry;
    }

    private void submitBacklog() {
        for (int waiting = backlog.size(); waiting > 0; waiting--) {
            Op op = backlog.pollFirst();
            if (op != null) {
                submit(op);
            }
        }
    }

    @Override
    protected void park(Op op, Interest interest) {
        slots.reserve();
        int entry = nextEntry();
        if (entry == SubmissionQueue.FULL || op.handle == null) {
            completeLater(op, -Errno.EBUSY, 0);
            return;
        }
        sqe.at(entry);
        sqe.pollAdd(op.handle.fd, interest == Interest.READABLE ? Linux.POLLIN() : Linux.POLLOUT());
        send(op, State.PARKED);
    }

    private void retry(Op op) {
        if (op.ending()) {
            completed(op, -Errno.ECANCELED, 0);
        } else {
            attempt(op);
        }
    }

    @Override
    protected void abort(Op op) {
        if (op.userData < 0) {
            backlog.remove(op);
            completeLater(op, -Errno.ECANCELED, 0);
        } else {
            cancel(op.userData);
        }
    }

    @Override
    protected void recall(Op op) {
        if (op.userData >= 0) { // else it is in the backlog, and will run
            cancel(op.userData);
        }
    }

    private void cancel(long name) {
        int entry = nextEntry();
        if (entry == SubmissionQueue.FULL) {
            cancelMissed(name);
            return;
        }
        sqe.at(entry);
        sqe.asyncCancel(name);
        sqe.userData(name | CANCEL);
    }

    private void cancelMissed(long name) {
        missed.add(name);
        if (!cancelAgain.isArmed()) {
            arm(cancelAgain, CANCEL_AGAIN_NANOS);
        }
    }

    private void repeatCancels() {
        List<Long> names = List.copyOf(missed);
        missed.clear();
        for (long name : names) {
            Op op = slots.find(name);
            if (op != null && op.mustStop() && (op.state() == State.KERNEL || op.state() == State.PARKED)) {
                cancel(name);
            }
        }
    }

    @Override
    protected void release(Op op) {
        if (op.userData >= 0) {
            slots.remove(op);
        }
    }

    @Override
    public int socketFlags() {
        return Linux.SOCK_CLOEXEC(); // the ring waits itself; O_NONBLOCK would make older kernels say EAGAIN
    }

    // ---- waking

    /// Has the kernel read the wake fd, if it does not do so already.
    private void armWake() {
        int entry = wakeArmed || closing ? SubmissionQueue.FULL : nextEntry();
        if (entry == SubmissionQueue.FULL) {
            return;
        }
        sqe.at(entry);
        sqe.read(wakeFd, wakeValue, Long.BYTES, 0);
        sqe.userData(WAKE);
        wakeArmed = true;
    }

    private void woken(int res) {
        wakeArmed = false;
        if (res == Long.BYTES) {
            wakeFlag.paid(Memory.getLong(wakeValue));
        }
    }

    @Override
    protected void signal() {
        sys.write(wakeFd, one, Long.BYTES);
    }

    // ---- pools

    @Override
    public PoolMemory pool(int count, int size) {
        BufferRing pool = new BufferRing(this, count, size);
        post(new Task() {
            @Override
            public void run() {
                register(pool);
            }
        });
        return pool;
    }

    private void register(BufferRing pool) {
        int res = pool.register(setup.fd, pools.size());
        pools.add(pool);
        pool.passOn(); // somebody may have come before
        if (res < 0) {
            NO_BUFFER_RING.line(ringName() + ": io_uring_register of a buffer ring: " + Errno.name(-res) + ", "
                    + Errno.message(-res) + "; its receives wait for readiness instead");
        }
    }

    // ---- registered buffers and files

    @Override
    public RegisteredMemory registeredMemory(int count, int size) {
        RegisteredMemory memory = super.registeredMemory(count, size);
        post(new Task() {
            @Override
            public void run() {
                register(memory);
            }
        });
        return memory;
    }

    private void register(RegisteredMemory memory) {
        int index = memory.isReleased() ? -1 : buffers.add(memory.address(), memory.bytes(), memory);
        if (index >= 0) {
            memory.registered(index);
        } else if (!memory.isReleased()) {
            NOT_REGISTERED.line(ringName() + ": io_uring_register of " + memory.bytes() + " bytes of buffers: "
                    + Errno.name(-index) + ", " + Errno.message(-index)
                    + "; transfers use them as other memory");
        }
    }

    @Override
    public void unregister(RegisteredMemory memory) {
        if (memory.index() >= 0) {
            buffers.remove(memory.index());
            memory.registered(-1);
        }
    }

    /// A file gets its place when it has shown that it is worth two system calls: with its 64th transfer.
    @Override
    public int registeredFile(Handle file) {
        if (file.place <= 0 && file.place != REFUSED && --file.place == EARNED) {
            register(file);
        }
        return file.place - 1;
    }

    private void register(Handle file) {
        int slot = file.isOurs() && !file.isDirectDescriptor() ? files.add(file.fd, 0, file) : -Errno.EBADF;
        if (slot >= 0) {
            file.place = slot + 1;
        } else if (slot == -Errno.ENOSPC) {
            file.place = 0; // every slot is taken: when it has earned one again, one may be free
        } else {
            file.place = REFUSED;
            if (slot != -Errno.EBADF) {
                NOT_REGISTERED.line(ringName() + ": io_uring_register of " + file + ": " + Errno.name(-slot) + ", "
                        + Errno.message(-slot) + "; its transfers name it by its number");
            }
        }
    }

    @Override
    public void forget(Handle file) {
        if (file.place > 0) {
            files.remove(file.place - 1);
        }
        file.place = REFUSED;
        super.forget(file);
    }

    /// Where the kernel gives no places away itself it would take one of those that are given away here.
    @Override
    public int refusesDirect() {
        return hasDirect ? 0 : -Errno.ENXIO;
    }

    @Override
    public int closeDirect(int slot) {
        return files.clear(slot);
    }

    /// Owner: how many buffers and files are registered.
    public int registered() {
        return buffers.used() + files.used();
    }

    // ---- the end

    /// The kernel takes entries from the owner alone: nothing can be submitted any more, or asked to end.
    @Override
    protected boolean outliveOwner() {
        unusable = true;
        return false;
    }

    @Override
    protected void shutDown(boolean drained) {
        closing = true;
        closeBell();
        boolean clean = drained && endWake();
        if (!clean) {
            synchronized (QUARANTINE) {
                QUARANTINE.add(this);
            }
            sys.close(setup.fd);
            if (wakeFlag.owed() == 0) {
                sys.close(wakeFd);
            }
            return;
        }
        for (BufferRing pool : pools) {
            pool.unregister(setup.fd);
        }
        setup.close();
        awaitOwedWrites();
        sys.close(wakeFd);
        scratch.close();
    }

    /// Ends the read that waits on the wake fd, by a write of our own.
    private boolean endWake() {
        if (!wakeArmed) {
            return true;
        }
        if (unusable) {
            return false;
        }
        wakeFlag.paid(-1);
        signal();
        for (int idle = 0; wakeArmed && idle < 100; idle++) {
            await(10_000_000);
            if (deliver() > 0) {
                idle = 0; // its completion waits behind others that did not fit
            }
        }
        return !wakeArmed;
    }

    private void awaitOwedWrites() {
        while (wakeFlag.owed() > 0) {
            int res = sys.read(wakeFd, wakeValue, Long.BYTES);
            if (res == Long.BYTES) {
                wakeFlag.paid(Memory.getLong(wakeValue));
            } else if (res != -Errno.EINTR) {
                return;
            }
        }
    }

    /// The ring's own fd.
    int ringFd() {
        return setup.fd;
    }

    @Override
    public String details() {
        return "features 0x" + Integer.toHexString(setup.features) + ", " + setup.opcodeCount() + " opcodes, "
                + setup.layout.sqEntries + " submission and " + setup.layout.cqEntries + " completion entries"
                + (setup.hasArray ? "" : ", no index array");
    }
}
