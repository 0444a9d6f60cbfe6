package dev.ringway.internal.op.fs;

import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Lane;
import dev.ringway.internal.op.VoidOp;
import org.jspecify.annotations.Nullable;

/// close(2), for everything that a watch was of and no other is.
final class VnodeEnd extends VoidOp {
    private final VnodeWatches watches;
    private final Claim claim;

    VnodeEnd(VnodeWatches watches, Claim claim) {
        super(watches.watcher().driver, watches.watcher());
        this.watches = watches;
        this.claim = claim;
    }

    @Override
    public String call() {
        return "close";
    }

    /// In turns with others that change what is watched.
    @Override
    public @Nullable Lane lane() {
        return watches.watcher().writes;
    }

    @Override
    public int attempt(Sys sys) {
        watches.end(claim);
        return 0;
    }
}
