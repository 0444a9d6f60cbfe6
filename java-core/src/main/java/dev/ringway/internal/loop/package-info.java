/// What every driver needs: the turn, timers, the inbox and its wake-up, slots, memory, the offload executor.
@NullMarked
package dev.ringway.internal.loop;

import org.jspecify.annotations.NullMarked;
