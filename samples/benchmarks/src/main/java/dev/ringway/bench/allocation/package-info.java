/// What operations allocate on the heap, once everything is warm.
@NullMarked
package dev.ringway.bench.allocation;

import org.jspecify.annotations.NullMarked;
