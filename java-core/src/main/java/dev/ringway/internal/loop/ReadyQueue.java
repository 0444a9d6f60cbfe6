package dev.ringway.internal.loop;

import dev.ringway.internal.op.Op;
import dev.ringway.internal.op.State;
import org.jspecify.annotations.Nullable;

/// Operations whose result is known, in the order it became known, linked by [Op#nextWaiting].
final class ReadyQueue {
    private @Nullable Op first;
    private @Nullable Op last;
    private int size;

    void add(Op op, int res, int flags) {
        op.readyResult = res;
        op.readyFlags = flags;
        op.setState(State.READY);
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
