package dev.ringway.bench;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;

/// Everything that an experiment has measured, row by row, and where.
///
/// On disk it is one CSV file, from which alone the page is written. Its columns are `experiment`, `cell`, `round`,
/// `order`, `subject`, `metric` and `value`. A row without a round is no measurement: its metric says what it is.
///   - `condition`: something that a reader must know; the subject is its name, the value its text
///   - `not run`: the subject was not measured in this cell, or in no cell if there is none; the value is the reason
///
/// Not safe for several threads.
public final class Results {
    private static final String CONDITION = "condition";
    private static final String NOT_RUN = "not run";
    private static final String[] HEADER = {"experiment", "cell", "round", "order", "subject", "metric", "value"};
    private static final CSVFormat FORMAT = CSVFormat.DEFAULT
            .builder()
            .setHeader(HEADER)
            .setRecordSeparator('\n')
            .get();

    /// One measured number.
    ///
    /// @param cell what was done: `64 × 1 KiB`
    /// @param round from 1; the values of one round are compared with each other
    /// @param order the place in which the subject was measured within its round, from 1
    public record Row(String cell, int round, int order, String subject, String metric, double value) {}

    /// A subject that was not measured; in no cell if `cell` is empty.
    public record NotRun(String cell, String subject, String reason) {}

    private final String experiment;
    private final SequencedMap<String, String> conditions = new LinkedHashMap<>();
    private final List<NotRun> notRun = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();

    /// Cell, subject, metric: the values by round.
    private final SequencedMap<String, SequencedMap<String, Map<String, SequencedMap<Integer, Double>>>> values =
            new LinkedHashMap<>();

    /// Bootstrapping takes its time, and the page asks again and again.
    private final Map<List<String>, Optional<MedianInterval>> intervals = new HashMap<>();

    public Results(String experiment) {
        this.experiment = experiment;
    }

    public String experiment() {
        return experiment;
    }

    /// Tells something that a reader must know to judge the numbers.
    public void condition(String name, String text) {
        conditions.put(name, text);
    }

    /// Says why a subject is missing in a cell.
    public void notRun(String cell, String subject, String reason) {
        notRun.add(new NotRun(cell, subject, reason.strip().replaceAll("\\s+", " ")));
    }

    /// Says why a subject is missing everywhere.
    public void notRun(String subject, String reason) {
        notRun("", subject, reason);
    }

    /// Adds a measured number.
    ///
    /// @throws IllegalArgumentException if it is not finite, or if there is one already
    public void add(String cell, int round, int order, String subject, String metric, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(experiment + ", " + cell + ", " + subject + ": " + metric + " " + value);
        }
        // Six digits are more than any of it is good for, and make rows that were read equal to those written.
        double kept = Double.parseDouble(String.format(Locale.ROOT, "%.6g", value));
        Double earlier = values.computeIfAbsent(cell, any -> new LinkedHashMap<>())
                .computeIfAbsent(subject, any -> new LinkedHashMap<>())
                .computeIfAbsent(metric, any -> new LinkedHashMap<>())
                .putIfAbsent(round, kept);
        if (earlier != null) {
            throw new IllegalArgumentException("twice: " + experiment + ", " + cell + ", round " + round + ", "
                    + subject + ", " + metric);
        }
        intervals.clear();
        rows.add(new Row(cell, round, order, subject, metric, kept));
    }

    public SequencedMap<String, String> conditions() {
        return Collections.unmodifiableSequencedMap(conditions);
    }

    public List<NotRun> notRun() {
        return Collections.unmodifiableList(notRun);
    }

    public List<Row> rows() {
        return Collections.unmodifiableList(rows);
    }

    /// The cells that have been measured, in the order in which they were.
    public SequencedSet<String> cells() {
        return Collections.unmodifiableSequencedSet(new LinkedHashSet<>(values.keySet()));
    }

    /// The subjects that have been measured in a cell.
    public SequencedSet<String> subjects(String cell) {
        SequencedMap<String, ?> subjects = values.get(cell);
        return subjects == null ? new LinkedHashSet<>() : new LinkedHashSet<>(subjects.keySet());
    }

    /// Why a subject is missing in a cell, if that is known.
    public Optional<String> whyNotRun(String cell, String subject) {
        return notRun.stream()
                .filter(each -> each.subject().equals(subject))
                .filter(each -> each.cell().isEmpty() || each.cell().equals(cell))
                .map(NotRun::reason)
                .findFirst();
    }

    /// One value a round; none if it was not measured.
    public double[] values(String cell, String subject, String metric) {
        return byRound(cell, subject, metric).values().stream().mapToDouble(each -> each).toArray();
    }

    public OptionalDouble median(String cell, String subject, String metric) {
        double[] all = values(cell, subject, metric);
        return all.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(MedianInterval.median(all));
    }

    /// The ratio of two subjects within each round that has both, unless it would be one to nothing.
    public double[] ratios(String cell, String subject, String reference, String metric) {
        SequencedMap<Integer, Double> divisors = byRound(cell, reference, metric);
        return byRound(cell, subject, metric).entrySet().stream()
                .filter(each -> divisors.getOrDefault(each.getKey(), 0.0) != 0)
                .mapToDouble(each -> each.getValue() / divisors.get(each.getKey()))
                .toArray();
    }

    /// The median of [#ratios] with its interval; of the same rows always the same one.
    public Optional<MedianInterval> ratio(String cell, String subject, String reference, String metric) {
        return intervals.computeIfAbsent(
                List.of(cell, subject, reference, metric), any -> interval(ratios(cell, subject, reference, metric)));
    }

    /// The median of [#values] with its interval; of the same rows always the same one.
    public Optional<MedianInterval> interval(String cell, String subject, String metric) {
        return intervals.computeIfAbsent(
                List.of(cell, subject, metric), any -> interval(values(cell, subject, metric)));
    }

    private static Optional<MedianInterval> interval(double[] values) {
        return values.length == 0 ? Optional.empty() : Optional.of(MedianInterval.of(values, new Random(1)));
    }

    private SequencedMap<Integer, Double> byRound(String cell, String subject, String metric) {
        SequencedMap<String, Map<String, SequencedMap<Integer, Double>>> subjects = values.get(cell);
        Map<String, SequencedMap<Integer, Double>> metrics = subjects == null ? null : subjects.get(subject);
        SequencedMap<Integer, Double> rounds = metrics == null ? null : metrics.get(metric);
        return rounds == null ? new LinkedHashMap<>() : rounds;
    }

    public void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        try (Writer writer = Files.newBufferedWriter(file);
                CSVPrinter csv = new CSVPrinter(writer, FORMAT)) {
            for (Map.Entry<String, String> each : conditions.entrySet()) {
                csv.printRecord(experiment, "", "", "", each.getKey(), CONDITION, each.getValue());
            }
            for (NotRun each : notRun) {
                csv.printRecord(experiment, each.cell(), "", "", each.subject(), NOT_RUN, each.reason());
            }
            for (Row each : rows) {
                csv.printRecord(
                        experiment,
                        each.cell(),
                        each.round(),
                        each.order(),
                        each.subject(),
                        each.metric(),
                        plain(each.value()));
            }
        }
    }

    /// @throws IOException naming the file, if it is not one that [#write] has written
    public static Results read(Path file) throws IOException {
        try (Reader reader = Files.newBufferedReader(file);
                var csv = FORMAT.builder().setSkipHeaderRecord(true).get().parse(reader)) {
            Results results = new Results(file.getFileName().toString().replace(".csv", ""));
            for (CSVRecord each : csv) {
                results.take(each);
            }
            return results;
        } catch (IllegalArgumentException | IllegalStateException malformed) {
            throw new IOException(file + ": " + malformed.getMessage(), malformed);
        }
    }

    private void take(CSVRecord csv) {
        if (!csv.isConsistent() || !csv.get("experiment").equals(experiment)) {
            throw new IllegalArgumentException("row " + csv.getRecordNumber() + " is not of " + experiment);
        }
        if (!csv.get("round").isEmpty()) {
            add(
                    csv.get("cell"),
                    Integer.parseInt(csv.get("round")),
                    Integer.parseInt(csv.get("order")),
                    csv.get("subject"),
                    csv.get("metric"),
                    Double.parseDouble(csv.get("value")));
            return;
        }
        switch (csv.get("metric")) {
            case CONDITION -> condition(csv.get("subject"), csv.get("value"));
            case NOT_RUN -> notRun(csv.get("cell"), csv.get("subject"), csv.get("value"));
            default -> throw new IllegalArgumentException("row " + csv.getRecordNumber() + " has no round");
        }
    }

    private static String plain(double value) {
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
        return whole ? Long.toString((long) value) : Double.toString(value);
    }
}
