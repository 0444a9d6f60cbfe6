package dev.ringway.internal.op;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

@Name("dev.ringway.FdDropped")
@Label("Fd Dropped")
@Description("A file descriptor was dropped without being closed, and Ringway has closed it")
@Category("Ringway")
@StackTrace(false)
final class FdDroppedEvent extends Event {
    @Label("Ring")
    @Nullable String ring;

    @Label("Subject")
    @Nullable String subject;
}
