package dev.ringway.storm;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.testing.CountingSys;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Keeps account of descriptors: close(2) must succeed, and be called once for each.
///
/// Descriptors that io_uring makes come in completions, which nobody sees here. For those a second close shows as
/// EBADF, or as the loss of a stranger's descriptor, and a missing one in the census.
final class FdLedger extends CountingSys {
    private final boolean seesAll;
    private final Set<Integer> open = ConcurrentHashMap.newKeySet();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

    /// @param seesAll whether every descriptor is made by a call
    FdLedger(Sys real, boolean seesAll) {
        super(real);
        this.seesAll = seesAll;
    }

    /// What was closed twice, or not by its owner.
    Queue<String> wrong() {
        return wrong;
    }

    /// What is open.
    Set<Integer> open() {
        return open;
    }

    private int born(int fd) {
        if (fd >= 0 && !open.add(fd) && seesAll) {
            wrong.add("descriptor " + fd + " came to life while it was open");
        }
        return fd;
    }

    @Override
    public int close(int fd) {
        if (!open.remove(fd) && seesAll) {
            wrong.add("close of descriptor " + fd + ", which is not open");
        }
        int res = super.close(fd);
        if (res != 0) {
            wrong.add("close of descriptor " + fd + ": " + Errno.name(-res));
        }
        return res;
    }

    /// Wake-ups are written from other threads: never to a number that has been given up.
    @Override
    public int write(int fd, long address, int length) {
        if (!open.contains(fd) && seesAll) {
            wrong.add("write to descriptor " + fd + ", which is not open");
        }
        return super.write(fd, address, length);
    }

    @Override
    public int ioUringSetup(int entries, long params) {
        return born(super.ioUringSetup(entries, params));
    }

    @Override
    public int epollCreate() {
        return born(super.epollCreate());
    }

    @Override
    public int eventfd(int initial, int flags) {
        return born(super.eventfd(initial, flags));
    }

    @Override
    public int openat(int directory, long path, int flags, int mode) {
        return born(super.openat(directory, path, flags, mode));
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        return born(super.socket(domain, type, protocol));
    }

    @Override
    public int accept4(int fd, long address, long lengthAddress, int flags) {
        return born(super.accept4(fd, address, lengthAddress, flags));
    }

    @Override
    public int socketpair(int domain, int type, int protocol, long fds) {
        int res = super.socketpair(domain, type, protocol, fds);
        if (res == 0) {
            born(Memory.getInt(fds));
            born(Memory.getInt(fds + Integer.BYTES));
        }
        return res;
    }
}
