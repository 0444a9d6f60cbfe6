package dev.ringway.bench.echo;

import dev.ringway.bench.CannotRunException;
import dev.ringway.bench.Chart;
import dev.ringway.bench.Experiment;
import dev.ringway.bench.Goal;
import dev.ringway.bench.Metric;
import dev.ringway.bench.PairedRounds;
import dev.ringway.bench.Results;
import dev.ringway.bench.ServerFailedException;
import dev.ringway.bench.Settings;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/// What a connection costs in memory on which nothing happens.
///
/// Each run is a server of its own and takes two to five seconds, whatever is asked for: memory that has been used once
/// does not come back.
public final class Idle implements Experiment {
    private static final String BYTES = "bytes_per_connection";
    private static final String HEAP = "heap_bytes";
    private static final String NATIVE = "native_bytes";
    private static final String SERVED = "connections_served";

    private static final String SILENT = "a connection that has said nothing yet";
    private static final String USED = "a connection that has been served once";
    private static final String MANY = "10,000 connections, 64 MiB of heap";

    /// Memory is nearly the same each time.
    private static final int FEW_ROUNDS = 3;

    private static final int FEW_CONNECTIONS = 1_000;
    private static final int MORE_CONNECTIONS = 7_000;
    private static final int MANY_CONNECTIONS = 10_000;
    private static final int LIMIT = 512;

    /// Interpreted, since a compiler takes memory of its own, when it likes; and a heap that is resident from the
    /// beginning, so that what grows is something else.
    private static final List<String> EXACT =
            List.of("-Xint", "-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch");
    private static final List<String> SMALL = List.of("-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch");

    private static final String URING = "Ringway";
    private static final String EPOLL = "Ringway, epoll";
    private static final List<Subject> BARE = List.of(Subject.idle(URING, true), Subject.idle(EPOLL, false));
    private static final List<Subject> CALLBACKS =
            Stream.of(Subject.CALLBACK, Subject.CALLBACK_EPOLL).map(Subject::named).toList();
    private static final List<Subject> ECHOES = Stream.of(
                    Subject.CALLBACK,
                    Subject.CALLBACK_EPOLL,
                    Subject.SUSPEND,
                    Subject.JOIN,
                    Subject.NETTY_URING,
                    Subject.NETTY_EPOLL,
                    Subject.NIO,
                    Subject.VIRTUAL_THREADS)
            .map(Subject::named)
            .toList();

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String title() {
        return "Idle connections";
    }

    @Override
    public String question() {
        return "How much memory does a server have for a connection on which nothing happens?";
    }

    @Override
    public String method() {
        return """
                The echo's servers, a new process for each run. Heap is what is alive after a full collection; \
                native memory is what of the process is resident and no file's, with a heap that is resident from \
                the beginning and code that is interpreted, so that no compiler is measured. Both are counted at \
                1,000 and at 7,000 connections, and divided by those between. What the kernel has for a socket is \
                not counted, what the program has for a connection is: `Ringway` accepts and receives, and has \
                nothing of its own; the callback server has an object of 40 bytes, and after the first message a \
                send, which is used again. With 64 MiB of heap, compiled \
                as usual, 10,000 connections are opened from none, and each then sends a message of 64 B and \
                compares the reply.""";
    }

    @Override
    public List<Metric> metrics() {
        return List.of(
                Metric.less(BYTES, "bytes a connection"),
                Metric.less(HEAP, "of heap"),
                Metric.less(NATIVE, "native"),
                Metric.more(SERVED, "connections served"));
    }

    @Override
    public String reference(String cell) {
        return Subject.NETTY_EPOLL;
    }

    @Override
    public List<Goal> goals() {
        return List.of(
                Goal.atMost(LIMIT, BYTES, "idle connection, io_uring", SILENT, URING),
                Goal.atMost(LIMIT, BYTES, "idle connection, epoll", SILENT, EPOLL),
                Goal.atLeast(MANY_CONNECTIONS, SERVED, "idle connections, io_uring", MANY, Subject.CALLBACK),
                Goal.atLeast(MANY_CONNECTIONS, SERVED, "idle connections, epoll", MANY, Subject.CALLBACK_EPOLL));
    }

    @Override
    public List<Chart> charts() {
        return List.of(Chart.ratios("bytes", "Bytes a connection, against Netty's epoll", List.of(SILENT, USED)));
    }

    @Override
    public void run(Settings settings, Results results)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        int rounds = settings.roundsOfSeconds();
        int fewRounds = Math.min(rounds, FEW_ROUNDS);
        measure(SILENT, rounds, BARE, settings, (subject, round, order) ->
                measure(SILENT, subject, round, order, settings, results));
        measure(SILENT, fewRounds, ECHOES, settings, (subject, round, order) ->
                measure(SILENT, subject, round, order, settings, results));
        measure(USED, fewRounds, ECHOES, settings, (subject, round, order) ->
                measure(USED, subject, round, order, settings, results));
        measure(MANY, rounds, CALLBACKS, settings, (subject, round, order) ->
                serveMany(subject, round, order, settings, results));
    }

    private static void measure(
            String cell, int rounds, List<Subject> subjects, Settings settings, PairedRounds.Trial<Subject> trial)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        List<Subject> wanted =
                subjects.stream().filter(each -> settings.wantsSubject(each.title())).toList();
        if (settings.wantsCell(cell) && !wanted.isEmpty()) {
            System.out.println(cell + ", " + rounds + " rounds of " + wanted.size());
            PairedRounds.run(rounds, settings.random(), wanted, trial);
        }
    }

    /// Heap and native memory of a server at some moment.
    private record Memory(long heap, long outside) {
        static Memory of(Server server) throws ServerFailedException, IOException, InterruptedException {
            long heap = server.heapBytes();
            return new Memory(heap, server.anonymousBytes());
        }

        void addGrowth(Memory before, int connections, String cell, int round, int order, String subject,
                Results results) {
            double ofHeap = (double) (heap - before.heap) / connections;
            double ofRest = (double) (outside - before.outside) / connections;
            results.add(cell, round, order, subject, BYTES, ofHeap + ofRest);
            results.add(cell, round, order, subject, HEAP, ofHeap);
            results.add(cell, round, order, subject, NATIVE, ofRest);
        }
    }

    private static void measure(
            String cell, Subject subject, int round, int order, Settings settings, Results results)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        try (Server server = Server.start(subject.with(EXACT), settings);
                IdleClients clients = new IdleClients(server)) {
            boolean serve = cell.equals(USED);
            open(FEW_CONNECTIONS, serve, clients, subject);
            Memory.of(server); // the first time its own needs are counted too
            Memory few = Memory.of(server);
            open(MORE_CONNECTIONS, serve, clients, subject);
            Memory.of(server)
                    .addGrowth(few, MORE_CONNECTIONS - FEW_CONNECTIONS, cell, round, order, subject.title(), results);
            server.kill();
        }
    }

    private static void open(int connections, boolean serve, IdleClients clients, Subject subject)
            throws ServerFailedException, IOException, InterruptedException {
        clients.open(connections);
        int served = serve ? clients.served() : connections;
        if (served != connections) {
            throw new ServerFailedException(
                    subject.title() + " has served " + served + " connections of " + connections);
        }
    }

    private static void serveMany(Subject subject, int round, int order, Settings settings, Results results)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        try (Server server = Server.start(subject.with(SMALL), settings);
                IdleClients clients = new IdleClients(server)) {
            Memory.of(server);
            Memory none = Memory.of(server);
            clients.open(MANY_CONNECTIONS);
            Memory.of(server).addGrowth(none, MANY_CONNECTIONS, MANY, round, order, subject.title(), results);
            results.add(MANY, round, order, subject.title(), SERVED, clients.served());
            server.kill();
        }
    }
}
