package dev.ringway.bench.echo;

import dev.ringway.bench.CannotRunException;
import dev.ringway.bench.Results;
import dev.ringway.bench.ServerFailedException;
import dev.ringway.bench.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/// All servers of a comparison, up at the same time, and warm.
///
/// A peer that cannot be had, or fails, is *not run* from then on; it is a failure of the whole if one of ours or of
/// the references does.
final class Servers implements AutoCloseable {
    private static final int WARM_UP_RUNS = 8;
    private static final int QUICK_WARM_UP_RUNS = 2;
    private static final int WARM_UP_MILLIS = 1_000;
    private static final Cell WARM_UP = Cell.GOALS.getFirst();

    private final List<Server> servers = new ArrayList<>();
    private final Settings settings;
    private final Results results;

    private Servers(Settings settings, Results results) {
        this.settings = settings;
        this.results = results;
    }

    /// Starts those that are wanted, and warms them up with the echo.
    static Servers start(Settings settings, Results results)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        Settings longer = settings.withMillis(WARM_UP_MILLIS);
        return start(settings, results, server -> Measurement.of(server, WARM_UP, longer).cpuMicros() * 1_000);
    }

    /// Something that a server does while it warms up.
    @FunctionalInterface
    interface WarmUp {
        /// What it cost, in nanoseconds of CPU.
        double run(Server server)
                throws CannotRunException, ServerFailedException, IOException, InterruptedException;
    }

    /// Starts those that are wanted, and warms them up.
    static Servers start(Settings settings, Results results, WarmUp warmUp)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        Servers all = new Servers(settings, results);
        try {
            for (Subject subject : Subject.ALL) {
                if (settings.wantsSubject(subject.title())) {
                    all.start(subject);
                }
            }
            for (Server server : all.running()) {
                all.attempt(server, () -> all.warmUp(server, warmUp));
            }
            return all;
        } catch (CannotRunException | ServerFailedException | IOException | InterruptedException failure) {
            all.close();
            throw failure;
        }
    }

    private void start(Subject subject)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        try {
            Server server = Server.start(subject, settings);
            servers.add(server);
            if (!server.details().isEmpty()) {
                results.condition(server.title(), server.details());
            }
        } catch (CannotRunException | ServerFailedException reason) {
            if (subject.isEssential()) {
                throw reason;
            }
            notRun(subject, reason);
        }
    }

    /// Prints what each run cost, so that one sees whether the last ones had settled.
    private void warmUp(Server server, WarmUp warmUp)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        boolean onJvm = server.subject().kind() == Subject.Kind.JVM;
        int runs = !onJvm ? 1 : settings.quick() ? QUICK_WARM_UP_RUNS : WARM_UP_RUNS;
        StringJoiner micros = new StringJoiner(" ");
        for (int i = 0; i < runs; i++) {
            micros.add(String.format(Locale.ROOT, "%.2f", warmUp.run(server) / 1_000));
        }
        System.out.println("warm-up, µs CPU: " + server.title() + ": " + micros);
    }

    /// Those that have not failed yet.
    List<Server> running() {
        return List.copyOf(servers);
    }

    /// Something that is done with a server.
    @FunctionalInterface
    interface Work {
        void run() throws CannotRunException, ServerFailedException, IOException, InterruptedException;
    }

    /// Does something with a server that is running; of a peer that fails at it, says that it is not run.
    void attempt(Server server, Work work)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        if (!servers.contains(server)) {
            return;
        }
        try {
            work.run();
        } catch (ServerFailedException failure) {
            if (server.subject().isEssential()) {
                throw failure;
            }
            notRun(server.subject(), failure);
            servers.remove(server);
            server.close();
        }
    }

    private void notRun(Subject subject, Exception reason) {
        System.out.println("not run: " + subject.title() + ": " + reason.getMessage());
        results.notRun(subject.title(), String.valueOf(reason.getMessage()));
    }

    @Override
    public void close() throws IOException {
        for (Server server : servers) {
            server.close();
        }
    }
}
