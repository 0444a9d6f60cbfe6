/// Ringway measured against C and against its peers: paired rounds on one machine, in one run.
///
/// An [Experiment] measures and adds rows to its [Results]; the [Page] is written from the rows alone. Each experiment
/// has a package of its own below this one.
@NullMarked
package dev.ringway.bench;

import org.jspecify.annotations.NullMarked;
