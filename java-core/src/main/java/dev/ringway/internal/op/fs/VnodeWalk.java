package dev.ringway.internal.op.fs;

import org.jspecify.annotations.Nullable;

/// The first look at all there is below, with which a watch begins. Confined to the polling thread.
final class VnodeWalk {
    private @Nullable VnodeStart operation;
    private int awaited;
    private int failure;

    /// One at a time: they take turns.
    void begin(VnodeStart starting) {
        operation = starting;
        failure = 0;
    }

    /// It ends without that.
    void leave(VnodeStart starting) {
        operation = operation == starting ? null : operation;
    }

    void add(Vnode node) {
        if (!node.awaited) {
            node.awaited = true;
            awaited++;
        }
    }

    /// It was listed, or is not there any more.
    void remove(Vnode node) {
        if (node.awaited) {
            node.awaited = false;
            awaited--;
        }
    }

    void fail(int res) {
        failure = res;
    }

    void endIfDone() {
        VnodeStart starting = operation;
        if (starting != null && (awaited == 0 || failure < 0)) {
            operation = null;
            starting.walked(failure);
        }
    }
}
