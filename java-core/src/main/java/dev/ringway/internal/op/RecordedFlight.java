package dev.ringway.internal.op;

import jdk.jfr.Event;
import org.jspecify.annotations.Nullable;

/// Makes the events.
final class RecordedFlight implements Flight {
    private final String ring;
    private boolean begun;
    private long entersBefore;
    private long submittedBefore;
    private long overflowsBefore;
    private long exhaustionsBefore;

    RecordedFlight(String ring) {
        this.ring = ring;
    }

    @Override
    public void turned(int handled, long enters, long submitted, long overflows, long exhaustions) {
        if (begun) {
            turn(handled, enters - entersBefore, submitted - submittedBefore);
            shortages(overflows - overflowsBefore, exhaustions - exhaustionsBefore);
        }
        begun = true; // what was before the recording is not told
        entersBefore = enters;
        submittedBefore = submitted;
        overflowsBefore = overflows;
        exhaustionsBefore = exhaustions;
    }

    private void turn(int handled, long enters, long submitted) {
        TurnEvent turn = new TurnEvent();
        if (turn.shouldCommit()) {
            turn.ring = ring;
            turn.enters = enters;
            turn.submitted = submitted;
            turn.handled = handled;
            turn.commit();
        }
    }

    private void shortages(long overflows, long exhaustions) {
        if (overflows > 0) {
            CompletionOverflowEvent overflow = new CompletionOverflowEvent();
            overflow.ring = ring;
            overflow.commit();
        }
        if (exhaustions > 0) {
            PoolExhaustedEvent exhausted = new PoolExhaustedEvent();
            exhausted.ring = ring;
            exhausted.operations = exhaustions;
            exhausted.commit();
        }
    }

    /// Timers and iterations take as long as they are meant to.
    @Override
    public @Nullable Object began(Op op) {
        boolean measured = !(op instanceof MultiOp<?>) && op.interest() != Interest.LATER;
        return measured ? begun(new SlowOperationEvent()) : null;
    }

    @Override
    public void ended(Op op, Object began) {
        over(op, (SlowEvent) began);
    }

    @Override
    public @Nullable Object delivering() {
        return begun(new SlowCallbackEvent());
    }

    @Override
    public void delivered(Op op, Object delivering) {
        over(op, (SlowEvent) delivering);
    }

    private void over(Op op, SlowEvent slow) {
        slow.end();
        if (slow.shouldCommit()) {
            slow.ring = ring;
            slow.call = op.call();
            slow.subject = op.subject();
            slow.commit();
        }
    }

    private static @Nullable Event begun(Event event) {
        if (!event.isEnabled()) {
            return null;
        }
        event.begin();
        return event;
    }

    @Override
    public void dropped(Handle handle) {
        FdDroppedEvent event = new FdDroppedEvent();
        event.ring = ring;
        event.subject = handle.toString();
        event.commit();
    }
}
