package dev.ringway.internal.readiness;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Kevent;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Notes;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The filters of a queue for signals and for changes to files: EVFILT_SIGNAL and EVFILT_VNODE in kqueue(2).
///
/// A queue has one entry for a signal, however many listen. Whoever adds and removes may be on any thread, and the
/// change is made at once; so nobody makes one any more once the queue is about to be closed, and its number may soon
/// be that of another.
final class KqueueNotes implements Notes {
    private static final int ALL_OF_FILES = Kevent.NOTE_DELETE | Kevent.NOTE_WRITE | Kevent.NOTE_EXTEND
            | Kevent.NOTE_ATTRIB | Kevent.NOTE_LINK | Kevent.NOTE_RENAME | Kevent.NOTE_REVOKE;

    private final Sys sys;
    private final Kevent layout;
    private final int kqueue;
    /// By the system's own numbers.
    private final Map<Integer, List<Noted>> signals = new HashMap<>();
    private final Map<Integer, Listener> files = new HashMap<>();
    private long serials;
    private volatile boolean closed;

    /// Who listens to an fd, and which of those that have had its number this one is.
    private record Listener(long serial, Noted who) {}

    KqueueNotes(Sys sys, Kevent layout, int kqueue) {
        this.sys = sys;
        this.layout = layout;
        this.kqueue = kqueue;
    }

    /// One change, made at once: with a receipt no event is among the answers.
    private int change(long ident, int filter, int flags, int notes, long serial) {
        try (Arena arena = Arena.ofConfined()) {
            long at = arena.allocate(layout.bytes(), Long.BYTES).address();
            layout.put(at, ident, filter, flags | Kevent.EV_RECEIPT, notes, serial);
            int res = sys.kevent(kqueue, at, 1, at, 1, 0);
            return res <= 0 ? res : -Kevent.data(at);
        }
    }

    // ---- signals

    @Override
    public synchronized int addSignal(int signal, Noted who) {
        int number = layout.signal(signal);
        if (number < 0) {
            return -Errno.EINVAL;
        }
        List<Noted> listening = signals.computeIfAbsent(number, any -> new ArrayList<>(1));
        listening.add(who);
        int res = listening.size() > 1 || closed
                ? 0
                : change(number, Kevent.EVFILT_SIGNAL, Kevent.EV_ADD | Kevent.EV_CLEAR, 0, 0);
        if (res < 0) {
            signals.remove(number);
        }
        return res;
    }

    @Override
    public synchronized void removeSignal(int signal, Noted who) {
        int number = layout.signal(signal);
        List<Noted> listening = signals.get(number);
        if (listening != null && listening.remove(who) && listening.isEmpty()) {
            signals.remove(number);
            if (!closed) {
                change(number, Kevent.EVFILT_SIGNAL, Kevent.EV_DELETE, 0, 0);
            }
        }
    }

    private synchronized List<Noted> listening(int number) {
        return List.copyOf(signals.getOrDefault(number, List.of()));
    }

    // ---- owner

    @Override
    public int addFile(int fd, Noted who) {
        long serial = ++serials;
        int res = change(fd, Kevent.EVFILT_VNODE, Kevent.EV_ADD | Kevent.EV_CLEAR, ALL_OF_FILES, serial);
        if (res == 0) {
            files.put(fd, new Listener(serial, who));
        }
        return res;
    }

    @Override
    public void removeFile(int fd) {
        files.remove(fd);
        if (layout.isEmulated() && !closed) {
            change(fd, Kevent.EVFILT_VNODE, Kevent.EV_DELETE, 0, 0);
        }
    }

    /// Tells who listens, if this is not of an fd that is ready.
    boolean tell(long event) {
        return switch (Kevent.filter(event)) {
            case Kevent.EVFILT_SIGNAL -> {
                int count = Math.max(1, Kevent.data(event));
                listening(Kevent.fd(event)).forEach(who -> who.noted(0, count));
                yield true;
            }
            case Kevent.EVFILT_VNODE -> {
                Listener listener = files.get(Kevent.fd(event));
                if (listener != null && listener.serial == Kevent.udata(event)) {
                    listener.who.noted(Kevent.fflags(event), 1);
                }
                yield true;
            }
            default -> false;
        };
    }

    /// The queue is about to be closed.
    synchronized void close() {
        closed = true;
    }
}
