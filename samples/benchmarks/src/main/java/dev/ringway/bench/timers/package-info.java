/// What timers cost of which a million are armed.
@NullMarked
package dev.ringway.bench.timers;

import org.jspecify.annotations.NullMarked;
