/// Micro costs, measured with JMH, and their comparison with a baseline.
@NullMarked
package dev.ringway.bench.micro;

import org.jspecify.annotations.NullMarked;
