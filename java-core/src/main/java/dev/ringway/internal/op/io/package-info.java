/// Operations that any fd has, and timers.
@NullMarked
package dev.ringway.internal.op.io;

import org.jspecify.annotations.NullMarked;
