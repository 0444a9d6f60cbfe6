package dev.ringway.internal.op;

import jdk.jfr.Event;
import jdk.jfr.Label;
import org.jspecify.annotations.Nullable;

/// What took longer than it should have: whose, and what it was.
abstract class SlowEvent extends Event {
    @Label("Ring")
    @Nullable String ring;

    @Label("Call")
    @Nullable String call;

    @Label("Subject")
    @Nullable String subject;
}
