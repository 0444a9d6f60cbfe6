/// What each layer above the ring costs, by the smallest operation there is.
@NullMarked
package dev.ringway.bench.layers;

import org.jspecify.annotations.NullMarked;
