/// The io_uring driver: set-up, queues, completions, provided buffers.
@NullMarked
package dev.ringway.internal.uring;

import org.jspecify.annotations.NullMarked;
