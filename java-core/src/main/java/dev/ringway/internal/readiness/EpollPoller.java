package dev.ringway.internal.readiness;

import dev.ringway.internal.ffi.EpollEvent;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Pages;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import java.io.IOException;

/// epoll(7), edge-triggered. It is woken through an eventfd, whose every write is an edge, so that nobody has to read
/// it.
public final class EpollPoller implements Poller {
    private static final long WAKE = -1;

    private final Sys sys;
    private final int epoll;
    private final int wakeFd;
    private final int most;
    private final Pages memory;
    private final long events;
    private final long change;
    private final long counter;
    private final long one;

    /// @param most events that one call takes
    /// @throws IOException if the kernel refuses
    public EpollPoller(Sys sys, int most) throws IOException {
        this.sys = sys;
        this.most = most;
        memory = Pages.map(sys, (most + 1L) * EpollEvent.BYTES + 2 * Long.BYTES);
        counter = memory.address();
        one = counter + Long.BYTES;
        change = one + Long.BYTES;
        events = change + EpollEvent.BYTES;
        Memory.putLong(one, 1);
        epoll = sys.epollCreate();
        wakeFd = epoll < 0 ? epoll : sys.eventfd(0, Linux.EFD_CLOEXEC() | Linux.EFD_NONBLOCK());
        int res = wakeFd < 0 ? wakeFd : register(wakeFd, WAKE, READABLE);
        if (res < 0) {
            closeAll();
            throw new IOException(
                    "epoll_create1, eventfd or epoll_ctl: " + Errno.name(-res) + ", " + Errno.message(-res));
        }
    }

    private void closeAll() {
        if (epoll >= 0) {
            sys.close(epoll);
        }
        if (wakeFd >= 0) {
            sys.close(wakeFd);
        }
        memory.close();
    }

    @Override
    public int fd() {
        return epoll;
    }

    @Override
    public boolean hasUnsubmitted() {
        return false;
    }

    @Override
    public int register(int fd, long token, int bit) {
        int interest = Linux.EPOLLIN() | Linux.EPOLLOUT() | Linux.EPOLLRDHUP() | Linux.EPOLLPRI() | Linux.EPOLLET();
        EpollEvent.put(change, interest, token);
        int res = sys.epollCtl(epoll, Linux.EPOLL_CTL_ADD(), fd, change);
        return res < 0 ? res : READABLE | WRITABLE;
    }

    @Override
    public int deregister(int fd) {
        return sys.epollCtl(epoll, Linux.EPOLL_CTL_DEL(), fd, change);
    }

    /// The kernel ends the registration with the file.
    @Override
    public void closing(int fd) {}

    @Override
    public int await(long nanos) {
        return sys.epollWait(epoll, events, most, nanos);
    }

    @Override
    public long token(int event) {
        return EpollEvent.data(address(event));
    }

    @Override
    public int bits(int event) {
        int bits = EpollEvent.events(address(event));
        // Urgent data too: a read stops at its mark, so that a short one proves nothing
        int ended = bits & (Linux.EPOLLRDHUP() | Linux.EPOLLHUP() | Linux.EPOLLERR() | Linux.EPOLLPRI());
        return ((bits & Linux.EPOLLIN()) != 0 || ended != 0 ? READABLE : 0)
                | ((bits & (Linux.EPOLLOUT() | Linux.EPOLLHUP() | Linux.EPOLLERR())) != 0 ? WRITABLE : 0)
                | (ended != 0 ? HANG_UP : 0);
    }

    @Override
    public int refused(int event) {
        return 0;
    }

    @Override
    public int taken(int event) {
        return 0;
    }

    @Override
    public boolean tellsUrgentData() {
        return true;
    }

    private long address(int event) {
        return events + (long) event * EpollEvent.BYTES;
    }

    @Override
    public void wake() {
        sys.write(wakeFd, one, Long.BYTES);
    }

    @Override
    public void close(long wakesOwed) {
        long owed = wakesOwed;
        while (owed > 0) {
            if (sys.read(wakeFd, counter, Long.BYTES) == Long.BYTES) {
                owed -= Memory.getLong(counter);
            } else {
                Thread.onSpinWait(); // the writer is between its decision and its write
            }
        }
        closeAll();
    }
}
