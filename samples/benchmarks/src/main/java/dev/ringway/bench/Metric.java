package dev.ringway.bench;

/// Something that is measured.
///
/// @param name its name in the rows, with the unit last: `cpu_us_per_request`
/// @param title its column on the page: `µs CPU a request`
/// @param better which of two values is the better one
public record Metric(String name, String title, Better better) {

    /// Which of two values is the better one.
    public enum Better {
        LESS,
        MORE
    }

    public static Metric less(String name, String title) {
        return new Metric(name, title, Better.LESS);
    }

    public static Metric more(String name, String title) {
        return new Metric(name, title, Better.MORE);
    }
}
