package dev.ringway.internal.op.net;

import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.ReceiveFlag;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.io.StreamRead;
import java.time.Duration;

/// recv(2) into a buffer of the caller, or recvmsg(2) into several, once or until a number of bytes has come.
///
/// For a number it goes round by round, and not with MSG_WAITALL: with that the kernel answers a reset after some bytes
/// with these bytes, and has then forgotten the reset.
public final class Receive extends StreamRead implements AsyncSocket.Receive, AsyncSocket.ReceiveN {
    private int flags;

    public Receive(Handle socket, Buf dst) {
        super(socket, dst, false, 0);
    }

    public Receive(Handle socket, Buf dst, int wanted) {
        super(socket, dst, true, wanted);
    }

    public Receive(Handle socket, Buf[] dsts) {
        super(socket, dsts, false, 0);
    }

    public Receive(Handle socket, Buf[] dsts, int wanted) {
        super(socket, dsts, true, wanted);
    }

    @Override
    public Receive flags(ReceiveFlag... wanted) {
        checkNew();
        int bits = Flags.of(wanted);
        if (isExact() && (bits & Linux.MSG_PEEK()) != 0) {
            throw new IllegalArgumentException("recv on " + subject()
                    + ": with PEEK the same bytes come again, so that no number of them comes; use receive");
        }
        flags = bits;
        return this;
    }

    @Override
    public Receive atMost(int bytes) {
        setMost(bytes);
        return this;
    }

    @Override
    public Receive timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public Receive reset(Buf dst) {
        renew(dst);
        return this;
    }

    @Override
    public Receive reset(Buf[] dsts) {
        renew(dsts);
        return this;
    }

    @Override
    public Receive reset(Buf dst, int n) {
        renew(dst, n);
        return this;
    }

    @Override
    public Receive reset(Buf[] dsts, int n) {
        renew(dsts, n);
        return this;
    }

    @Override
    public String call() {
        return "recv";
    }

    @Override
    protected boolean peeks() {
        return (flags & Linux.MSG_PEEK()) != 0;
    }

    @Override
    protected boolean fills() {
        return (flags & (Linux.MSG_WAITALL() | Linux.MSG_PEEK())) == Linux.MSG_WAITALL();
    }

    @Override
    protected boolean takesOther() {
        return Flags.takesOther(flags);
    }

    @Override
    public Interest interest() {
        return Flags.interest(flags);
    }

    @Override
    public int scratchBytes() {
        return isVectored() ? super.scratchBytes() + Message.BYTES : 0;
    }

    private long writtenMessage() {
        long message = scratch + super.scratchBytes();
        Message.write(message, 0, scratch, iovecs());
        return message;
    }

    private int kernelFlags() {
        return flags & ~Linux.MSG_WAITALL();
    }

    @Override
    public void prepare(Sqe sqe) {
        if (isVectored()) {
            sqe.recvmsg(fd(), writtenMessage(), kernelFlags());
        } else {
            sqe.recv(fd(), at(), left(), kernelFlags());
        }
    }

    @Override
    protected int call(Sys sys) {
        int now = kernelFlags() | Linux.MSG_DONTWAIT();
        return isVectored() ? sys.recvmsg(fd(), writtenMessage(), now) : sys.recv(fd(), at(), left(), now);
    }
}
