package dev.ringway.internal.op;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

@Name("dev.ringway.SlowCallback")
@Label("Slow Callback")
@Description("A result was delivered, and its callback held the ring for so long")
@Category("Ringway")
@Threshold("10 ms")
@StackTrace(false)
final class SlowCallbackEvent extends SlowEvent {}
