/// The readiness driver: it makes the calls itself, and waits for fds that would block.
@NullMarked
package dev.ringway.internal.readiness;

import org.jspecify.annotations.NullMarked;
