package dev.ringway.internal.op.io;

import dev.ringway.Buf;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.Transfer;
import org.jspecify.annotations.Nullable;

/// Takes what a stream has, into a buffer of the caller.
public abstract class StreamRead extends Transfer {
    protected final Handle stream;

    protected StreamRead(Handle stream, Buf dst) {
        super(stream, dst, true);
        this.stream = stream;
    }

    /// The call itself, for bytes that nobody has taken yet.
    protected abstract int call(Sys sys);

    @Override
    public final @Nullable Lane lane() {
        return stream.reads;
    }

    /// A full buffer takes nothing, and bytes that an earlier operation could not deliver come first.
    @Override
    public final boolean isImmediate() {
        return left() == 0 || !stream.retained().isEmpty();
    }

    @Override
    public Interest interest() {
        return Interest.READABLE;
    }

    @Override
    public final boolean drains(int res) {
        return res < left() && stream.shortReadDrains();
    }

    @Override
    public final int attempt(Sys sys) {
        if (left() == 0) {
            return 0;
        }
        return stream.retained().isEmpty() ? call(sys) : stream.retained().take(at(), left());
    }

    @Override
    protected final Step step(int res) {
        int real = Resets.see(stream, res, left());
        if (real < 0) {
            return failMoved(real);
        }
        if (real == 0 && left() > 0) {
            return endedByUs() ? failMoved(-Errno.ECANCELED) : done(-1);
        }
        advance(real);
        return doneMoved();
    }
}
