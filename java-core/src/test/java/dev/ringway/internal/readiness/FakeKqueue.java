package dev.ringway.internal.readiness;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Kevent;
import dev.ringway.internal.ffi.LinuxSys;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.testing.CountingSys;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A kernel with kqueue in any layout, which writes down what it is asked, and tells the events that a test has put
/// there. Changes are refused where the test says so; removals of what is not there are refused with ENOENT.
final class FakeKqueue extends CountingSys {
    /// The number of the queue, which is no fd.
    static final int QUEUE = 9999;

    private static final Map<Integer, String> FILTERS =
            Map.of(Kevent.EVFILT_READ, "read", Kevent.EVFILT_WRITE, "write", Kevent.EVFILT_VNODE, "vnode",
                    Kevent.EVFILT_SIGNAL, "signal", -10, "user", -11, "user");

    private final Kevent layout;
    private final List<String> calls = new ArrayList<>();
    private final Map<String, Integer> refusals = new HashMap<>();
    private final Deque<Event> events = new ArrayDeque<>();
    private final List<String> registered = new ArrayList<>();
    private int closes;
    int interruptions;

    FakeKqueue(Kevent layout) {
        super(new LinuxSys());
        this.layout = layout;
    }

    /// What is told about an fd.
    record Event(int fd, int filter, int flags, int fflags, long token) {}

    /// The calls since the last time: changes in words, and "wait" if events were asked for.
    List<String> asked() {
        List<String> since = List.copyOf(calls);
        calls.clear();
        return since;
    }

    /// What is registered.
    List<String> registered() {
        return List.copyOf(registered);
    }

    int closes() {
        return closes;
    }

    void refuse(String change, int errno) {
        refusals.put(change, errno);
    }

    void tell(Event event) {
        events.add(event);
    }

    @Override
    public int kqueue() {
        return QUEUE;
    }

    @Override
    public int close(int fd) {
        if (fd == QUEUE) {
            closes++;
            return 0;
        }
        return super.close(fd);
    }

    @Override
    public synchronized int kevent(int kqueue, long changes, int changeCount, long to, int room, long nanos) {
        List<String> words = new ArrayList<>();
        int told = 0;
        for (int i = 0; i < changeCount; i++) {
            long change = changes + (long) i * layout.bytes();
            String what = FILTERS.get(Kevent.filter(change)) + " " + Kevent.fd(change);
            int flags = Kevent.flags(change);
            int error = make(what, change, flags);
            words.add(word(change, flags) + " " + what);
            if (error != 0 || (flags & Kevent.EV_RECEIPT) != 0) {
                if (told == room) {
                    return -error;
                }
                put(to, told++, new Event(Kevent.fd(change), Kevent.filter(change), flags | Kevent.EV_ERROR, 0,
                        Kevent.udata(change)), error);
            }
        }
        calls.add(String.join(", ", words) + (room > changeCount ? words.isEmpty() ? "wait" : "; wait" : ""));
        if (interruptions > 0 && room > changeCount) {
            interruptions--;
            return -Errno.EINTR;
        }
        while (told == 0 && room > changeCount && !events.isEmpty()) {
            int count = 0;
            for (Event event = events.poll(); event != null; event = events.poll()) {
                put(to, count++, event, 0);
            }
            return count;
        }
        return told;
    }

    private String word(long change, int flags) {
        if (Kevent.fflags(change) == Kevent.NOTE_TRIGGER) {
            return "trigger with " + Kevent.udata(change);
        }
        return (flags & Kevent.EV_DELETE) != 0 ? "delete" : "add";
    }

    private int make(String what, long change, int flags) {
        if ((flags & Kevent.EV_ADD) != 0) {
            Integer refusal = refusals.get(what);
            if (refusal == null) {
                registered.add(what + ((flags & Kevent.EV_CLEAR) != 0 ? "" : " without EV_CLEAR"));
                return 0;
            }
            return refusal;
        }
        return (flags & Kevent.EV_DELETE) == 0 || registered.remove(what) ? 0 : Errno.ENOENT;
    }

    private void put(long to, int index, Event event, int data) {
        long at = to + (long) index * layout.bytes();
        layout.put(at, event.fd, event.filter, event.flags, event.fflags, event.token);
        Memory.putLong(at + 16, data);
    }
}
