package dev.ringway.internal.op.net;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Sqe;
import java.net.SocketAddress;

/// connect(2) in the two phases that it has when it is attempted.
///
/// The call itself, and, if that goes on in the background, the socket's error once the socket is writable. A unix
/// socket whose listener's queue is full says -EAGAIN while epoll says writable, always: that one is tried again by
/// time.
final class ConnectCall {
    static final long RETRY_NANOS = 10_000_000;
    /// Scratch memory: the address, then room for options.
    static final int SCRATCH_BYTES = Addresses.BYTES + Presets.SCRATCH_BYTES;

    private final SocketAddress address;
    private final int family;
    private int length;
    private boolean underWay;
    private Interest interest = Interest.WRITABLE;

    ConnectCall(SocketAddress address, int family) {
        Addresses.check(address, family, "connect");
        this.address = address;
        this.family = family;
    }

    SocketAddress address() {
        return address;
    }

    int family() {
        return family;
    }

    void fillScratch(long scratch) {
        length = Addresses.encode(address, family, scratch, "connect");
    }

    void prepare(Sqe sqe, int fd, long scratch) {
        if (!underWay) {
            sqe.connect(fd, scratch, length);
        }
    }

    /// The ring's call was interrupted: it goes on in the background, and a second one would only be told so.
    boolean goesOn(int res) {
        underWay |= res == -Errno.EINTR;
        return res == -Errno.EINTR;
    }

    Interest interest() {
        return interest;
    }

    int attempt(Sys sys, int fd, long scratch) {
        if (underWay) {
            return settled(sys, fd, scratch);
        }
        int res = sys.connect(fd, scratch, length);
        if (res == -Errno.EINPROGRESS || res == -Errno.EINTR) {
            underWay = true;
            return -Errno.EAGAIN;
        }
        if (res == -Errno.EAGAIN) {
            interest = Interest.LATER;
        }
        return res;
    }

    /// SO_ERROR says how it ended; whether there is a peer says that it has ended.
    private static int settled(Sys sys, int fd, long scratch) {
        long value = scratch + Addresses.BYTES;
        long valueLength = value + Integer.BYTES;
        Memory.putInt(valueLength, Integer.BYTES);
        int res = sys.getsockopt(fd, Linux.SOL_SOCKET(), Linux.SO_ERROR(), value, valueLength);
        if (res < 0) {
            return res;
        }
        int error = Memory.getInt(value);
        if (error != 0) {
            return -error;
        }
        Memory.putInt(valueLength, Addresses.BYTES);
        res = sys.getpeername(fd, scratch, valueLength);
        return res == -Errno.ENOTCONN ? -Errno.EAGAIN : res;
    }
}
