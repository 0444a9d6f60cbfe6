/// Non-blocking I/O for the JVM: files, sockets and timers on one ring.
///
/// Start at [dev.ringway.Ring]. Its doors ([dev.ringway.RingFiles], [dev.ringway.RingNet],
/// [dev.ringway.RingTimers]) make the handles ([dev.ringway.AsyncFile], [dev.ringway.AsyncSocket],
/// [dev.ringway.AsyncListener]); every operation on them has a callback form and a long `prepare` form.
@NullMarked
package dev.ringway;

import org.jspecify.annotations.NullMarked;
