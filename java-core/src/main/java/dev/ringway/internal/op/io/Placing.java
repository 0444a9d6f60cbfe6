package dev.ringway.internal.op.io;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.op.DirectFd;
import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Sqe;

/// What has been made with fds becomes direct descriptors: the ring takes the open files, and the fds are closed.
///
/// io_uring can make a socket, and since Linux 6.16 a pipe, without any fd. That is no use here: what is set before
/// anybody has it, options of sockets and sizes of pipes, is set by its number. So one way serves every kernel.
public final class Placing {
    private static final int[] NONE = {};

    private final Driver driver;
    private int[] fds = NONE;
    private boolean begun;
    private boolean made;
    private int failure;

    public Placing(Driver driver) {
        this.driver = driver;
    }

    /// Owner: whether the fds have to be made now, which is once, and only if the ring has places.
    public boolean begins() {
        boolean first = !begun;
        begun = true;
        failure = first ? driver.refusesDirect() : failure;
        return first && failure == 0;
    }

    /// Owner: they have been made.
    ///
    /// @param res -errno if they could not be
    public void made(int res, int... numbers) {
        made = true;
        failure = Math.min(res, 0);
        fds = failure < 0 ? NONE : numbers;
    }

    /// Owner: asks the ring to take them, or leaves the entry unfilled.
    ///
    /// @param scratch room for the numbers, over which the kernel writes the places
    public void prepare(Sqe sqe, long scratch) {
        for (int i = 0; i < fds.length; i++) {
            Memory.putInt(scratch + (long) i * Integer.BYTES, fds[i]);
        }
        if (failure == 0) {
            sqe.filesUpdate(scratch, fds.length);
        }
    }

    /// Why there is nothing to ask the ring for, as -errno.
    public int refusal() {
        return failure < 0 ? failure : driver.refusesDirect();
    }

    /// Owner: the ring has answered. The fds are closed; after a failure there are no direct descriptors either.
    ///
    /// @return 0 or -errno
    public int settle(int res, long scratch) {
        int wanted = fds.length;
        for (int fd : fds) {
            driver.sys().close(fd);
        }
        fds = NONE;
        if (res == wanted) {
            return 0;
        }
        for (int i = 0; i < Math.min(res, wanted); i++) {
            driver.closeDirect(DirectFd.slot(number(scratch, i)));
        }
        return res < 0 ? res : res == 0 ? -Errno.EPROTO : -Errno.ENFILE; // it says why only if it takes none
    }

    /// Owner: the number of a direct descriptor that was made.
    public int number(long scratch, int index) {
        return DirectFd.of(Memory.getInt(scratch + (long) index * Integer.BYTES));
    }

    /// What may help, if it was not for want of fds.
    ///
    /// @param otherwise what may help to make them
    public String remedy(int errno, String otherwise) {
        return made && failure < 0 ? otherwise : DirectFd.remedy(errno);
    }
}
