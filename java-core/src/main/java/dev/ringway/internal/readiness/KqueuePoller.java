package dev.ringway.internal.readiness;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Kevent;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Pages;
import dev.ringway.internal.ffi.Sys;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/// kqueue(2), edge-triggered (`EV_CLEAR`), with a filter for each direction.
///
/// 1. *Additions wait* in a batch, which the next wait hands over, so that they cost no call of their own. An addition
///    begins with the state of its fd: what has happened since it was asked for is told.
/// 2. *One that fails* comes back as an event that says so ([#refused(int)]); there is nobody else to tell.
/// 3. *A removal is made at once*, and takes additions that still wait out of the batch first: no change may reach a
///    number that was closed, or that somebody else has got since.
/// 4. Kernels forget an fd that is closed; a library ([Kevent#isEmulated()]) has to be told.
/// 5. The wake-up is a user event. Every trigger brings its token along, since it replaces the one that was there.
public final class KqueuePoller implements Poller {
    private static final long WAKE = -1;

    private final Sys sys;
    private final Kevent layout;
    private final int mostEvents;
    private final int mostChanges;
    private final int kqueue;
    private final Pages memory;
    private final long events;
    private final long changes;
    private final long removals;
    private final long trigger;
    private final AtomicLong wakes = new AtomicLong();
    private final KqueueNotes notes;
    private int waiting;

    /// @param layout      the events of these system calls
    /// @param mostEvents  that one call takes
    /// @param mostChanges that wait for one call
    /// @throws IOException if the kernel refuses
    public KqueuePoller(Sys sys, Kevent layout, int mostEvents, int mostChanges) throws IOException {
        this.sys = sys;
        this.mostEvents = mostEvents;
        this.mostChanges = mostChanges;
        this.layout = layout;
        memory = Pages.map(sys, (mostEvents + mostChanges + 2L + 1L) * layout.bytes());
        events = memory.address();
        changes = events + (long) mostEvents * layout.bytes();
        removals = changes + (long) mostChanges * layout.bytes();
        trigger = removals + 2L * layout.bytes();
        kqueue = sys.kqueue();
        notes = new KqueueNotes(sys, layout, kqueue);
        int res = kqueue < 0 ? kqueue : addWake();
        if (res < 0) {
            closeAll();
            throw new IOException("kqueue or kevent: " + Errno.name(-res) + ", " + Errno.message(-res));
        }
    }

    private int addWake() {
        layout.put(trigger, 0, layout.user(), Kevent.EV_ADD | Kevent.EV_CLEAR, 0, WAKE);
        int res = sys.kevent(kqueue, trigger, 1, 0, 0, 0);
        layout.put(trigger, 0, layout.user(), 0, Kevent.NOTE_TRIGGER, WAKE);
        return res;
    }

    private void closeAll() {
        if (kqueue >= 0) {
            sys.close(kqueue);
        }
        memory.close();
    }

    /// What a library gives for the queue is no fd of its own interface.
    @Override
    public int fd() {
        return layout.isEmulated() ? -Errno.EOPNOTSUPP : kqueue;
    }

    @Override
    public boolean hasUnsubmitted() {
        return waiting > 0;
    }

    @Override
    public int register(int fd, long token, int bit) {
        if (waiting == mostChanges) {
            int res = handOver();
            if (res < 0) {
                return res;
            }
        }
        layout.put(change(waiting++), fd, filter(bit), Kevent.EV_ADD | Kevent.EV_CLEAR, 0, token);
        return bit;
    }

    private static int filter(int bit) {
        return bit == READABLE ? Kevent.EVFILT_READ : Kevent.EVFILT_WRITE;
    }

    private long change(int index) {
        return changes + (long) index * layout.bytes();
    }

    /// The batch is full. With a receipt for each change no event is among the answers, which take the place of the
    /// changes; one that was refused stays in the batch, so that the next wait is told again.
    private int handOver() {
        for (int i = 0; i < waiting; i++) {
            addFlags(change(i), Kevent.EV_RECEIPT);
        }
        int res = sys.kevent(kqueue, changes, waiting, changes, waiting, 0);
        if (res < 0 && res != -Errno.EINTR) {
            return res;
        }
        int refused = 0;
        for (int i = 0; i < res; i++) {
            long receipt = change(i);
            if (Kevent.data(receipt) != 0) {
                layout.put(change(refused++), Kevent.fd(receipt), Kevent.filter(receipt),
                        Kevent.EV_ADD | Kevent.EV_CLEAR, 0, Kevent.udata(receipt));
            }
        }
        waiting = refused;
        return refused < mostChanges ? 0 : -Errno.ENOMEM;
    }

    private void addFlags(long change, int flags) {
        layout.put(change, Kevent.fd(change), Kevent.filter(change), Kevent.flags(change) | flags, 0,
                Kevent.udata(change));
    }

    @Override
    public int deregister(int fd) {
        takeBack(fd);
        layout.put(removals, fd, Kevent.EVFILT_READ, Kevent.EV_DELETE | Kevent.EV_RECEIPT, 0, 0);
        layout.put(removals + layout.bytes(), fd, Kevent.EVFILT_WRITE, Kevent.EV_DELETE | Kevent.EV_RECEIPT, 0, 0);
        // Answers take the place of the changes: the events of this turn are still being handed out
        int res = sys.kevent(kqueue, removals, 2, removals, 2, 0);
        return Math.min(res, 0);
    }

    @Override
    public void closing(int fd) {
        if (layout.isEmulated()) {
            deregister(fd);
        } else {
            takeBack(fd);
        }
    }

    private void takeBack(int fd) {
        int kept = 0;
        for (int i = 0; i < waiting; i++) {
            if (Kevent.fd(change(i)) != fd) {
                if (kept != i) {
                    Memory.copy(change(i), change(kept), layout.bytes());
                }
                kept++;
            }
        }
        waiting = kept;
    }

    @Override
    public int await(long nanos) {
        int count = waiting;
        waiting = 0; // also when a signal ends the wait, which begins after the changes have been made
        return sys.kevent(kqueue, changes, count, events, mostEvents, nanos);
    }

    @Override
    public KqueueNotes notes() {
        return notes;
    }

    @Override
    public boolean noted(int event) {
        return notes.tell(event(event));
    }

    @Override
    public long token(int event) {
        return Kevent.udata(event(event));
    }

    @Override
    public int bits(int event) {
        long at = event(event);
        if (Kevent.filter(at) == Kevent.EVFILT_WRITE) {
            return WRITABLE;
        }
        return (Kevent.flags(at) & Kevent.EV_EOF) != 0 ? READABLE | HANG_UP : READABLE;
    }

    @Override
    public int refused(int event) {
        long at = event(event);
        return (Kevent.flags(at) & Kevent.EV_ERROR) != 0 ? -Kevent.data(at) : 0;
    }

    /// A library has found the error by taking it from the socket. It says EIO of what is no socket, which has none.
    @Override
    public int taken(int event) {
        long at = event(event);
        if (!layout.isEmulated() || (Kevent.flags(at) & Kevent.EV_EOF) == 0 || Kevent.fflags(at) == Errno.EIO) {
            return 0;
        }
        return -Kevent.fflags(at);
    }

    /// No filter tells of urgent data on every system.
    @Override
    public boolean tellsUrgentData() {
        return false;
    }

    private long event(int index) {
        return events + (long) index * layout.bytes();
    }

    @Override
    public void wake() {
        sys.kevent(kqueue, trigger, 1, 0, 0, 0);
        wakes.incrementAndGet();
    }

    @Override
    public void close(long wakesOwed) {
        while (wakes.get() < wakesOwed) {
            Thread.onSpinWait(); // the other thread is between its decision and the end of its call
        }
        notes.close();
        closeAll();
    }
}
