package dev.ringway.bench.files;

import java.util.List;
import java.util.stream.Stream;

/// So many random reads of 4 KiB in flight at once, out of the page cache or past it.
record Cell(boolean direct, int depth) {
    static final List<Cell> ALL = Stream.of(false, true)
            .flatMap(direct -> Stream.of(1, 8, 32, 128, 256).map(depth -> new Cell(direct, depth)))
            .toList();

    /// The one that the goals are about.
    static final Cell GOAL = new Cell(false, 128);

    String title() {
        return mode() + ", " + depth + " in flight";
    }

    private String mode() {
        return direct ? "O_DIRECT" : "cached";
    }
}
