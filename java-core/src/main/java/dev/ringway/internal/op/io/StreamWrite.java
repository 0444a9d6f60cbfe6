package dev.ringway.internal.op.io;

import dev.ringway.Buf;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.Transfer;
import org.jspecify.annotations.Nullable;

/// Gives bytes to a stream, once or until it has all of them.
public abstract class StreamWrite extends Transfer {
    protected final Handle stream;
    protected final boolean all;

    /// @param all whether to go on after a short write
    protected StreamWrite(Handle stream, Buf src, boolean all) {
        super(stream, src, false);
        this.stream = stream;
        this.all = all;
    }

    /// @param all whether to go on after a short write
    protected StreamWrite(Handle stream, Buf[] srcs, boolean all) {
        super(stream, srcs, false);
        this.stream = stream;
        this.all = all;
    }

    /// The call itself.
    protected abstract int call(Sys sys);

    @Override
    public final @Nullable Lane lane() {
        return stream.writes;
    }

    /// An empty message is one.
    @Override
    public final boolean isImmediate() {
        return left() == 0 && stream.kind() != Kind.DATAGRAM;
    }

    @Override
    public Interest interest() {
        return Interest.WRITABLE;
    }

    @Override
    public final boolean drains(int res) {
        return res < left() && stream.isOurs();
    }

    @Override
    public final int attempt(Sys sys) {
        return isImmediate() ? 0 : call(sys);
    }

    @Override
    protected final Step step(int res) {
        if (res == -Errno.ECANCELED && isOneRound() && !ending()) {
            return Step.AGAIN; // its round was ended
        }
        if (res < 0) {
            if (res == -Errno.ECONNRESET && stream.kind() != Kind.DATAGRAM) {
                stream.markReset();
            }
            return failMoved(res);
        }
        advance(res);
        return !all || left() == 0 ? doneMoved() : againUnlessEnding();
    }
}
