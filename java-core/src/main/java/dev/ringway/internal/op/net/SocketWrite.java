package dev.ringway.internal.op.net;

import dev.ringway.Buf;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.io.StreamWrite;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// How a send is made: send(2) for one buffer, sendmsg(2) for several and for a destination; with or without a copy.
abstract class SocketWrite extends StreamWrite {
    private final @Nullable SocketAddress destination;
    private int flags = Linux.MSG_NOSIGNAL();
    private int nameLength;

    SocketWrite(Handle socket, Buf src, boolean all) {
        super(socket, src, all);
        destination = null;
    }

    SocketWrite(Handle socket, Buf[] srcs, boolean all, @Nullable SocketAddress destination) {
        super(socket, srcs, all);
        this.destination = destination;
        if (destination != null) {
            Addresses.check(destination, socket.family(), "send");
        }
    }

    final void setFlags(int more) {
        flags = Linux.MSG_NOSIGNAL() | more;
    }

    final boolean hasDestination() {
        return destination != null;
    }

    /// Whether it connects as well.
    final boolean opensFast() {
        return (flags & Linux.MSG_FASTOPEN()) != 0;
    }

    /// It connects by now, as the peer was not known: the next round waits for that.
    final void connects() {
        flags &= ~Linux.MSG_FASTOPEN();
        nameLength = 0;
    }

    /// Whether the next round is to be one without a copy.
    abstract boolean avoidsCopy();

    @Override
    public final String call() {
        return "send";
    }

    @Override
    public final String subject() {
        return destination == null ? super.subject() : super.subject() + " to " + destination;
    }

    @Override
    public final int scratchBytes() {
        return isVectored() ? super.scratchBytes() + Message.BYTES : 0;
    }

    @Override
    protected final void fillScratch(long address) {
        nameLength = destination == null
                ? 0
                : Addresses.encode(destination, stream.family(), Message.name(message()), "send");
    }

    private long message() {
        return scratch + super.scratchBytes();
    }

    private long writtenMessage() {
        long message = message();
        Message.write(message, nameLength, scratch, iovecs());
        return message;
    }

    @Override
    public final boolean isOneRound() {
        return all;
    }

    @Override
    public final void prepare(Sqe sqe) {
        int now = flags | (all ? Linux.MSG_WAITALL() : 0);
        boolean copies = !avoidsCopy();
        if (!isVectored()) {
            if (copies) {
                sqe.send(fd(), at(), left(), now);
            } else {
                sqe.sendZc(fd(), at(), left(), now);
            }
        } else if (copies) {
            sqe.sendmsg(fd(), writtenMessage(), now);
        } else {
            sqe.sendmsgZc(fd(), writtenMessage(), now);
        }
    }

    @Override
    protected final int call(Sys sys) {
        int now = flags | Linux.MSG_DONTWAIT();
        return isVectored() ? sys.sendmsg(fd(), writtenMessage(), now) : sys.send(fd(), at(), left(), now);
    }
}
