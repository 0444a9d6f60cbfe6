package dev.ringway.internal.op;

import dev.ringway.Buf;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Errno;

/// An operation that moves bytes between an fd and a buffer of the user.
///
/// The buffer is lent from start to end. It comes back with what was moved, whatever happened: filled further, or
/// consumed from the front.
public abstract class Transfer extends IntOp {
    private final boolean fills;
    private Buf buf;
    /// Where the transfer begins.
    private long address;
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

    /// Address of the next byte to move.
    protected final long at() {
        return address + moved;
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

    /// Checks a wanted number of bytes against the buffer's room.
    protected final int exactly(int wanted, int room) {
        if (wanted < 0 || wanted > room) {
            throw new IllegalArgumentException(call() + " on " + subject() + ": " + wanted
                    + " bytes wanted, and the buffer can take 0 to " + room);
        }
        return wanted;
    }

    /// Narrows the transfer, before it starts; throws what does not fit.
    protected int limit(int available) {
        return available;
    }

    @Override
    protected final void takeInputs() {
        Access access = Access.api();
        access.lend(buf, call());
        boolean taken = false;
        try {
            length = limit(fills ? access.room(buf) : access.content(buf));
            taken = true;
        } finally {
            if (!taken) {
                access.giveBack(buf, 0, 0);
            }
        }
        address = fills ? access.writeAddress(buf) : access.readAddress(buf);
        moved = 0;
    }

    @Override
    protected final void returnInputs() {
        Access.api().giveBack(buf, fills ? moved : 0, fills ? 0 : moved);
    }

    /// Makes it startable again with another buffer.
    protected final void renew(Buf next) {
        required(next, "buf");
        renew();
        buf = next;
    }
}
