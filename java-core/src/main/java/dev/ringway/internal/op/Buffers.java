package dev.ringway.internal.op;

import dev.ringway.Buf;
import dev.ringway.internal.Access;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.generated.Linux;

/// The buffers of a vectored transfer: filled, or consumed, one after the other.
///
/// They are lent and given back together. In between their sizes stand still, so one number says how far the transfer
/// has got in all of them.
public final class Buffers {
    private final Op op;
    private final Buf[] bufs;
    private final boolean fills;

    /// @param bufs  copied
    /// @param fills whether they are appended to, rather than consumed
    public Buffers(Op op, Buf[] bufs, boolean fills) {
        this.op = op;
        this.bufs = Op.required(bufs, "bufs").clone();
        this.fills = fills;
        if (bufs.length == 0 || bufs.length > Linux.UIO_MAXIOV()) {
            throw refused(bufs.length + " buffers; one transfer takes 1 to " + Linux.UIO_MAXIOV() + " (IOV_MAX)");
        }
        for (int i = 0; i < bufs.length; i++) {
            Op.required(this.bufs[i], "bufs[" + i + "]");
        }
    }

    private IllegalArgumentException refused(String why) {
        return new IllegalArgumentException(op.call() + " on " + op.subject() + ": " + why);
    }

    /// Lends all of them, or none.
    ///
    /// @return how many bytes they can take, or give, in sum
    public int lend() {
        int lent = 0;
        boolean taken = false;
        try {
            for (; lent < bufs.length; lent++) {
                refuseSecond(lent);
                Access.api().lend(bufs[lent], op.call());
            }
            int bytes = bytes();
            taken = true;
            return bytes;
        } finally {
            if (!taken) {
                giveBack(lent, 0);
            }
        }
    }

    private void refuseSecond(int second) {
        for (int first = bufs[second].isLent() ? 0 : second; first < second; first++) {
            if (bufs[first] == bufs[second]) {
                throw refused("bufs[" + first + "] and bufs[" + second + "] are the same buffer; give it once");
            }
        }
    }

    private int bytes() {
        long sum = 0;
        for (Buf buf : bufs) {
            sum += size(buf);
        }
        if (sum > Integer.MAX_VALUE) {
            throw refused("buffers of " + sum + " bytes; one transfer takes at most " + Integer.MAX_VALUE);
        }
        return (int) sum;
    }

    private int size(Buf buf) {
        return fills ? Access.api().room(buf) : Access.api().content(buf);
    }

    private long address(Buf buf) {
        return fills ? Access.api().writeAddress(buf) : Access.api().readAddress(buf);
    }

    /// Gives all of them back, each with its share of the bytes that were moved.
    public void giveBack(int moved) {
        giveBack(bufs.length, moved);
    }

    private void giveBack(int lent, int moved) {
        int rest = moved;
        for (int i = 0; i < lent; i++) {
            int share = Math.min(rest, size(bufs[i]));
            Access.api().giveBack(bufs[i], fills ? share : 0, fills ? 0 : share);
            rest -= share;
        }
    }

    /// Memory that [#describe] needs at most.
    public int iovecBytes() {
        return bufs.length * Linux.IOVEC_BYTES();
    }

    /// Writes a `struct iovec` for every part that is left; none for a buffer with nothing to move.
    ///
    /// @param moved how much has been moved
    /// @param left  how much is to be moved at most
    /// @return how many
    public int describe(long iovecs, int moved, int left) {
        int skip = moved;
        int rest = left;
        int count = 0;
        for (Buf buf : bufs) {
            int done = Math.min(skip, size(buf));
            int part = Math.min(rest, size(buf) - done);
            if (part > 0) {
                long iovec = iovecs + (long) count * Linux.IOVEC_BYTES();
                Memory.putLong(iovec + Linux.IOVEC_BASE(), address(buf) + done);
                Memory.putLong(iovec + Linux.IOVEC_LEN(), part);
                count++;
            }
            skip -= done;
            rest -= part;
        }
        return count;
    }
}
