/// Operations on processes, and signals.
@NullMarked
package dev.ringway.internal.op.process;

import org.jspecify.annotations.NullMarked;
