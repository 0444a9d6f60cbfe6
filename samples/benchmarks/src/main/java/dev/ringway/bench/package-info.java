/// Ringway measured against the same servers in C: paired rounds on one machine, in one run.
@NullMarked
package dev.ringway.bench;

import org.jspecify.annotations.NullMarked;
