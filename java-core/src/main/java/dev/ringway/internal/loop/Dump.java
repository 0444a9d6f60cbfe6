package dev.ringway.internal.loop;

import dev.ringway.internal.op.Cause;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.InFlight;
import dev.ringway.internal.op.Op;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Says what a loop is at, for whoever finds it stuck.
///
/// On the polling thread it is exact. From elsewhere it is a glance: nothing is locked, and the polling thread may be
/// changing what is walked here, so that something may be missed, shown twice, or shown with the state of a moment ago.
/// Nothing is written, every walk ends after [#MOST] steps, and what a half-changed object throws is caught, so that a
/// glance can do no harm and always comes to its end.
final class Dump {
    /// How many handles, and how many operations, it lists.
    static final int MOST = 1000;

    private static final int FRAMES = 16;

    private final StringBuilder text = new StringBuilder();
    private final long now;
    private int listed;

    Dump(long now) {
        this.now = now;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    void line(String line) {
        text.append(line).append('\n');
    }

    void owner(@Nullable Thread thread) {
        if (thread == null) {
            line("owner: none, nobody has polled");
            return;
        }
        line("owner: " + thread.getName() + ", " + thread.getState());
        StackTraceElement[] stack = thread.getStackTrace();
        for (int i = 0; i < Math.min(FRAMES, stack.length); i++) {
            line("    at " + stack[i]);
        }
        if (stack.length > FRAMES) {
            line("    and " + (stack.length - FRAMES) + " more");
        }
    }

    void handles(@Nullable Handle first) {
        int handles = 0;
        Handle handle = first;
        for (; handle != null && handles < MOST; handle = handle.nextOpen) {
            operations(handle + (handle.isClosed() ? ", closing" : ""), handle.inFlight());
            handles++;
        }
        if (handle != null) {
            line("and more handles");
        }
    }

    void operations(String whose, InFlight operations) {
        line(whose + ": " + operations.size() + " in flight");
        operations.glance(MOST - listed, this::operation);
    }

    private void operation(Op op) {
        listed++;
        try {
            Cause cause = op.cause();
            line("    " + op + " for " + seconds(Math.max(0, now - op.begunNanos))
                    + (cause == Cause.NONE ? "" : ", asked to end: " + cause));
        } catch (RuntimeException halfChanged) {
            line("    (changing)");
        }
        if (listed == MOST) {
            line("    (more are not listed)");
        }
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.3f s", nanos / 1e9);
    }
}
