package dev.ringway.internal.op;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

@Name("dev.ringway.Turn")
@Label("Turn")
@Description("One turn of a ring: what it submitted and what it handled")
@Category("Ringway")
@Enabled(false)
@StackTrace(false)
final class TurnEvent extends Event {
    @Label("Ring")
    @Nullable String ring;

    @Label("Enters")
    @Description("Calls that submit, wait, or both")
    long enters;

    @Label("Submitted")
    @Description("Entries that the kernel has taken")
    long submitted;

    @Label("Handled")
    @Description("Completions, tasks and timers")
    int handled;
}
