package dev.ringway.internal.op.io;

import dev.ringway.AsyncFd;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.IntOp;
import dev.ringway.internal.op.Kind;
import java.time.Duration;

/// What splice(2) can be given.
abstract class SpliceInputs extends IntOp implements AsyncFd.Splice {
    final Handle in;
    final Handle out;
    final int length;
    /// An offset in the file to take from, or -1.
    long from = -1;
    /// An offset in the file to give to, or -1.
    long at = -1;
    int flags;

    SpliceInputs(Handle in, Handle out, int length) {
        super(in.driver, in);
        this.in = in;
        this.out = out;
        this.length = length;
        if (length < 0) {
            throw refused(length + " bytes; there must be 0 or more");
        }
        if (in.driver != out.driver) {
            throw refused("they are of two rings; take both from one, see AsyncSocket.moveTo");
        }
        if (in.kind() != Kind.FILE && in.kind() != Kind.STREAM && in.kind() != Kind.SOURCE) {
            throw refused("nothing can be taken from a " + in.kind());
        }
        if (out.kind() != Kind.FILE && out.kind() != Kind.STREAM && out.kind() != Kind.SINK) {
            throw refused("nothing can be given to a " + out.kind());
        }
        if (in.kind() != Kind.SOURCE && out.kind() != Kind.SINK) {
            throw refused("one of them has to be an end of a pipe; put one in between");
        }
    }

    private IllegalArgumentException refused(String why) {
        return new IllegalArgumentException("splice of " + in + " to " + out + ": " + why);
    }

    private long offset(Handle file, long offset) {
        checkNew();
        if (offset < 0) {
            throw refused("offset " + offset + " is negative");
        }
        if (file.kind() != Kind.FILE) {
            throw refused("a " + file.kind() + " has no offsets");
        }
        return offset;
    }

    @Override
    public final AsyncFd.Splice from(long offset) {
        from = offset(in, offset);
        return this;
    }

    @Override
    public final AsyncFd.Splice at(long offset) {
        at = offset(out, offset);
        return this;
    }

    @Override
    public final AsyncFd.Splice move() {
        checkNew();
        flags |= Linux.SPLICE_F_MOVE();
        return this;
    }

    @Override
    public final AsyncFd.Splice more() {
        checkNew();
        flags |= Linux.SPLICE_F_MORE();
        return this;
    }

    @Override
    public final AsyncFd.Splice timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public final String call() {
        return "splice";
    }

    @Override
    public final String subject() {
        return in + " to " + out;
    }

    @Override
    protected String remedy(int errno) {
        return errno == Errno.EINVAL ? "; one side has to be a pipe, and the other may not be open for appending" : "";
    }

    /// Owner: bytes that the other side has got, which is not the one that this is in flight on.
    final int given(int bytes) {
        if (bytes > 0) {
            out.countMove();
        }
        return bytes;
    }

    /// Whether neither side has to be waited for, as far as can be known: a direct descriptor cannot be asked.
    final boolean isReady() {
        return isReady(in, Linux.POLLIN()) && isReady(out, Linux.POLLOUT());
    }

    private boolean isReady(Handle side, int events) {
        return side.isDirectDescriptor() || side.kind() == Kind.FILE || driver.sys().poll(side.fd, events) != 0;
    }

    /// As many bytes as a socket takes without waiting: one that is writable has a third of its buffer free.
    ///
    /// @param room for two numbers
    final int atOnce(long room) {
        if (!out.kind().isSocket() || out.isDirectDescriptor()) {
            return length;
        }
        long roomBytes = room + Integer.BYTES;
        Memory.putInt(roomBytes, Integer.BYTES);
        int res = driver.sys().getsockopt(out.fd, Linux.SOL_SOCKET(), Linux.SO_SNDBUF(), room, roomBytes);
        return res < 0 || length == 0 ? length : Math.clamp(Memory.getInt(room) / 4, 1, length);
    }
}
