package dev.ringway.bench.echo;

import java.util.List;

/// A load: so many connections, each with one message of so many bytes outstanding.
record Cell(int connections, int bytes) {
    /// Those that the goals are about.
    static final List<Cell> GOALS = List.of(new Cell(64, 64), new Cell(512, 64), new Cell(64, 1024), new Cell(512, 1024));

    static final Cell SMALL = GOALS.getFirst();

    String title() {
        return connections + " × " + (bytes % 1024 == 0 ? bytes / 1024 + " KiB" : bytes + " B");
    }
}
