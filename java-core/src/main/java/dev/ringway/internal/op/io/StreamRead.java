package dev.ringway.internal.op.io;

import dev.ringway.Buf;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Failures;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.Retained;
import dev.ringway.internal.op.State;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.Transfer;
import org.jspecify.annotations.Nullable;

/// Takes what a stream has into a buffer of the caller, or takes until a number of bytes has come.
public abstract class StreamRead extends Transfer {
    protected final Handle stream;
    private final boolean exact;
    private int wanted;

    /// @param exact  whether to go on until a number of bytes has come
    /// @param wanted that number
    protected StreamRead(Handle stream, Buf dst, boolean exact, int wanted) {
        super(stream, dst, true);
        this.stream = stream;
        this.exact = exact;
        this.wanted = wanted;
    }

    /// @param exact  whether to go on until a number of bytes has come
    /// @param wanted that number
    protected StreamRead(Handle stream, Buf[] dsts, boolean exact, int wanted) {
        super(stream, dsts, true);
        this.stream = stream;
        this.exact = exact;
        this.wanted = wanted;
    }

    /// Makes it startable again with another buffer and another number.
    protected final void renew(Buf next, int number) {
        renew(next);
        wanted = number;
    }

    /// Makes it startable again with other buffers and another number.
    protected final void renew(Buf[] next, int number) {
        renew(next);
        wanted = number;
    }

    /// Whether it leaves what it gets where it is.
    protected boolean peeks() {
        return false;
    }

    /// Whether it goes on until there is no room, or the stream ends.
    protected boolean fills() {
        return false;
    }

    /// Whether it takes something else than the stream's bytes in their order, and so neither waits for its turn nor
    /// gets what is retained.
    protected boolean takesOther() {
        return false;
    }

    protected final boolean isExact() {
        return exact;
    }

    @Override
    protected final int limit(int room) {
        return exact ? exactly(wanted, room) : room;
    }

    /// The call itself, for bytes that nobody has taken yet.
    protected abstract int call(Sys sys);

    @Override
    public final @Nullable Lane lane() {
        return takesOther() ? null : stream.reads;
    }

    /// A full buffer takes nothing, and bytes that an earlier operation could not deliver come first.
    @Override
    public final boolean isImmediate() {
        return left() == 0 || hasRetained();
    }

    private boolean hasRetained() {
        return stream.hasRetained() && !takesOther();
    }

    @Override
    public Interest interest() {
        return Interest.READABLE;
    }

    @Override
    public final boolean drains(int res) {
        return res < left() && stream.shortReadDrains() && !peeks() && !takesOther();
    }

    @Override
    public final int attempt(Sys sys) {
        if (left() == 0) {
            return 0;
        }
        boolean elsewhere = state() == State.OFFLOAD; // where what is retained is out of reach
        return elsewhere || !hasRetained() ? call(sys) : takeRetained();
    }

    private int takeRetained() {
        Retained retained = stream.retained();
        if (isVectored()) {
            return retained.take(scratch, iovecs(), peeks());
        }
        return peeks() ? retained.copy(at(), left()) : retained.take(at(), left());
    }

    @Override
    protected final Step step(int res) {
        int real = Resets.see(stream, res, left());
        if (real == -Errno.ECANCELED && !ending()) {
            return Step.AGAIN; // it was only to look at what is retained
        }
        if (real < 0) {
            return failMoved(real);
        }
        if (real == 0 && left() > 0 && stream.kind() != Kind.DATAGRAM) {
            return atEnd();
        }
        advance(real);
        return (exact || fills()) && left() > 0 ? againUnlessEnding() : doneMoved();
    }

    private Step atEnd() {
        if (endedByUs()) {
            return failMoved(-Errno.ECANCELED);
        }
        if (exact) {
            return failMoved(Failures.END_OF_STREAM);
        }
        return moved() > 0 ? doneMoved() : done(-1);
    }
}
