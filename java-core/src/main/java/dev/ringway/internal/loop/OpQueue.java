package dev.ringway.internal.loop;

import dev.ringway.internal.op.Op;
import org.jspecify.annotations.Nullable;

/// Operations in a row, first in, first out, linked by [Op#nextWaiting]: each is in one queue at most.
final class OpQueue {
    private @Nullable Op first;
    private @Nullable Op last;
    private int size;

    void add(Op op) {
        if (last == null) {
            first = op;
        } else {
            last.nextWaiting = op;
        }
        last = op;
        size++;
    }

    @Nullable Op poll() {
        Op op = first;
        if (op != null) {
            first = op.nextWaiting;
            if (first == null) {
                last = null;
            }
            op.nextWaiting = null;
            size--;
        }
        return op;
    }

    int size() {
        return size;
    }
}
