package dev.ringway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// `performance.md`: written from the rows of `performance/*.csv` alone, with the charts beside these.
///
/// A section of the page that is written stands between two comments; everything else on it is written by hand, and is
/// left as it is. A section that the page does not have yet is added at its end.
public final class Page {
    private static final String END = "<!-- end -->\n";

    private final Path page;
    private final Path rows;

    /// @param output the directory of the page
    Page(Path output) {
        this.page = output.resolve("performance.md");
        this.rows = output.resolve("performance");
    }

    /// Keeps the rows of an experiment, in place of those that it had before.
    void keep(Results results) throws IOException {
        results.write(file(results.experiment()));
    }

    private Path file(String experiment) {
        return rows.resolve(experiment + ".csv");
    }

    void write(List<Experiment> experiments) throws IOException {
        Map<String, Results> measured = measured(experiments);
        Files.createDirectories(rows);
        for (Experiment experiment : experiments) {
            Results results = measured.get(experiment.name());
            if (results != null) {
                Charts.write(experiment, results, rows);
            }
        }
        Files.writeString(page, text(before(), experiments, measured));
        System.out.println("Written: " + page);
    }

    /// What [#write] would write.
    String text(List<Experiment> experiments) throws IOException {
        return text(before(), experiments, measured(experiments));
    }

    private String before() throws IOException {
        return Files.exists(page) ? Files.readString(page) : "# Performance\n";
    }

    private Map<String, Results> measured(List<Experiment> experiments) throws IOException {
        Map<String, Results> measured = new LinkedHashMap<>();
        for (Experiment experiment : experiments) {
            if (Files.exists(file(experiment.name()))) {
                measured.put(experiment.name(), Results.read(file(experiment.name())));
            }
        }
        return measured;
    }

    /// @param before the page as it is
    /// @param measured the rows by the experiment's name; those of some may be missing
    static String text(String before, List<Experiment> experiments, Map<String, Results> measured) {
        List<Goal.Judged> judged = new ArrayList<>();
        for (Experiment experiment : experiments) {
            Results results = measured.getOrDefault(experiment.name(), new Results(experiment.name()));
            experiment.goals().forEach(goal -> judged.add(goal.judge(results)));
        }
        SequencedMap<String, String> sections = new LinkedHashMap<>();
        sections.put("Goals", goals(judged, experiments, measured));
        sections.put("What is lost", lost(judged, experiments, measured));
        for (Experiment experiment : experiments) {
            Results results = measured.get(experiment.name());
            sections.put(experiment.title(), results == null ? notMeasured(experiment) : section(experiment, results));
        }
        String text = before;
        for (Map.Entry<String, String> section : sections.entrySet()) {
            text = with(text, section.getKey(), section.getValue());
        }
        return text;
    }

    private static String with(String page, String title, String text) {
        String begin = "<!-- written by Benchmarks: " + title + " -->\n";
        int from = page.indexOf(begin);
        if (from < 0) {
            return page + "\n## " + title + "\n\n" + begin + text + END;
        }
        from += begin.length();
        int to = page.indexOf(END, from);
        if (to < 0) {
            throw new IllegalStateException("the section '" + title + "' of the page has no end");
        }
        return page.substring(0, from) + text + page.substring(to);
    }

    private static String goals(
            List<Goal.Judged> judged, List<Experiment> experiments, Map<String, Results> measured) {
        StringBuilder text = new StringBuilder();
        for (Goal.Verdict verdict : Goal.Verdict.values()) {
            long count = judged.stream().filter(each -> each.verdict() == verdict).count();
            text.append(verdict == Goal.Verdict.HOLDS ? "" : ", ").append(count).append(' ').append(verdict.title);
        }
        line(text, ".");
        line(text, "");
        line(text, "| path | case | measured | against | ratio | 95 %% interval | goal | verdict |");
        line(text, "|---|---|---|---|---|---|---|---|");
        for (Experiment experiment : experiments) {
            Results results = measured.getOrDefault(experiment.name(), new Results(experiment.name()));
            judged.stream()
                    .filter(each -> experiment.goals().contains(each.goal()))
                    .forEach(each -> line(text, "%s", row(each, experiment, results)));
        }
        return text.toString();
    }

    private static String row(Goal.Judged judged, Experiment experiment, Results results) {
        Goal goal = judged.goal();
        String bound = goal.bound().sign + " " + Numbers.text(goal.limit()) + (goal.references().isEmpty() ? "" : " ×");
        String verdict = "**" + judged.verdict().title + "**" + (judged.note().isEmpty() ? "" : ": " + judged.note());
        MedianInterval interval = judged.interval();
        if (interval == null) {
            return "| " + String.join(" | ", goal.path(), goal.cell(), "", "", "", "", bound, verdict) + " |";
        }
        String reference = judged.reference();
        String median = absolute(goal.subject(), goal, results) + " " + title(experiment, goal.metric());
        return "| "
                + String.join(
                        " | ",
                        goal.path(),
                        goal.cell(),
                        median,
                        reference == null ? "" : reference + ": " + absolute(reference, goal, results),
                        reference == null ? "" : Numbers.ratio(interval.median()),
                        between(interval, reference != null),
                        bound,
                        verdict)
                + " |";
    }

    private static String absolute(String subject, Goal goal, Results results) {
        return Numbers.text(results.median(goal.cell(), subject, goal.metric()).orElseThrow());
    }

    private static String title(Experiment experiment, String metric) {
        return experiment.metrics().stream()
                .filter(each -> each.name().equals(metric))
                .map(Metric::title)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(experiment.name() + " has no metric " + metric));
    }

    private static String between(MedianInterval interval, boolean ratio) {
        return ratio
                ? Numbers.ratio(interval.low()) + " – " + Numbers.ratio(interval.high())
                : Numbers.text(interval.low()) + " – " + Numbers.text(interval.high());
    }

    private static String lost(
            List<Goal.Judged> judged, List<Experiment> experiments, Map<String, Results> measured) {
        StringBuilder text = new StringBuilder();
        line(text, "Goals that do not hold:");
        line(text, "");
        int before = text.length();
        for (Goal.Judged each : judged) {
            if (each.verdict() != Goal.Verdict.HOLDS) {
                line(text, "- %s, %s: %s%s", each.goal().path(), each.goal().cell(), each.verdict().title,
                        each.interval() == null
                                ? " (" + each.note() + ")"
                                : " (" + Numbers.ratio(each.interval().median()) + ", goal " + each.goal().bound().sign
                                        + " " + Numbers.text(each.goal().limit()) + ")");
            }
        }
        line(text, text.length() == before ? "- none" : "");
        List<String> beaten = new ArrayList<>();
        for (Experiment experiment : experiments) {
            Results results = measured.get(experiment.name());
            if (results != null) {
                beaten.addAll(beaten(experiment, results));
            }
        }
        if (text.charAt(text.length() - 2) != '\n') {
            line(text, "");
        }
        line(text, "Who is better than Ringway, with the whole interval on that side:");
        line(text, "");
        if (beaten.isEmpty()) {
            line(text, "- nobody");
            return text.toString();
        }
        line(text, "| case | ours | ratio to who is better |");
        line(text, "|---|---|---|");
        beaten.forEach(each -> line(text, "%s", each));
        return text.toString();
    }

    private static List<String> beaten(Experiment experiment, Results results) {
        Metric metric = experiment.metrics().getFirst();
        List<String> lines = new ArrayList<>();
        for (String cell : results.cells()) {
            for (String ours : results.subjects(cell)) {
                if (!isOurs(ours)) {
                    continue;
                }
                List<String> better = new ArrayList<>();
                for (String peer : results.subjects(cell)) {
                    if (!isOurs(peer)) {
                        results.ratio(cell, ours, peer, metric.name())
                                .filter(ratio -> isWorse(ratio, metric))
                                .ifPresent(ratio -> better.add(String.format(
                                        Locale.ROOT,
                                        "%s %s (%s)",
                                        peer,
                                        Numbers.ratio(ratio.median()),
                                        between(ratio, true))));
                    }
                }
                if (!better.isEmpty()) {
                    lines.add("| " + experiment.name() + ", " + cell + " | " + ours + " | " + String.join(", ", better)
                            + " |");
                }
            }
        }
        return lines;
    }

    /// By convention of the subjects' names.
    static boolean isOurs(String subject) {
        return subject.startsWith("Ringway");
    }

    private static boolean isWorse(MedianInterval ratio, Metric metric) {
        return metric.better() == Metric.Better.LESS ? ratio.low() > 1 : ratio.high() < 1;
    }

    private static String notMeasured(Experiment experiment) {
        return experiment.question() + "\n\nNot measured yet: `run " + experiment.name() + "`.\n";
    }

    private static String section(Experiment experiment, Results results) {
        StringBuilder text = new StringBuilder();
        line(text, "%s", experiment.question());
        line(text, "");
        line(text, "%s", experiment.method().strip());
        line(text, "");
        results.conditions().forEach((name, value) -> line(text, "- %s: %s", name, value));
        results.notRun().stream()
                .filter(each -> each.cell().isEmpty())
                .forEach(each -> line(text, "- %s: *not run*: %s", each.subject(), each.reason()));
        for (Chart chart : experiment.charts()) {
            line(text, "");
            line(text, "![%s](performance/%s)", chart.title(), Charts.file(experiment, chart));
        }
        for (String cell : results.cells()) {
            line(text, "");
            table(text, experiment, results, cell);
        }
        return text.toString();
    }

    private static void table(StringBuilder text, Experiment experiment, Results results, String cell) {
        Metric headline = experiment.metrics().getFirst();
        String reference = experiment.reference(cell);
        List<Metric> others = experiment.metrics().stream()
                .skip(1)
                .filter(metric -> results.subjects(cell).stream()
                        .anyMatch(subject -> results.median(cell, subject, metric.name()).isPresent()))
                .toList();
        int rounds = results.subjects(cell).stream()
                .mapToInt(subject -> results.values(cell, subject, headline.name()).length)
                .max()
                .orElse(0);
        line(text, "### %s", cell);
        line(text, "");
        line(text, rounds == 1 ? "One round." : "%d paired rounds.", rounds);
        line(text, "");
        boolean ratios = !reference.isEmpty();
        StringBuilder head = new StringBuilder("| | " + headline.title() + " |");
        head.append(ratios ? " ratio to " + reference + " |" : "");
        others.forEach(metric -> head.append(' ').append(metric.title()).append(" |"));
        line(text, "%s", head);
        int columns = others.size() + (ratios ? 3 : 2);
        line(text, "%s", "|---".repeat(columns) + "|");
        Comparator<String> byHeadline = Comparator.comparingDouble(
                subject -> results.median(cell, subject, headline.name()).orElse(Double.POSITIVE_INFINITY));
        results.subjects(cell).stream()
                .sorted(headline.better() == Metric.Better.LESS ? byHeadline : byHeadline.reversed())
                .forEach(subject -> {
                    StringBuilder row = new StringBuilder(
                            "| " + name(subject) + " | " + median(results, cell, subject, headline) + " |");
                    if (ratios) {
                        row.append(' ').append(ratio(results, cell, subject, headline, reference)).append(" |");
                    }
                    others.forEach(metric ->
                            row.append(' ').append(median(results, cell, subject, metric)).append(" |"));
                    line(text, "%s", row);
                });
        results.notRun().stream()
                .filter(each -> each.cell().equals(cell))
                .forEach(each -> line(text, "| %s | *not run*: %s |%s", each.subject(), each.reason(),
                        " |".repeat(columns - 2)));
    }

    private static String ratio(Results results, String cell, String subject, Metric metric, String reference) {
        return subject.equals(reference)
                ? "1"
                : results.ratio(cell, subject, reference, metric.name())
                        .map(each -> Numbers.ratio(each.median()) + " (" + between(each, true) + ")")
                        .orElse("");
    }

    private static String name(String subject) {
        return isOurs(subject) ? "**" + subject + "**" : subject;
    }

    private static String median(Results results, String cell, String subject, Metric metric) {
        var median = results.median(cell, subject, metric.name());
        return median.isPresent() ? Numbers.text(median.getAsDouble()) : "";
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
