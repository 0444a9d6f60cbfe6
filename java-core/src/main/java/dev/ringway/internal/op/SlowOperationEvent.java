package dev.ringway.internal.op;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

@Name("dev.ringway.SlowOperation")
@Label("Slow Operation")
@Description("An operation from its begin on the polling thread to its end, other than timers and iterations")
@Category("Ringway")
@Enabled(false)
@Threshold("100 ms")
@StackTrace(false)
final class SlowOperationEvent extends SlowEvent {}
