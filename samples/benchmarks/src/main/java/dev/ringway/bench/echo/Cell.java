package dev.ringway.bench.echo;

import java.util.List;

/// A load: so many connections, each with one message of so many bytes outstanding.
///
/// @param connections 1 to 8,192
/// @param bytes of a message, 1 to 65,536
record Cell(int connections, int bytes) {
    /// Those that the goals are about.
    static final List<Cell> GOALS =
            List.of(new Cell(64, 64), new Cell(512, 64), new Cell(64, 1024), new Cell(512, 1024));

    static final List<Cell> OTHERS = List.of(
            new Cell(1, 64),
            new Cell(1, 1024),
            new Cell(1, 16384),
            new Cell(64, 16384),
            new Cell(512, 16384),
            new Cell(5000, 64),
            new Cell(5000, 1024),
            new Cell(5000, 16384));

    /// To see quickly that everything works.
    static final List<Cell> QUICK = List.of(new Cell(64, 64), new Cell(512, 1024));

    boolean hasGoal() {
        return GOALS.contains(this);
    }

    boolean isSmall() {
        return bytes < 1024;
    }

    String title() {
        return connections + " × " + (bytes % 1024 == 0 ? bytes / 1024 + " KiB" : bytes + " B");
    }
}
