package dev.ringway.internal.op;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

@Name("dev.ringway.CompletionOverflow")
@Label("Completion Overflow")
@Description("A turn found a completion queue that had been too small: the kernel kept the rest")
@Category("Ringway")
@StackTrace(false)
final class CompletionOverflowEvent extends Event {
    @Label("Ring")
    @Nullable String ring;
}
