package dev.ringway.internal.op;

import dev.ringway.Buf;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Errno;
import org.jspecify.annotations.Nullable;

/// An operation that moves bytes between an fd and a buffer of the user, or several, which makes it vectored.
///
/// The buffers are lent from start to end, and stand still in between. They come back with what was moved, whatever
/// happened: filled further, or consumed from the front.
///
/// The kernel is told of one buffer with [#at] and [#left], of several with as many iovecs as [#iovecs] says, which it
/// finds in the scratch memory.
public abstract class Transfer extends IntOp {
    private final boolean fills;
    /// The one buffer, or null if there are several.
    private @Nullable Buf buf;
    /// The several buffers, or null if there is one.
    private @Nullable Buffers buffers;
    /// How much its user wants to be moved at most.
    private int most = Integer.MAX_VALUE;
    /// How much is to be moved at most.
    private int length;
    /// How much has been moved.
    private int moved;

    /// @param fills whether it appends to the buffer, rather than consuming it
    protected Transfer(Handle handle, Buf buf, boolean fills) {
        super(handle.driver, handle);
        this.buf = required(buf, "buf");
        this.fills = fills;
    }

    /// @param fills whether it appends to the buffers, rather than consuming them
    protected Transfer(Handle handle, Buf[] bufs, boolean fills) {
        super(handle.driver, handle);
        this.buffers = new Buffers(this, bufs, fills);
        this.fills = fills;
    }

    /// Whether it has several buffers.
    protected final boolean isVectored() {
        return buffers != null;
    }

    /// Address of the next byte to move, with one buffer.
    protected final long at() {
        Buf single = required(buf, "buf");
        return moved + (fills ? Access.api().writeAddress(single) : Access.api().readAddress(single));
    }

    /// With one buffer: its index among the ring's registered ones, or -1 if it is none of them.
    protected final int registeredIndex() {
        return Access.api().store(required(buf, "buf")) instanceof RegisteredMemory memory
                ? memory.indexFor(driver)
                : -1;
    }

    /// Writes what is left to move to the scratch memory, with several buffers: before each round.
    ///
    /// @return how many iovecs it is; none if nothing is left
    protected final int iovecs() {
        return required(buffers, "buffers").describe(scratch, moved, left());
    }

    /// How many bytes are left to move.
    protected final int left() {
        return length - moved;
    }

    protected final int moved() {
        return moved;
    }

    /// Counts bytes as moved.
    protected final void advance(int bytes) {
        if (bytes > length - moved) {
            throw new IllegalStateException(this + ": the kernel moved " + bytes + " of " + left() + " bytes");
        }
        moved += bytes;
    }

    /// Ends with the bytes moved so far.
    protected final Step doneMoved() {
        return done(moved);
    }

    /// Fails with the bytes moved so far.
    protected final Step failMoved(int res) {
        return fail(res, moved);
    }

    /// Goes on after a part, unless it was asked to end.
    protected final Step againUnlessEnding() {
        return ending() ? failMoved(-Errno.ECANCELED) : Step.AGAIN;
    }

    /// Checks a wanted number of bytes against the room there is.
    protected final int exactly(int wanted, int room) {
        if (wanted < 0 || wanted > room) {
            throw new IllegalArgumentException(call() + " on " + subject() + ": " + wanted + " bytes wanted, and the "
                    + (isVectored() ? "buffers" : "buffer") + " can take 0 to " + room);
        }
        return wanted;
    }

    /// Leaves the rest of the room, or of the content, as it is.
    protected final void setMost(int bytes) {
        checkNew();
        if (bytes < 0) {
            throw new IllegalArgumentException(
                    call() + " on " + subject() + ": at most " + bytes + " bytes; that cannot be negative");
        }
        most = bytes;
    }

    /// Narrows the transfer, before it starts; throws what does not fit.
    protected int limit(int available) {
        return available;
    }

    @Override
    public int scratchBytes() {
        return buffers == null ? 0 : buffers.iovecBytes();
    }

    @Override
    protected final void takeInputs() {
        int available = lend();
        boolean taken = false;
        moved = 0;
        try {
            length = Math.min(most, limit(available));
            taken = true;
        } finally {
            if (!taken) {
                returnInputs();
            }
        }
    }

    private int lend() {
        Buf single = buf;
        if (single == null) {
            return required(buffers, "buffers").lend();
        }
        Access.api().lend(single, call());
        return fills ? Access.api().room(single) : Access.api().content(single);
    }

    @Override
    protected final void returnInputs() {
        Buf single = buf;
        if (single == null) {
            required(buffers, "buffers").giveBack(moved);
        } else {
            Access.api().giveBack(single, fills ? moved : 0, fills ? 0 : moved);
        }
    }

    /// Makes it startable again with another buffer.
    protected final void renew(Buf next) {
        required(next, "buf");
        renew();
        buf = next;
        buffers = null;
    }

    /// Makes it startable again with other buffers.
    protected final void renew(Buf[] next) {
        Buffers several = new Buffers(this, next, fills);
        renew();
        buf = null;
        buffers = several;
    }
}
