package dev.ringway.bench.echo;

import dev.ringway.bench.CannotRunException;
import dev.ringway.bench.Cores;
import dev.ringway.bench.ServerFailedException;
import dev.ringway.bench.Settings;
import dev.ringway.bench.Threads;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/// A server in a process of its own, all its threads pinned to one core.
///
/// It is started with port 0, prints `ready PORT`, and perhaps more about itself, once it listens, and ends when its
/// standard input does: so also when this process dies. A foreign one is told a port that is free, is ready once it
/// accepts a connection, and is killed.
final class Server implements AutoCloseable {
    private static final int START_SECONDS = 60;
    private static final int STOP_SECONDS = 15;
    private static final int PROBE_MILLIS = 50;

    private final Subject subject;
    private final Process process;
    private final int port;
    private final String details;

    private Server(Subject subject, Process process, int port, String details) {
        this.subject = subject;
        this.process = process;
        this.port = port;
        this.details = details;
    }

    /// @throws CannotRunException if it cannot be had here
    /// @throws ServerFailedException if it does not start
    static Server start(Subject subject, Settings settings)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        return start(subject, Cores.pin(settings.serverCore(), subject.launch().command(settings.programs())));
    }

    /// The same, on the core of the load too.
    static Server startOnBothCores(Subject subject, Settings settings)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        return start(subject, Cores.pin(
                settings.serverCore(), settings.loadCore(), subject.launch().command(settings.programs())));
    }

    private static Server start(Subject subject, List<String> pinned)
            throws ServerFailedException, IOException, InterruptedException {
        List<String> command = new ArrayList<>(pinned);
        boolean foreign = subject.kind() == Subject.Kind.FOREIGN;
        int port = foreign ? freePort() : 0;
        command.add(Integer.toString(port));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            return foreign ? accepting(subject, process, port) : ready(subject, process);
        } catch (ServerFailedException | InterruptedException failure) {
            process.destroyForcibly();
            throw failure;
        }
    }

    private static Server ready(Subject subject, Process process) throws ServerFailedException, InterruptedException {
        try {
            String[] ready = readLine(process).split(" ", 3);
            if (ready.length < 2 || !ready[0].equals("ready")) {
                throw new ServerFailedException(
                        subject.title() + " did not start: it printed '" + String.join(" ", ready) + "'");
            }
            return new Server(subject, process, Integer.parseInt(ready[1]), ready.length > 2 ? ready[2] : "");
        } catch (ExecutionException | TimeoutException failure) {
            throw new ServerFailedException(
                    subject.title() + " did not start within " + START_SECONDS + " s: " + failure);
        }
    }

    /// Bytes of its heap that are alive, after a full collection; only a server on the JVM knows.
    long heapBytes() throws ServerFailedException, IOException, InterruptedException {
        try {
            Writer questions = process.outputWriter(StandardCharsets.UTF_8);
            questions.write("heap\n");
            questions.flush();
            return Long.parseLong(readLine(process));
        } catch (ExecutionException | TimeoutException | NumberFormatException failure) {
            throw new ServerFailedException(title() + " did not tell its heap: " + failure);
        }
    }

    /// Its file descriptors.
    int openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return (int) files.count();
        }
    }

    /// Bytes of its memory that are no file's.
    long anonymousBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            if (line.startsWith("RssAnon:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new IOException("/proc/" + process.pid() + "/status has no RssAnon");
    }

    private static String readLine(Process process) throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<String> line = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
                String read = output.readLine();
                line.complete(read == null ? "" : read);
            } catch (IOException failure) {
                line.completeExceptionally(failure);
            }
        });
        return line.get(START_SECONDS, TimeUnit.SECONDS);
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static Server accepting(Subject subject, Process process, int port)
            throws ServerFailedException, InterruptedException {
        for (int waited = 0; waited < TimeUnit.SECONDS.toMillis(START_SECONDS); waited += PROBE_MILLIS) {
            try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return new Server(subject, process, probe.getPort(), "");
            } catch (IOException refused) {
                if (process.waitFor(PROBE_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw new ServerFailedException(
                            subject.title() + " did not start: it ended with exit code " + process.exitValue());
                }
            }
        }
        throw new ServerFailedException(
                subject.title() + " accepted no connection on port " + port + " within " + START_SECONDS + " s");
    }

    Subject subject() {
        return subject;
    }

    String title() {
        return subject.title();
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    /// What the server says about itself: its version, or its backend and the reason for it.
    String details() {
        return details;
    }

    /// Nanoseconds that threads of the server have been ready and waiting for their core: more than a little in a run
    /// means that something else ran there.
    long waitedNanos() throws IOException {
        return Threads.waitedNanos(process.pid());
    }

    /// Ends it at once, without a word about the connections that it had.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws IOException {
        try {
            process.getOutputStream().close();
            if (subject.kind() != Subject.Kind.FOREIGN && !process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                System.err.println(title() + " did not end with its standard input; it is killed");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }
}
