package dev.ringway.storm;

import dev.ringway.AsyncFd;
import dev.ringway.Backend;
import dev.ringway.internal.op.Cause;
import dev.ringway.internal.op.Op;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.InterruptedByTimeoutException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// Shots at one target, one after another: the next begins when everything about the one before is over.
///
/// A shot is one operation: started by the polling thread or elsewhere, with a peer that may or may not do what it
/// waits for, and told to end at a moment around the same time. The line lives on the polling thread.
abstract class Line {
    final Storm storm;
    final int number;
    private Runnable over = () -> {};
    private Shot shot = new Shot(Way.OWNER, null, () -> {}, () -> {});
    private int awaited;
    private boolean closed;

    Line(Storm storm, int number) {
        this.storm = storm;
        this.number = number;
    }

    /// One operation, not started yet.
    static final class Shot {
        final Way way;
        final @Nullable Object operation;
        private final Runnable start;
        private final Runnable cancel;
        private int completions;
        /// Since when nothing may be delivered any more.
        boolean cancelledHere;

        Shot(Way way, @Nullable Object operation, Runnable start, Runnable cancel) {
            this.way = way;
            this.operation = operation;
            this.start = start;
            this.cancel = cancel;
        }

        Cause cause() {
            return operation instanceof Op op ? op.cause() : Cause.NONE;
        }

        @Override
        public String toString() {
            return way + " " + operation;
        }
    }

    // ---- what a kind of line says

    /// The ways in which its operations can be made to end.
    abstract Way[] ways();

    /// Makes an operation.
    ///
    /// @param limit its time limit, or null
    abstract Shot prepare(Way way, @Nullable Duration limit);

    /// What [Way#CLOSE] closes.
    abstract AsyncFd target();

    /// The peer's thread: what the operation waits for; the target is the one that is there now.
    abstract Runnable peerAct();

    /// The target has been closed: makes another one, then calls [#next()].
    abstract void renew();

    /// The shots are over: puts everything back, then calls [#end()].
    abstract void retire();

    // ---- the line

    final void begin(Runnable whenOver) {
        over = whenOver;
        renew();
    }

    final void end() {
        over.run();
    }

    final void next() {
        if (!storm.takeShot()) {
            retire();
            return;
        }
        Way[] ways = ways();
        Way way = ways[storm.random.nextInt(ways.length)];
        Duration limit = way == Way.TIMEOUT ? Duration.ofNanos(1 + storm.spread()) : null;
        Shot next = prepare(way, limit);
        shot = next;
        awaited = way == Way.CLOSE ? 2 : 1;
        closed = false;
        if (!storm.oneIn(4)) {
            storm.peer.after(storm.spread(), peerAct());
        }
        if (storm.random.nextBoolean()) {
            next.start.run();
            arrangeEnd(next);
        } else {
            storm.other.now(() -> {
                next.start.run();
                storm.ring.execute(() -> arrangeEnd(next));
            });
        }
    }

    private void arrangeEnd(Shot doomed) {
        long nanos = storm.oneIn(4) ? 0 : storm.oneIn(8) ? 20 * storm.spread() : storm.spread();
        switch (doomed.way) {
            case OWNER -> onOwner(nanos, () -> {
                doomed.cancelledHere = true;
                doomed.cancel.run();
            });
            case OTHER -> storm.other.after(nanos, doomed.cancel);
            case CLOSE -> {
                AsyncFd target = target();
                if (storm.random.nextBoolean()) {
                    onOwner(nanos, () -> {
                        doomed.cancelledHere = true;
                        target.close((nothing, failure) -> targetClosed(doomed, failure));
                    });
                } else {
                    storm.other.after(nanos, () -> {
                        target.close();
                        storm.ring.execute(() -> targetClosed(doomed, null));
                    });
                }
            }
            case TIMEOUT -> {} // its own limit ends it
        }
    }

    /// Half of them from the callback of a nop, with whose completion a result may have come that nobody has seen.
    private void onOwner(long nanos, Runnable act) {
        if (nanos == 0) {
            act.run();
        } else if (storm.random.nextBoolean()) {
            storm.ring.timers().after(Duration.ofNanos(nanos), (nothing, failure) -> act.run());
        } else {
            storm.ring.timers().after(
                    Duration.ofNanos(nanos),
                    (nothing, failure) -> storm.ring.nop((count, refused) -> act.run()));
        }
    }

    private void targetClosed(Shot doomed, @Nullable Throwable failure) {
        if (failure != null) {
            storm.wrong("close of the target of " + doomed + ": " + failure);
        }
        closed = true;
        happened();
    }

    /// An operation has completed.
    final void completed(Kind kind, Shot ended, Tally.Outcome outcome, @Nullable Throwable failure) {
        if (++ended.completions != 1 || ended != shot) {
            storm.wrong(this + ": completion " + ended.completions + " of " + ended);
            return;
        }
        if (failure != null && !fits(ended.cause(), failure)) {
            storm.wrong(this + ": " + ended + " ended by " + ended.cause() + " with " + failure);
        }
        storm.tally.count(kind, ended.way, outcome, 1);
        happened();
    }

    /// Of a one-shot.
    static Tally.Outcome outcome(Shot ended, @Nullable Throwable failure) {
        if (failure != null) {
            return Tally.Outcome.CANCELLED;
        }
        return ended.cause() == Cause.NONE ? Tally.Outcome.VALUE : Tally.Outcome.VALUE_AFTER_CANCEL;
    }

    private static boolean fits(Cause cause, Throwable failure) {
        return switch (cause) {
            case CANCEL -> failure instanceof CancellationException;
            case TIMEOUT ->
                    failure instanceof SocketTimeoutException || failure instanceof InterruptedByTimeoutException;
            case CLOSE, CLOSED -> failure instanceof ClosedChannelException;
            case NONE, TEARDOWN -> false;
        };
    }

    private void happened() {
        if (--awaited > 0) {
            return;
        }
        if (closed) {
            renew();
        } else {
            next();
        }
    }

    final boolean isUring() {
        return storm.backend == Backend.IO_URING;
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + " " + number + " at " + shot + " awaiting " + awaited;
    }
}
