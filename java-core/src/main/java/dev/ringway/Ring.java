package dev.ringway;

import dev.ringway.internal.loop.EventLoop;
import dev.ringway.internal.loop.LoopOptions;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Durations;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.RegisteredMemory;
import dev.ringway.internal.op.io.AdviseMemory;
import dev.ringway.internal.op.io.ToDirect;
import dev.ringway.internal.op.io.ToFd;
import dev.ringway.internal.op.io.WatchEach;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Non-blocking I/O for one thread: operations go in, completions come out of [#poll].
///
/// A ring belongs to the first thread that polls it, for good; a second one gets an [IllegalStateException], and so
/// does a virtual thread, which would hold its carrier in the kernel. Operations may be started, cancelled and closed
/// from any thread: on the owner they go straight in, from elsewhere through a bounded inbox and one wake-up. Callbacks
/// run on the owner, from inside [#poll], and must not block.
///
/// [#start] runs a ring on a thread of its own; [#create] leaves polling to the caller, who calls [#run], or [#poll] as
/// part of a loop.
///
/// See `man 7 io_uring`, `man 7 epoll`.
public final class Ring implements AutoCloseable, Executor {
    static {
        Insides.open();
    }

    private final EventLoop loop;
    private final BackendChoice choice;
    private final RingFiles files;
    private final RingNet net;
    private final RingStreams streams;
    private final RingTimers timers;
    private final RingProcesses processes;

    /// For the builder, and for tests that bring a loop of their own.
    Ring(EventLoop loop, BackendChoice choice) {
        this.loop = loop;
        this.choice = choice;
        this.files = new RingFiles(loop);
        this.net = new RingNet(loop);
        this.streams = new RingStreams(loop);
        this.timers = new RingTimers(loop);
        this.processes = new RingProcesses(loop);
    }

    // ---- making one

    /// Makes a ring with the default settings; nobody polls it yet.
    ///
    /// @throws BackendUnavailableException if the backend named by `-Dringway.backend` cannot be used, or none can
    public static Ring create() throws BackendUnavailableException {
        return builder().create();
    }

    /// Makes a ring with the default settings and runs it on a platform thread of its own, which is no daemon: it lives
    /// until the ring is closed.
    ///
    /// @param name of the ring and, after `ringway-`, of its thread
    /// @throws BackendUnavailableException if the backend named by `-Dringway.backend` cannot be used, or none can
    public static Ring start(String name) throws BackendUnavailableException {
        return builder().start(name);
    }

    /// Settings for a ring.
    public static Builder builder() {
        return new Builder();
    }

    // ---- doors

    /// Operations on paths.
    public RingFiles files() {
        return files;
    }

    /// Operations that make sockets.
    public RingNet net() {
        return net;
    }

    /// Pipes, terminals, the standard streams.
    public RingStreams streams() {
        return streams;
    }

    /// Timers.
    public RingTimers timers() {
        return timers;
    }

    /// Processes: waiting for them, sending signals.
    public RingProcesses processes() {
        return processes;
    }

    /// Does nothing, through the kernel where it has a word for that; completes with 0. Shows that the ring turns. See
    /// `man 3 io_uring_prep_nop`.
    public IntOperation nop(IntCompletion done) {
        return prepareNop().start(done);
    }

    /// The long form of [#nop(IntCompletion)].
    public Nop prepareNop() {
        return new dev.ringway.internal.op.io.Nop(loop);
    }

    /// Starts several operations at once, and completes when all of them have ended: "submit N reads, wait for N".
    ///
    /// From the polling thread they go to the kernel in one system call, from another one they travel as one task with
    /// one wake-up. They are started all or none: if one cannot be started, starting the batch throws what that one
    /// throws. Each has its own [result][IntOperation#result()] and [failure][IntOperation#failure()], to be asked for
    /// when the batch has ended. See `man 2 io_uring_enter`.
    ///
    /// @param operations of this ring, not started, each once; may be none
    /// @param done       gets how many have succeeded, and the failure of the first one, in their order, that has not
    /// @throws IllegalArgumentException if one is of another ring
    public IntOperation batch(List<? extends IntOperation> operations, IntCompletion done) {
        return prepareBatch(operations).start(done);
    }

    /// The long form of [#batch(List, IntCompletion)].
    public Batch prepareBatch(List<? extends IntOperation> operations) {
        return new dev.ringway.internal.op.Batch(loop, operations);
    }

    /// Several operations as one, before it starts. Its count is how many of them have succeeded; it fails with the
    /// failure of the first one, in their order, that has not. Cancelling it, or its timeout, ends those that are still
    /// in flight, and it completes when they have ended.
    public interface Batch extends IntOperation {
        @Override
        Batch timeout(Duration limit);

        /// Makes the finished batch startable again, after each of its operations has been reset.
        Batch reset();
    }

    /// Watches another ring of the same thread, so that one thread serves both: yields that ring each time it has
    /// something to do, whether a completion, a task from another thread, a timer, or something that its last turn has
    /// left. The consumer then calls its `poll(Duration.ZERO)`; if it does not, the ring is yielded again at once.
    ///
    /// A ring that nobody has polled becomes the watching thread's. Ends without failure when the other ring ends, and
    /// does not end that when it ends itself. One ring may watch many, but a ring that is watched neither watches
    /// another nor is watched twice: that fails with EBUSY or ELOOP. See `man 2 poll`, `man 7 epoll`.
    ///
    /// @param other may run on another backend
    /// @throws IllegalArgumentException if it is this ring itself
    /// @throws IllegalStateException    if it belongs to another thread
    public Iteration<Ring> watchEach(Ring other, Each<? super Ring> each, Completion<@Nullable Void> done) {
        return prepareWatchEach(other).start(each, done);
    }

    /// The long form of [#watchEach(Ring, Each, Completion)].
    public Iteration<Ring> prepareWatchEach(Ring other) {
        if (other == this) {
            throw new IllegalArgumentException("watch of " + this + ": a ring cannot watch itself");
        }
        Thread mine = loop.owner();
        Thread others = other.loop.owner();
        if (mine != null && others != null && mine != others) {
            throw new IllegalStateException("watch of " + other + ": it belongs to the thread " + others.getName()
                    + "; watch it on a ring of that thread");
        }
        return new WatchEach<>(loop, other.loop, other);
    }

    // ---- direct descriptors

    /// Makes a direct descriptor for the open file of an fd: one that this ring alone knows, by a place in a table, and
    /// that no other process or system call can use. Operations on it save the kernel the look-up of the file.
    ///
    /// Both share what a [duplicate][AsyncFile#duplicate] shares, and are closed each for itself. What io_uring has no
    /// word for fails on it with [ErrnoException] EOPNOTSUPP, and never touches an fd. Fails with ENXIO if the ring was
    /// made without [Builder#directDescriptors], with ENFILE if all are taken, with EOPNOTSUPP on other backends. See
    /// `man 3 io_uring_register_files`.
    ///
    /// @throws IllegalArgumentException      if the fd is of another ring
    /// @throws IllegalStateException         if it is a direct descriptor
    /// @throws UnsupportedOperationException for a [FileWatcher], whose fd is needed to add watches
    public <T extends AsyncFd> Operation<T> toDirectDescriptor(T fd, Completion<? super T> done) {
        return prepareToDirectDescriptor(fd).start(done);
    }

    /// The long form of [#toDirectDescriptor(AsyncFd, Completion)].
    public <T extends AsyncFd> Operation<T> prepareToDirectDescriptor(T fd) {
        if (fd instanceof FileWatcher) {
            throw new UnsupportedOperationException(
                    "toDirectDescriptor of " + fd + ": watches are added by its fd");
        }
        return new ToDirect<>(ours(fd, "toDirectDescriptor"), other -> alike(fd, other));
    }

    /// Makes an fd, close-on-exec, for the open file of a direct descriptor, which stays open too. Needs Linux 6.8. See
    /// `man 3 io_uring_prep_fixed_fd_install`.
    ///
    /// @throws IllegalArgumentException if it is of another ring
    /// @throws IllegalStateException    if it is no direct descriptor
    public <T extends AsyncFd> Operation<T> toFileDescriptor(T direct, Completion<? super T> done) {
        return prepareToFileDescriptor(direct).start(done);
    }

    /// The long form of [#toFileDescriptor(AsyncFd, Completion)].
    public <T extends AsyncFd> Operation<T> prepareToFileDescriptor(T direct) {
        return new ToFd<>(ours(direct, "toFileDescriptor"), other -> alike(direct, other));
    }

    private Handle ours(AsyncFd fd, String call) {
        if (fd.handle.driver != loop) {
            throw new IllegalArgumentException(call + " of " + fd + ": it is of the ring "
                    + fd.handle.driver.ringName() + ", not of " + loop.ringName());
        }
        return fd.handle;
    }

    @SuppressWarnings("unchecked") // every door makes its own kind
    private static <T extends AsyncFd> T alike(T fd, Handle other) {
        return (T) fd.to(other);
    }

    // ---- memory

    /// Tells the system how the memory of a buffer will be used; the buffer is lent meanwhile. See `man 2 madvise`.
    ///
    /// What is advised has to be whole pages (those of [#registeredBuffers], or of a large buffer: the error says which
    /// these are), and stays with the memory when the buffer is released, for who gets it next: undo what should not.
    /// Fails with [ErrnoException] EINVAL where the system does not know the advice.
    public Operation<@Nullable Void> advise(Buf buf, Buf.Advice advice, Completion<@Nullable Void> done) {
        return prepareAdvise(buf, advice).start(done);
    }

    /// The long form of [#advise(Buf, Buf.Advice, Completion)]. Its start throws [IllegalArgumentException] for a range
    /// that is not whole pages, and for [Buf.Advice#DONT_NEED] or [Buf.Advice#FREE] on [#registeredBuffers].
    public Advise prepareAdvise(Buf buf, Buf.Advice advice) {
        return new AdviseMemory(loop, buf, advice);
    }

    /// An empty buffer. Its memory is outside of the Java heap, as that of all buffers.
    ///
    /// @param capacity in bytes, at least 1
    /// @throws IllegalArgumentException if it is less
    public Buf buffer(int capacity) {
        return Buf.allocate(loop.memory(), capacity);
    }

    /// A buffer with a copy of an array.
    public Buf bufferOf(byte[] content) {
        return buffer(Math.max(1, content.length)).put(content);
    }

    /// A buffer with a copy of what the `ByteBuffer` has remaining, and consumes that.
    public Buf bufferOf(ByteBuffer content) {
        Buf buf = buffer(Math.max(1, content.remaining()));
        try {
            return buf.put(content);
        } catch (RuntimeException unreadable) { // of an arena that is closed, or another thread's
            buf.release();
            throw unreadable;
        }
    }

    /// A buffer with text in UTF-8.
    public Buf bufferOf(String content) {
        return bufferOf(content.getBytes(StandardCharsets.UTF_8));
    }

    /// Empty buffers for files: those of [AsyncFile], the busy ones above all.
    ///
    /// Each is aligned to 4096 bytes, as `ExtendedOpenOption.DIRECT` wants it. On io_uring the memory is registered
    /// with the kernel, which then need not look it up with every transfer of one buffer: small transfers get about a
    /// tenth cheaper. That pins it, counts against RLIMIT_MEMLOCK (`ulimit -l`) unless the process may lock memory, and
    /// lasts until the last of the buffers has been released. Where it cannot be registered, which is logged, on other
    /// backends, in vectored transfers and on other rings the buffers work like those of [#buffer].
    ///
    /// See `man 3 io_uring_register_buffers`.
    ///
    /// @param count how many, at least 1
    /// @param size  capacity of each in bytes, at least 1; rounded up to 4096, all of them may have 1 GiB together
    /// @throws IllegalArgumentException if there are too few or too many
    public List<Buf> registeredBuffers(int count, int size) {
        if (count < 1 || size < 1) {
            throw new IllegalArgumentException("registeredBuffers: " + count + " buffers of " + size
                    + " bytes; there must be at least one, of at least one byte");
        }
        if (RegisteredMemory.bytes(count, size) > RegisteredMemory.MOST_BYTES) {
            throw new IllegalArgumentException("registeredBuffers: " + count + " buffers of " + size + " bytes have "
                    + RegisteredMemory.bytes(count, size) + " bytes together, and the kernel takes at most "
                    + RegisteredMemory.MOST_BYTES + " in one piece; make them in several");
        }
        return Buf.registered(loop.registeredMemory(count, size));
    }

    /// A pool of receive buffers of this ring, which keeps their memory until it ends.
    ///
    /// @param count how many, a power of two from 1 to 32,768
    /// @param size  bytes of each, at least 1
    /// @throws IllegalArgumentException if one of them is out of its range
    public BufPool pool(int count, int size) {
        if (count < 1 || Integer.bitCount(count) != 1 || count > 1 << 15) {
            throw new IllegalArgumentException(
                    "pool: " + count + " buffers; their number must be a power of two from 1 to 32768");
        }
        if (size < 1) {
            throw new IllegalArgumentException("pool: buffers of " + size + " bytes; they must have at least 1");
        }
        return new BufPool(loop.pool(count, size));
    }

    // ---- turning it

    /// One turn: starts what is waiting to start, submits, waits for something to happen, and delivers it. An interrupt
    /// of its thread does not end the wait, [#wake()] does.
    ///
    /// @param limit how long to wait at most; zero does not wait, negative waits without limit
    /// @return how many completions, tasks and timers were handled; 0 if the limit passed first
    /// @throws IllegalStateException if another thread owns the ring, the caller is a virtual thread, it is called from
    ///                               a callback, or the ring is closed
    public int poll(Duration limit) {
        return loop.poll(limit.isNegative() ? -1 : Durations.nanos(limit));
    }

    /// Turns until the ring is closed from a callback or from another thread.
    ///
    /// @throws IllegalStateException as [#poll]
    public void run() {
        loop.run();
    }

    /// Ends the wait of a [#poll], or, if nobody waits, makes the next one return at once. From any thread.
    public void wake() {
        loop.wake();
    }

    /// Runs a task on the polling thread, from the top of the loop.
    ///
    /// @throws java.util.concurrent.RejectedExecutionException if the ring is closed or its inbox is full
    @Override
    public void execute(Runnable task) {
        loop.execute(Objects.requireNonNull(task, "task"));
    }

    /// Whether the caller is the thread that owns the ring.
    public boolean isOwner() {
        return loop.onOwner();
    }

    /// Whether it takes operations: false from the moment that its end begins. From any thread.
    public boolean isOpen() {
        return !loop.isEnding();
    }

    /// Operations that have begun and not finished. From any thread; exact on the polling one.
    public int inFlight() {
        return loop.inFlight();
    }

    /// What it has done so far. Cheap, and from any thread, also when the polling thread hangs.
    ///
    /// On the polling thread it is exact. Elsewhere each number is one that was true a moment ago, `systemCalls` at the
    /// end of the last turn, and they need not be of the same moment.
    public RingStats stats() {
        return loop.stats();
    }

    /// What it is at, as a text of many lines, for people: who owns it and where that thread is, what it has done so
    /// far, and every open fd with the operations in flight on it: their states, for how long they have been in flight,
    /// counted from the turn in which they began, and why they were asked to end, if they were. Lists at most 1000 fds
    /// and 1000 operations. Has addresses and paths, and nothing of what was sent or received.
    ///
    /// From any thread, at any time, also while the polling thread hangs in a callback. On the polling thread it is
    /// exact; elsewhere it is a glance, which may miss what is changing at that moment, and disturbs nobody.
    public String dump() {
        return loop.dump(choice.toString());
    }

    /// Which backend it works on, and why.
    public BackendChoice backend() {
        return choice;
    }

    /// What the backend found, for the report.
    String details() {
        return loop.details();
    }

    /// Ends the ring: everything that belongs to it is closed, operations in flight end with
    /// [java.nio.channels.AsynchronousCloseException], and starting another throws.
    ///
    /// From a callback, it ends [#run] after the turn. From another thread, it asks the owner to do it and waits, at
    /// most the close deadline. If nobody has polled, the caller does it.
    @Override
    public void close() {
        loop.close();
    }

    /// Any thread: the first half of closing.
    void askToEnd() {
        loop.askToEnd();
    }

    /// Elsewhere: the second half of closing.
    void awaitEnd(long askedNanos) {
        loop.awaitEnd(askedNanos);
    }

    /// What its operations run on.
    Driver driver() {
        return loop;
    }

    /// Name and backend.
    @Override
    public String toString() {
        return loop.ringName() + " on " + choice.kind();
    }

    /// A nop, before it starts. See `man 3 io_uring_prep_nop`.
    public interface Nop extends IntOperation {
        @Override
        Nop timeout(Duration limit);

        /// Makes the finished operation startable again.
        Nop reset();
    }

    /// An advice about memory, before it is given. See `man 2 madvise`.
    public interface Advise extends Operation<@Nullable Void> {
        /// A part of the buffer's capacity; by default all of it.
        ///
        /// @param offset in bytes from the start of its memory
        /// @param length in bytes
        /// @throws IndexOutOfBoundsException if it does not lie in the buffer
        Advise range(int offset, int length);

        @Override
        Advise timeout(Duration limit);
    }

    /// Settings for a ring. Every one has a default, and returns this builder; a value that is out of its range is
    /// refused at once, with [IllegalArgumentException]. A builder may make several rings, and is for one thread.
    public static final class Builder {
        private final LoopOptions options = new LoopOptions();
        private @Nullable Backend backend;

        private Builder() {}

        /// Uses this backend and no other; by default the best one that works, or the one that `-Dringway.backend`
        /// names.
        public Builder backend(Backend only) {
            backend = Objects.requireNonNull(only, "backend");
            return this;
        }

        /// The ring's name, for messages.
        public Builder name(String name) {
            options.name = Objects.requireNonNull(name, "name");
            return this;
        }

        /// Submission entries of an io_uring, a power of two from 1 to 32,768; by default 256. A full queue is
        /// submitted and used again, so this is a batch size, no limit. No meaning elsewhere.
        public Builder entries(int entries) {
            if (entries < 1 || Integer.bitCount(entries) != 1 || entries > 1 << 15) {
                throw new IllegalArgumentException(
                        "entries: " + entries + "; it must be a power of two from 1 to 32768");
            }
            options.entries = entries;
            return this;
        }

        /// Completion entries of an io_uring, a power of two from 1 to 65,536, not fewer than the submission entries;
        /// by default 4,096, or fewer for few submission entries. What does not fit waits in the kernel, in order, and
        /// costs a system call more. No meaning elsewhere.
        public Builder completionEntries(int entries) {
            if (entries < 1 || Integer.bitCount(entries) != 1 || entries > 1 << 16) {
                throw new IllegalArgumentException(
                        "completionEntries: " + entries + "; it must be a power of two from 1 to 65536");
            }
            options.completionEntries = entries;
            return this;
        }

        /// Has a thread of the kernel's take what an io_uring is to do, so that starting operations needs no system
        /// call while that thread is awake. It keeps a CPU busy: worth it only where one can be spared. No meaning
        /// elsewhere. What is cancelled or paused goes on until that thread comes to it. See IORING_SETUP_SQPOLL in
        /// `man 2 io_uring_setup`.
        ///
        /// @param idle how long it goes on looking when there is nothing, before it sleeps: 0 to 2,147,483,647 whole
        ///             milliseconds; zero is the kernel's default, 1 s
        public Builder kernelThread(Duration idle) {
            if (idle.isNegative() || idle.toMillis() > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "kernelThread: idle for " + idle + "; it must be 0 to 2147483647 ms");
            }
            options.kernelThread = true;
            options.kernelThreadIdleMillis = (int) idle.toMillis();
            return this;
        }

        /// Like [#kernelThread(Duration)], with the thread bound to one CPU. See IORING_SETUP_SQ_AFF in `man 2
        /// io_uring_setup`.
        ///
        /// @param idle 0 to 2,147,483,647 whole milliseconds
        /// @param cpu  counted from 0; one that is not there fails when the ring is made
        public Builder kernelThread(Duration idle, int cpu) {
            if (cpu < 0) {
                throw new IllegalArgumentException("kernelThread: CPU " + cpu + "; they count from 0");
            }
            options.kernelThreadCpu = cpu;
            return kernelThread(idle);
        }

        /// Shares what works for another io_uring inside the kernel: its worker threads and, if both have one, its
        /// [#kernelThread(Duration)]. The other ring must be open when this one is made; afterwards each ends by
        /// itself. No meaning if one of them is on another backend. See IORING_SETUP_ATTACH_WQ in `man 2
        /// io_uring_setup`.
        public Builder shareWorkers(Ring other) {
            options.sharesWorkersOf = other.loop;
            return this;
        }

        /// Places for direct descriptors on an io_uring, 1 to 32,768; by default none. No meaning elsewhere. See
        /// [Ring#toDirectDescriptor].
        public Builder directDescriptors(int count) {
            if (count < 1 || count > 1 << 15) {
                throw new IllegalArgumentException("directDescriptors: " + count + "; there must be 1 to 32768");
            }
            options.directDescriptors = count;
            return this;
        }

        /// Events that epoll or kqueue gives in one call, 1 to 65,536; by default 512. More of them wait for the next
        /// turn. No meaning on io_uring.
        public Builder events(int events) {
            if (events < 1 || events > 1 << 16) {
                throw new IllegalArgumentException("events: " + events + "; there must be 1 to 65536");
            }
            options.events = events;
            return this;
        }

        /// Changes of what is waited for that are kept for the next call to kqueue, 1 to 65,536; by default 256. A full
        /// batch is handed over by a call of its own. No meaning elsewhere.
        public Builder changes(int changes) {
            if (changes < 1 || changes > 1 << 16) {
                throw new IllegalArgumentException("changes: " + changes + "; there must be 1 to 65536");
            }
            options.changes = changes;
            return this;
        }

        /// Operations that may wait for their turn in one direction of a stream, at least 1; by default 64.
        public Builder queueLimit(int operations) {
            options.queueLimit = positive("queueLimit", operations);
            return this;
        }

        /// Starts and tasks from other threads that may wait for the polling thread, at least 1; by default 65,536.
        public Builder inboxLimit(int tasks) {
            options.inboxLimit = positive("inboxLimit", tasks);
            return this;
        }

        /// How long closing from another thread, and the ring's own end, wait for operations in flight; by default 5 s.
        ///
        /// @param deadline zero or more
        public Builder closeDeadline(Duration deadline) {
            if (deadline.isNegative()) {
                throw new IllegalArgumentException("closeDeadline: " + deadline + " is negative");
            }
            options.closeDeadlineNanos = Math.min(Durations.nanos(deadline), Long.MAX_VALUE / 4);
            return this;
        }

        /// Runs calls that may block, where the backend cannot wait for them; by default up to four threads of the
        /// ring's own, made when needed.
        public Builder offload(Executor executor) {
            options.offload = Objects.requireNonNull(executor, "executor");
            return this;
        }

        /// Remembers for every fd where it was made, so that the report of one that was dropped without being closed
        /// tells; by default what `-Dringway.trackCreation=true` says. Costs some microseconds an operation.
        public Builder trackCreation(boolean track) {
            options.tracksCreation = track;
            return this;
        }

        /// Gets what callbacks throw, on the polling thread; by default it is logged. The loop goes on in any case.
        public Builder uncaughtHandler(Consumer<? super Throwable> handler) {
            options.uncaught = Objects.requireNonNull(handler, "handler");
            return this;
        }

        private static int positive(String setting, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(setting + ": " + value + "; it must be at least 1");
            }
            return value;
        }

        /// Makes the ring; nobody polls it yet.
        ///
        /// @throws BackendUnavailableException if the backend that was asked for cannot be used, or none can
        /// @throws IllegalArgumentException    if there are fewer completion entries than submission entries, or
        ///                                     `-Dringway.backend` names no backend
        public Ring create() throws BackendUnavailableException {
            if (options.completionEntries > 0 && options.completionEntries < options.entries) {
                throw new IllegalArgumentException("completionEntries: " + options.completionEntries
                        + " for " + options.entries + " submission entries; there must not be fewer");
            }
            Backends.Chosen chosen = Backends.choose(backend, new LoopOptions(options));
            return new Ring(chosen.loop(), chosen.choice());
        }

        /// Makes the ring and runs it on a platform thread of its own, which is no daemon.
        ///
        /// @param name of the ring and, after `ringway-`, of its thread
        /// @throws BackendUnavailableException if the backend that was asked for cannot be used, or none can
        public Ring start(String name) throws BackendUnavailableException {
            name(name);
            Ring ring = create();
            ring.loop.runOn(Thread.ofPlatform().name("ringway-" + name).daemon(false));
            return ring;
        }
    }
}
