package dev.ringway.internal.op;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

@Name("dev.ringway.PoolExhausted")
@Label("Pool Exhausted")
@Description("In one turn, operations found a pool without a buffer, and wait for one")
@Category("Ringway")
@StackTrace(false)
final class PoolExhaustedEvent extends Event {
    @Label("Ring")
    @Nullable String ring;

    @Label("Operations")
    long operations;
}
