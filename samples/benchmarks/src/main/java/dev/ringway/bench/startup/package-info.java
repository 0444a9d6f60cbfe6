/// Start-up: what a short program takes from start to exit.
@NullMarked
package dev.ringway.bench.startup;

import org.jspecify.annotations.NullMarked;
