package dev.ringway.internal.op;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Operations that have begun and not finished: those of one handle, or those of a ring that have no handle.
public final class InFlight {
    private @Nullable Op first;
    private int size;

    public void add(Op op) {
        Op next = first;
        op.nextInFlight = next;
        if (next != null) {
            next.previousInFlight = op;
        }
        first = op;
        size++;
    }

    public void remove(Op op) {
        Op next = op.nextInFlight;
        Op previous = op.previousInFlight;
        if (next != null) {
            next.previousInFlight = previous;
        }
        if (previous == null) {
            first = next;
        } else {
            previous.nextInFlight = next;
        }
        op.nextInFlight = null;
        op.previousInFlight = null;
        size--;
    }

    public int size() {
        return size;
    }

    /// Whether an attempt of one of them runs elsewhere.
    public boolean hasOffloaded() {
        for (Op op = first; op != null; op = op.nextInFlight) {
            if (op.offloaded != null) {
                return true;
            }
        }
        return false;
    }

    /// Abandons all of them. Allocates nothing, not by a lambda either: perhaps there is no memory.
    public void abandon() {
        for (Op op = first; op != null; op = op.nextInFlight) {
            try {
                op.abandon();
            } catch (Throwable thrown) {
                op.driver.uncaught(thrown); // the next ones are told
            }
        }
    }

    /// Any thread, whatever the polling thread does meanwhile: visits operations that it finds, at most so many.
    public void glance(int most, Consumer<Op> visitor) {
        Op op = first;
        for (int visited = 0; op != null && visited < most; visited++) {
            visitor.accept(op);
            op = op.nextInFlight;
        }
    }

    /// Visits every operation; the visitor may remove the one it visits.
    public void forEach(Consumer<Op> visitor) {
        for (Op op = first; op != null; ) {
            Op next = op.nextInFlight;
            visitor.accept(op);
            op = next;
        }
    }
}
