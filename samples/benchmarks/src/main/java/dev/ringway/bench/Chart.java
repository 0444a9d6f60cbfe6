package dev.ringway.bench;

import java.util.List;

/// A picture of an experiment's results; [Charts] draws it.
///
/// @param name of its file, without `.svg` and behind the experiment's name
/// @param title above it
/// @param kind how it looks
/// @param cells that it shows, in this order
/// @param metric that it shows; empty: the experiment's first
public record Chart(String name, String title, Kind kind, List<String> cells, String metric) {

    /// How a chart looks.
    public enum Kind {
        /// A line a subject, a colour a cell: the median ratio against the cell's reference, with its 95 % interval.
        RATIOS,
        /// A line a subject over the cells: medians on a logarithmic axis.
        LINES
    }

    public Chart {
        cells = List.copyOf(cells);
    }

    public static Chart ratios(String name, String title, List<String> cells) {
        return new Chart(name, title, Kind.RATIOS, cells, "");
    }

    public static Chart lines(String name, String title, List<String> cells, String metric) {
        return new Chart(name, title, Kind.LINES, cells, metric);
    }
}
