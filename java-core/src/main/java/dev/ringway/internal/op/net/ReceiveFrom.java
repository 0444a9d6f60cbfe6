package dev.ringway.internal.op.net;

import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.ReceiveFlag;
import dev.ringway.Received;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Buffers;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.ValueOp;
import dev.ringway.internal.op.io.Resets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// recvmsg(2): a message, and what came with it.
public final class ReceiveFrom extends ValueOp<Received> implements AsyncSocket.ReceiveFrom {
    private final Handle socket;
    private Buffers buffers;
    private int flags;
    private int room;
    private int moved;
    private boolean fromKernel;

    @SuppressWarnings("this-escape") // for messages alone
    public ReceiveFrom(Handle socket, Buf... dsts) {
        super(socket.driver, socket);
        this.socket = socket;
        this.buffers = new Buffers(this, dsts, true);
    }

    @Override
    public ReceiveFrom flags(ReceiveFlag... wanted) {
        checkNew();
        flags = Flags.of(wanted) & ~Linux.MSG_WAITALL();
        return this;
    }

    @Override
    public ReceiveFrom timeout(Duration limit) {
        setTimeout(limit);
        return this;
    }

    @Override
    public ReceiveFrom reset(Buf... dsts) {
        Buffers next = new Buffers(this, dsts, true);
        renew();
        buffers = next;
        return this;
    }

    @Override
    public String call() {
        return "recvmsg";
    }

    @Override
    public @Nullable Lane lane() {
        return Flags.takesOther(flags) ? null : socket.reads;
    }

    @Override
    protected void takeInputs() {
        room = buffers.lend();
        moved = 0;
    }

    @Override
    protected void returnInputs() {
        buffers.giveBack(moved);
    }

    @Override
    public int scratchBytes() {
        return buffers.iovecBytes() + Message.BYTES;
    }

    private long message() {
        return scratch + buffers.iovecBytes();
    }

    private long writtenMessage() {
        fromKernel = true;
        Message.write(message(), Addresses.BYTES, scratch, buffers.describe(scratch, 0, room));
        return message();
    }

    private boolean getsRetained() {
        return socket.hasRetained() && !Flags.takesOther(flags);
    }

    @Override
    public Interest interest() {
        return Flags.interest(flags);
    }

    @Override
    public boolean isImmediate() {
        return room == 0 || getsRetained();
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.recvmsg(fd(), writtenMessage(), flags);
    }

    @Override
    public int attempt(Sys sys) {
        fromKernel = false;
        if (room == 0) {
            return 0;
        }
        if (getsRetained()) {
            return socket.retained()
                    .take(scratch, buffers.describe(scratch, 0, room), (flags & Linux.MSG_PEEK()) != 0);
        }
        return sys.recvmsg(fd(), writtenMessage(), flags | Linux.MSG_DONTWAIT());
    }

    @Override
    protected Step step(int res) {
        int real = Resets.see(socket, res, room);
        if (real == -Errno.ECANCELED && !ending()) {
            return Step.AGAIN; // it was only to look at what is retained
        }
        if (real < 0) {
            return fail(real);
        }
        if (real > room) {
            throw new IllegalStateException(this + ": the kernel received " + real + " of " + room + " bytes");
        }
        if (real == 0 && room > 0 && socket.kind() != Kind.DATAGRAM) {
            return endedByUs() ? fail(-Errno.ECANCELED) : done(new Received(-1, null, false));
        }
        moved = real;
        return fromKernel
                ? done(new Received(real, Message.sender(message()), Message.isTruncated(message())))
                : done(new Received(real, null, false));
    }
}
