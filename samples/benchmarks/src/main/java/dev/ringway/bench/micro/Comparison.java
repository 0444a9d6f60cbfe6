package dev.ringway.bench.micro;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/// Two runs of the JMH benchmarks, compared.
///
/// Each cost is divided by that of [Micro#calibration] of its own run, which takes out how fast the machine was: a
/// baseline from elsewhere then still tells what has grown against plain computing. What a kernel or another CPU does
/// differently it does not take out; for a verdict on a change, run both on one machine.
public final class Comparison {
    private static final CSVFormat FORMAT =
            CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
    private static final String CALIBRATION = "Micro.calibration";

    private final Map<String, Cost> baseline;
    private final Map<String, Cost> measured;

    /// @param score nanoseconds
    /// @param error half of its 99.9 % interval
    private record Cost(double score, double error) {
        double low() {
            return score - error;
        }

        double high() {
            return score + error;
        }
    }

    private Comparison(Map<String, Cost> baseline, Map<String, Cost> measured) {
        this.baseline = baseline;
        this.measured = measured;
    }

    /// @throws IOException if one of them cannot be read, or lacks the calibration
    public static Comparison of(Path baseline, Path measured) throws IOException {
        return new Comparison(read(baseline), read(measured));
    }

    private static Map<String, Cost> read(Path file) throws IOException {
        Map<String, Cost> costs = new LinkedHashMap<>();
        try (Reader reader = Files.newBufferedReader(file);
                var csv = FORMAT.parse(reader)) {
            for (CSVRecord each : csv) {
                costs.put(
                        each.get("Benchmark").replaceAll(".*\\.(\\w+\\.\\w+)$", "$1"),
                        new Cost(Double.parseDouble(each.get("Score")), Double.parseDouble(each.get(5))));
            }
        } catch (IllegalArgumentException malformed) {
            throw new IOException(file + ": " + malformed.getMessage(), malformed);
        }
        if (!costs.containsKey(CALIBRATION)) {
            throw new IOException(file + " has no " + CALIBRATION + ", without which nothing can be compared");
        }
        return costs;
    }

    /// Benchmarks that are slower than in the baseline, beyond what the errors of both explain.
    public long slower() {
        return baseline.keySet().stream().filter(measured::containsKey).filter(this::isSlower).count();
    }

    private double speed() {
        return measured.get(CALIBRATION).score() / baseline.get(CALIBRATION).score();
    }

    private boolean isSlower(String name) {
        return measured.get(name).low() > baseline.get(name).high() * speed();
    }

    private boolean isFaster(String name) {
        return measured.get(name).high() < baseline.get(name).low() * speed();
    }

    /// One line a benchmark, with the ratio and what it means.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, "Plain computing takes %.2f times as long as it did for the baseline; the ratios are"
                        + " without that.%n%-22s %12s %20s %7s%n", speed(), "", "baseline ns", "now ns", "ratio"));
        for (Map.Entry<String, Cost> each : measured.entrySet()) {
            String name = each.getKey();
            Cost now = each.getValue();
            Cost before = baseline.get(name);
            if (before == null) {
                text.append(String.format(
                        Locale.ROOT, "%-22s %12s %11.1f ± %6.1f %7s%n", name, "none", now.score(), now.error(), "new"));
            } else {
                text.append(String.format(
                        Locale.ROOT, "%-22s %12.1f %11.1f ± %6.1f %7.2f %s%n", name, before.score(), now.score(),
                        now.error(), now.score() / before.score() / speed(),
                        isSlower(name) ? "SLOWER" : isFaster(name) ? "faster" : ""));
            }
        }
        baseline.keySet().stream()
                .filter(name -> !measured.containsKey(name))
                .forEach(name -> text.append(String.format(Locale.ROOT, "%-22s is no longer measured%n", name)));
        return text.toString();
    }
}
