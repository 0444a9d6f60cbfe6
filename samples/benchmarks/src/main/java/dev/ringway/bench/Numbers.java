package dev.ringway.bench;

import java.util.Locale;

/// Numbers as the page shows them.
final class Numbers {
    private Numbers() {}

    /// Three digits or more of it, and thousands apart.
    static String text(double value) {
        double size = Math.abs(value);
        String format = size >= 100 || size == 0 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
    }

    /// A ratio, to the third place.
    static String ratio(double value) {
        return value >= 100 ? text(value) : String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.3f", value);
    }
}
