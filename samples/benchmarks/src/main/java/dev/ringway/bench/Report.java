package dev.ringway.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/// The rounds as a Markdown page for people and as CSV for everything else.
final class Report {
    static final List<Goal> GOALS = List.of(
            new Goal(Subject.CALLBACK, Subject.C_URING, 1.10),
            new Goal(Subject.SUSPEND, Subject.C_URING, 1.20),
            new Goal(Subject.CALLBACK_EPOLL, Subject.C_EPOLL, 1.10));

    /// Beyond these shares of a run, something else was running on the core of the server or of the load.
    private static final double WAIT_SHARE_MAX = 0.02;
    private static final double LOAD_SHARE_MIN = 0.98;

    private record Judged(Goal goal, MedianInterval ratio, Goal.Verdict verdict) {}

    private final Options options;
    private final Collection<Server> servers;
    private final List<Map<Subject, Measurement>> rounds;
    private final double nopNanos;
    private final List<Judged> judged = new ArrayList<>();

    Report(Options options, Collection<Server> servers, List<Map<Subject, Measurement>> rounds, double nopNanos) {
        this.options = options;
        this.servers = servers;
        this.rounds = rounds;
        this.nopNanos = nopNanos;
        Random random = new Random(options.seed());
        for (Goal goal : GOALS) {
            MedianInterval ratio = MedianInterval.of(ratios(goal), random);
            judged.add(new Judged(goal, ratio, goal.judge(ratio)));
        }
    }

    long misses() {
        return judged.stream().filter(each -> each.verdict() == Goal.Verdict.MISSED).count();
    }

    private double[] ratios(Goal goal) {
        return rounds.stream()
                .mapToDouble(round -> round.get(goal.subject()).cpuMicros() / round.get(goal.reference()).cpuMicros())
                .toArray();
    }

    private double median(Subject subject, ToDoubleFunction<Measurement> value) {
        return MedianInterval.median(rounds.stream()
                .mapToDouble(round -> value.applyAsDouble(round.get(subject)))
                .toArray());
    }

    String markdown() throws IOException, InterruptedException {
        StringBuilder page = new StringBuilder();
        line(page, "# TCP echo, %d connections × %d B", options.connections(), options.size());
        line(page, "");
        line(page, "## Server CPU a request, ratio within each of %d paired rounds", options.rounds());
        line(page, "");
        line(page, "| server | against | median ratio | 95 %% interval | goal | verdict |");
        line(page, "|---|---|---|---|---|---|");
        for (Judged each : judged) {
            line(page, "| %s | %s | %.3f | %.3f – %.3f | ≤ %.2f | **%s** |",
                    each.goal().subject().title,
                    each.goal().reference().title,
                    each.ratio().median(),
                    each.ratio().low(),
                    each.ratio().high(),
                    each.goal().limit(),
                    each.verdict().title);
        }
        line(page, "");
        line(page, "## Medians of the rounds");
        line(page, "");
        line(page, "| server | µs CPU a request | requests/s | p50 µs | p99 µs | p99.9 µs | share of its core |");
        line(page, "|---|---|---|---|---|---|---|");
        for (Subject subject : Subject.values()) {
            line(page, "| %s | %.2f | %,.0f | %.0f | %.0f | %.0f | %.2f |",
                    subject.title,
                    median(subject, Measurement::cpuMicros),
                    median(subject, Measurement::requestsPerSecond),
                    median(subject, Measurement::p50Micros),
                    median(subject, Measurement::p99Micros),
                    median(subject, Measurement::p999Micros),
                    median(subject, Measurement::serverShare));
        }
        line(page, "");
        line(page, "## Conditions");
        line(page, "");
        machine(page);
        disturbance(page);
        return page.toString();
    }

    private void machine(StringBuilder page) throws IOException, InterruptedException {
        line(page, "- %s; %s; governor %s; load average at the end %s",
                Machine.kernel(), Machine.cpu(), Machine.governor(options.serverCore()), Machine.loadAverage());
        line(page, "- io_uring nop in C, batches of 64: %.1f ns", nopNanos);
        line(page, "- C: `%s`, %s", String.join(" ", CPrograms.COMPILE), Machine.compiler());
        line(page, "- JVM servers: `%s`, %s", String.join(" ", Subject.JVM_OPTIONS), Machine.jvm());
        for (Server server : servers) {
            if (!server.details().isEmpty()) {
                line(page, "- %s: %s", server.subject().title, server.details());
            }
        }
        line(page, "- All threads of the servers on core %d, load on core %d; %d s a run; %d warm-up runs; seed %d",
                options.serverCore(), options.loadCore(), options.seconds(), options.warmupRuns(), options.seed());
        line(page, "- Every byte of every reply was compared with what had been sent: no mismatch");
    }

    private void disturbance(StringBuilder page) {
        List<Measurement> runs = rounds.stream().flatMap(round -> round.values().stream()).toList();
        long disturbed = runs.stream()
                .filter(run -> run.waitShare() > WAIT_SHARE_MAX || run.loadShare() < LOAD_SHARE_MIN)
                .count();
        line(page, "- %d of %d runs were disturbed by something else on the same cores%s",
                disturbed,
                runs.size(),
                disturbed * 10 > runs.size() ? ": **measure again on an idle machine**" : "");
    }

    String csv() {
        StringBuilder table = new StringBuilder();
        line(table, "round,position,subject,requests,cpu_us_per_request,requests_per_second,p50_us,p99_us,p999_us,"
                + "server_share,load_share,wait_share");
        for (int round = 0; round < rounds.size(); round++) {
            int position = 1;
            for (Map.Entry<Subject, Measurement> entry : rounds.get(round).entrySet()) {
                Measurement run = entry.getValue();
                line(table, "%d,%d,%s,%d,%.4f,%.0f,%.2f,%.2f,%.2f,%.4f,%.4f,%.4f",
                        round + 1,
                        position++,
                        entry.getKey().name().toLowerCase(Locale.ROOT),
                        run.requests(),
                        run.cpuMicros(),
                        run.requestsPerSecond(),
                        run.p50Micros(),
                        run.p99Micros(),
                        run.p999Micros(),
                        run.serverShare(),
                        run.loadShare(),
                        run.waitShare());
            }
        }
        return table.toString();
    }

    private static void line(StringBuilder page, String format, Object... values) {
        page.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
