package dev.ringway.internal.op.net;

import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.Sqe;
import dev.ringway.internal.op.VoidOp;
import org.jspecify.annotations.Nullable;

/// shutdown(2) of one direction.
///
/// That of the output takes its turn behind what is being sent; that of the input takes none, since it is there to end
/// a receive.
public final class Shutdown extends VoidOp {
    private final boolean output;

    public Shutdown(Handle socket, boolean output) {
        super(socket.driver, socket);
        this.output = output;
    }

    @Override
    public String call() {
        return "shutdown";
    }

    @Override
    public @Nullable Lane lane() {
        return output && handle != null ? handle.writes : null;
    }

    @Override
    public void prepare(Sqe sqe) {
        sqe.shutdown(fd(), how());
    }

    @Override
    public int attempt(Sys sys) {
        return sys.shutdown(fd(), how());
    }

    private int how() {
        return output ? Linux.SHUT_WR() : Linux.SHUT_RD();
    }
}
