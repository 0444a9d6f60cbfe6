package dev.ringway.internal.op;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.generated.Linux;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// An open file descriptor and what is going on with it.
///
/// How it closes:
///
/// 1. Whoever closes first marks it closed; from now on operations that start complete with ClosedChannelException.
/// 2. On the polling thread its own operations in flight are asked to end, one by one: by operation and not by fd,
///    since a duplicate shares the file. The last handle of a socket that we made shuts it down at once, so that the
///    peer hears of it and a listening port refuses; not where close(2) is to reset it.
/// 3. The last of its operations to finish calls close(2). Never earlier: until then the kernel may write into their
///    buffers, and the number must not be given to somebody else.
public final class Handle {
    private static final Log CLOSES_LATE = new Log(System.Logger.Level.WARNING);
    private static final Log LOST = new Log(System.Logger.Level.WARNING);
    private static final Log CLOSE_FAILED = new Log(System.Logger.Level.WARNING);
    private static final VarHandle CLOSED;
    private static final VarHandle MOVES;
    private static final int NO_FD = -1;

    static {
        try {
            CLOSED = MethodHandles.lookup().findVarHandle(Handle.class, "closed", boolean.class);
            MOVES = MethodHandles.lookup().findVarHandle(Handle.class, "moves", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /// The loop that drives it.
    public final Driver driver;
    /// The number. Only operations and drivers see it.
    public final int fd;
    /// Turns of reading; null where reads overlap freely.
    public final @Nullable Lane reads;
    /// Turns of writing; the same lane as that of reading where both share a file position.
    public final @Nullable Lane writes;
    /// What the backend keeps for this fd.
    public @Nullable Object attachment;
    /// Owner: an address that is known of it: of a listener its own, of others their peer's, as accept(2) said it.
    public @Nullable SocketAddress address;
    /// Owner: what the backend knows of its place among registered files; 0 is nothing.
    public int place;
    /// Links of the ring's list of open handles.
    public @Nullable Handle nextOpen;
    public @Nullable Handle previousOpen;

    private final short family; // no wider than it needs to be: there may be many idle handles
    private final String description;
    private final FileDescription file;
    private final boolean keepsFd;
    private final boolean accepted;
    private final @Nullable Source source;
    private volatile Kind kind;
    private volatile boolean closed;
    private volatile @Nullable WeakReference<?> reach;
    private @Nullable Throwable madeAt;

    // Confined to the polling thread.
    private final InFlight inFlight = new InFlight();
    private int moves;
    private boolean closing;
    private boolean asking;
    private boolean lost;
    private int closeResult = Op.PENDING;
    private @Nullable List<Runnable> afterClose;

    /// A file.
    public Handle(Driver driver, int fd, Kind kind, String description) {
        this(driver, fd, kind, 0, description);
    }

    /// An end of a pipe.
    public Handle(Driver driver, int fd, Kind kind, String description, Waits waits) {
        this(driver, fd, kind, 0, description, new FileDescription(true, waits), false, false, null);
    }

    /// @param family      the address family of a socket, `AF_…`
    /// @param description what it is connected to or named, for messages
    public Handle(Driver driver, int fd, Kind kind, int family, String description) {
        this(driver, fd, kind, family, description, new FileDescription(true, Waits.NON_BLOCKING), false, false, null);
    }

    /// What has no fd of its own, since the loop's own queue tells of it.
    public static Handle of(Driver driver, Source source, Kind kind, String description) {
        return new Handle(driver, NO_FD, kind, 0, description,
                new FileDescription(true, Waits.NON_BLOCKING), false, false, source);
    }

    /// A connection that the listener has given. All of a listener share its name, since there may be many.
    public static Handle accepted(Handle listener, int fd) {
        return new Handle(listener.driver, fd, Kind.STREAM, listener.family, listener.description,
                new FileDescription(true, Waits.NON_BLOCKING), false, true, null);
    }

    private Handle(
            Driver driver,
            int fd,
            Kind kind,
            int family,
            String description,
            FileDescription file,
            boolean keepsFd,
            boolean accepted,
            @Nullable Source source) {
        this.driver = driver;
        this.fd = fd;
        this.kind = kind;
        this.family = (short) family;
        this.description = description;
        this.file = file;
        this.keepsFd = keepsFd;
        this.accepted = accepted;
        this.source = source;
        this.reads = kind.isRead() ? new Lane() : null;
        this.writes = kind == Kind.FILE ? reads : kind.isWritten() ? new Lane() : null;
    }

    /// A handle on an fd that Ringway did not make.
    ///
    /// @param keepsFd whether closing the handle leaves the fd open
    public static Handle foreign(
            Driver driver, int fd, Kind kind, String description, Waits waits, boolean keepsFd) {
        return new Handle(driver, fd, kind, 0, description, new FileDescription(false, waits), keepsFd, false, null);
    }

    /// Owner: a handle on a duplicate of its fd, with turns of its own.
    public Handle duplicate(int number) {
        Handle twin = new Handle(driver, number, kind, family, description, file, false, accepted, source);
        twin.address = address;
        file.joined(this, twin);
        return twin;
    }

    public Kind kind() {
        return kind;
    }

    /// The address family of a socket, `AF_…`; 0 for others.
    public int family() {
        return family;
    }

    /// Whether Ringway made it, so that nobody else has it.
    public boolean isOurs() {
        return file.isOurs();
    }

    /// Whether a receive that got less than it asked for has taken everything. On a unix socket it may have stopped at
    /// bytes that came with file descriptors, what is not ours may be a terminal, which gives line by line, a pipe with
    /// O_DIRECT gives packet by packet, and behind a message there may be the next one.
    public boolean shortReadDrains() {
        return file.isOurs() && family != Linux.AF_UNIX() && !file.isDirect() && kind != Kind.DATAGRAM;
    }

    /// Whether the file may stay open elsewhere when this fd is closed, or the fd itself.
    public boolean mayOutliveClose() {
        return keepsFd || file.mayOutliveClose();
    }

    /// Owner: how reads and writes wait on it, where they are attempted.
    public Waits waits() {
        return file.waits();
    }

    /// Owner: it turned out to wait otherwise than it seemed.
    public void waits(Waits otherwise) {
        file.waits(otherwise);
    }

    /// Before the user gets it: it was opened with O_DIRECT.
    public void markDirect() {
        file.markDirect();
    }

    /// Whether the ring alone knows it, by a place in its table; see [DirectFd].
    public boolean isDirectDescriptor() {
        return DirectFd.is(fd);
    }

    /// What it reads from in the place of an fd; null if it has one.
    public @Nullable Source source() {
        return source;
    }

    /// Whether it was opened with O_DIRECT.
    public boolean isDirect() {
        return file.isDirect();
    }

    /// What it is connected to or named.
    public String description() {
        return accepted ? "accepted " + description : description;
    }

    /// Owner: listen(2) has been called.
    public void turnIntoListener() {
        kind = Kind.LISTENER;
    }

    @Override
    public String toString() {
        return kind + " " + description();
    }

    /// Any thread.
    public boolean isClosed() {
        return closed;
    }

    // ---- operations in flight

    /// Owner.
    public InFlight inFlight() {
        return inFlight;
    }

    /// Owner: an operation of this handle has finished; the last one closes a closing handle.
    public void remove(Op op) {
        inFlight.remove(op);
        if (lost && inFlight.size() == 0) {
            closeLost();
        }
        if (closing && inFlight.size() == 0 && !asking) {
            closeNow();
        }
    }

    // ---- activity

    /// Owner: a round of an operation has moved something.
    public void countMove() {
        MOVES.setOpaque(this, moves + 1);
    }

    /// Any thread: how many rounds have moved something.
    public int moves() {
        return (int) MOVES.getOpaque(this);
    }

    /// Any thread: a write that the kernel carries out as a whole, if there is one, is to say how far it has come.
    public void askWriter() {
        if (writes != null && writes.isTaken()) {
            driver.post(new Task() {
                @Override
                public void run() {
                    Op writer = writes.head();
                    if (writer != null && writer.isOneRound()) {
                        driver.endRound(writer);
                    }
                }
            });
        }
    }

    // ---- reset

    /// Owner: the peer has reset the connection.
    public void markReset() {
        file.markReset();
    }

    /// Owner.
    public boolean wasReset() {
        return file.wasReset();
    }

    /// Owner: whether bytes were taken from the stream that nobody got.
    public boolean hasRetained() {
        return file.hasRetained();
    }

    /// Owner: those bytes.
    public Retained retained() {
        return file.retained();
    }

    /// Owner: keeps bytes that were taken from the stream and that nobody got. Who waits for bytes already, on a
    /// duplicate above all, would wait in vain: it is told, from the top of the loop, when all of them are here.
    public void retain(byte[] bytes, boolean first) {
        if (!hasRetained()) {
            driver.later(new Task() {
                @Override
                public void run() {
                    tellReaders();
                }
            });
        }
        retained().add(bytes, first);
    }

    private void tellReaders() {
        if (file.duplicates().isEmpty()) {
            tellReader();
        } else {
            file.duplicates().forEach(Handle::tellReader); // one of them is this
        }
    }

    /// Owner: tells who waits to read that there is something without a look at the fd.
    public void tellReader() {
        Op reader = reads == null ? null : reads.head();
        if (reader != null) {
            driver.runAgain(reader);
        }
    }

    // ---- moving to another loop

    /// Owner: the fd goes on in a handle of another loop; this one is closed, and the fd is not.
    ///
    /// The new handle may be used at once: what others start goes through the other loop's inbox, behind its birth.
    public Handle moveTo(Driver other) {
        if (!driver.onOwner()) {
            throw new IllegalStateException("moveTo of " + this + ": only on the polling thread of its ring, "
                    + driver.ringName() + "; use Ring.execute");
        }
        if (other == driver && !closed) {
            return this;
        }
        if (inFlight.size() > 0) {
            throw new IllegalStateException("moveTo of " + this + ": " + inFlight.size()
                    + " operations are in flight; wait for their end");
        }
        if (file.isDuplicated()) {
            throw new IllegalStateException("moveTo of " + this + ": it has, or had, a duplicate, which would stay");
        }
        if (isDirectDescriptor()) {
            throw new IllegalStateException("moveTo of " + this + ": only " + driver.ringName()
                    + " knows it; move what Ring.toFileDescriptor gives");
        }
        if (!markClosed()) {
            throw new IllegalStateException("moveTo of " + this + ": it is closed");
        }
        Handle moved = new Handle(other, fd, kind, family, description, file.heir(), keepsFd, accepted, source);
        moved.address = address;
        driver.handOver(this);
        if (driver.socketFlags() != other.socketFlags()) {
            int flags = driver.sys().fcntl(fd, Linux.F_GETFL(), 0);
            boolean waitsItself = (other.socketFlags() & Linux.SOCK_NONBLOCK()) != 0;
            int wanted = waitsItself ? flags | Linux.O_NONBLOCK() : flags & ~Linux.O_NONBLOCK();
            driver.sys().fcntl(fd, Linux.F_SETFL(), wanted);
        }
        if (!other.post(moved.birth())) {
            closeOnOwner(null);
            throw new RejectedExecutionException("moveTo of " + this + ": " + other.ringName() + " is closed");
        }
        closing = true;
        closeResult = 0;
        return moved;
    }

    /// Any thread, with fds of ours that are no operation's: the polling thread hears of them. If there is none any
    /// more they are closed.
    public static void announce(Handle... made) {
        boolean known = true;
        for (Handle each : made) {
            each.madeAt(each.driver.tracksCreation() ? new Throwable("made") : null);
            known &= each.driver.post(each.birth());
            if (!known) {
                each.closeFd();
            }
        }
        if (!known) {
            throw new RejectedExecutionException(made[0] + ": " + made[0].driver.ringName() + " is closed");
        }
    }

    /// The polling thread hears of it.
    Task birth() {
        return new Task() {
            @Override
            public void run() {
                if (closeResult == Op.PENDING) { // that thread may have got it by another way, and closed it, before
                    driver.born(Handle.this);
                }
            }
        };
    }

    // ---- who can reach it

    /// Before the user gets it: how to find out that nobody can reach it any more.
    public void reach(WeakReference<?> watched) {
        reach = watched;
    }

    /// What its user has; whoever holds this holds on to the fd.
    public @Nullable Object user() {
        WeakReference<?> watched = reach;
        return watched == null ? null : watched.get();
    }

    /// Where it was made, for the report; the first to say so knows.
    public void madeAt(@Nullable Throwable site) {
        madeAt = madeAt == null ? site : madeAt;
    }

    /// Any thread: nobody can reach it, so that nobody will close it.
    public void lost() {
        if (!closed) {
            driver.post(new Task() {
                @Override
                public void run() {
                    closeLost();
                }
            });
        }
    }

    /// An operation may have been started just before, by who then could not be reached any more: it ends first.
    private void closeLost() {
        lost = inFlight.size() > 0;
        if (lost || !markClosed()) {
            return;
        }
        Flight flight = Flight.of(driver.ringName());
        if (!keepsFd && flight != null) {
            flight.dropped(this);
        }
        if (!keepsFd) {
            LOST.line(this + " on " + driver.ringName() + " was dropped without being closed; it is closed now. "
                    + (madeAt == null ? "Ring.Builder.trackCreation tells where it was made" : "It was made here:"),
                    madeAt);
        }
        closeOnOwner(null);
    }

    // ---- close

    /// Any thread: step 1; true for the first caller.
    public boolean markClosed() {
        boolean first = CLOSED.compareAndSet(this, false, true);
        if (first) {
            file.left();
            WeakReference<?> watched = reach;
            if (watched != null) {
                watched.clear();
            }
        }
        return first;
    }

    /// Closes it, from any thread; waits only elsewhere than on the polling thread, and there at most the deadline.
    public void close() {
        boolean first = markClosed();
        if (driver.onOwner()) {
            closeOnOwner(null); // also if the same is on its way from another thread: from now on nothing may come
            return;
        }
        if (!first) {
            return;
        }
        CountDownLatch gone = new CountDownLatch(1);
        boolean posted = driver.post(new Task() {
            @Override
            public void run() {
                closeOnOwner(gone::countDown);
            }
        });
        if (posted && driver.owner() != null) {
            awaitClose(gone);
        }
    }

    private void awaitClose(CountDownLatch gone) {
        boolean interrupted = false;
        long deadline = System.nanoTime() + driver.closeDeadlineNanos();
        while (true) {
            try {
                if (!gone.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    CLOSES_LATE.line("close of " + this + " on " + driver.ringName()
                            + ": operations are still in flight after " + driver.closeDeadlineNanos() / 1_000_000
                            + " ms; it closes when they end");
                }
                break;
            } catch (InterruptedException restored) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Owner: nobody will get it: it closes when the operation that made it has finished.
    public void closeAfterwards() {
        if (markClosed()) {
            closing = true;
        }
    }

    /// Owner: steps 2 and 3, after [#markClosed]; or waits for them if they are under way.
    ///
    /// @param then runs when close(2) has been called
    public void closeOnOwner(@Nullable Runnable then) {
        if (then != null) {
            if (closeResult != Op.PENDING) {
                then.run();
                return;
            }
            List<Runnable> waiting = afterClose;
            if (waiting == null) {
                waiting = new ArrayList<>(1);
                afterClose = waiting;
            }
            waiting.add(then);
        }
        if (closing) {
            return;
        }
        closing = true;
        if (inFlight.size() > 0) {
            asking = true; // an operation that ends at once must not close under our feet
            inFlight.forEach(op -> driver.cancel(op, Cause.CLOSE));
            if (kind.isSocket() && file.isOurs() && file.isLeft() && !isDirectDescriptor() && !isToBeReset()) {
                driver.sys().shutdown(fd, Linux.SHUT_RDWR());
            }
            asking = false;
        }
        if (inFlight.size() == 0) {
            closeNow();
        }
    }

    /// Whether its user wants close(2) to reset the connection, by SO_LINGER of no seconds; a shutdown would end it in
    /// order before.
    private boolean isToBeReset() {
        return kind == Kind.STREAM && driver.sys().linger(fd) == 0;
    }

    /// Owner: calls close(2), whatever may still be in flight.
    ///
    /// @return 0 or -errno
    public int closeFd() {
        if (source != null) {
            source.close();
            return 0;
        }
        if (isDirectDescriptor()) {
            return driver.closeDirect(DirectFd.slot(fd));
        }
        int res = keepsFd ? 0 : driver.sys().close(fd); // never retried: Linux has released the number even on EINTR
        return res == -Errno.EINTR ? 0 : res;
    }

    /// The result of close(2), once it has been called: 0 or -errno.
    public int closeResult() {
        return closeResult;
    }

    private void closeNow() {
        if (closeResult != Op.PENDING) {
            return; // an operation that found it closed has come and gone
        }
        driver.forget(this);
        file.gone(this);
        closeResult = closeFd();
        List<Runnable> waiting = afterClose;
        afterClose = null;
        if (waiting != null) {
            waiting.forEach(Runnable::run);
        } else if (closeResult < 0) {
            CLOSE_FAILED.line("close of " + this + ": " + Errno.name(-closeResult));
        }
    }
}
