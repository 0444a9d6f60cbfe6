package dev.ringway.bench.echo;

import dev.ringway.bench.CannotRunException;
import dev.ringway.bench.Cores;
import dev.ringway.bench.ServerFailedException;
import dev.ringway.bench.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A server in a process of its own, all its threads pinned to one core.
///
/// It is started with port 0, prints `ready PORT`, and perhaps more about itself, once it listens, and ends when its
/// standard input does: so also when this process dies.
final class Server implements AutoCloseable {
    private static final int START_SECONDS = 60;
    private static final int STOP_SECONDS = 15;

    private final Subject subject;
    private final Process process;
    private final int port;
    private final String details;

    private Server(Subject subject, Process process, String[] ready) {
        this.subject = subject;
        this.process = process;
        this.port = Integer.parseInt(ready[1]);
        this.details = ready.length > 2 ? ready[2] : "";
    }

    static Server start(Subject subject, Settings settings)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException {
        List<String> command = Cores.pin(
                settings.serverCore(), subject.launch().command(settings.programs()));
        command.add("0");
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            String[] ready = readLine(process).split(" ", 3);
            if (ready.length < 2 || !ready[0].equals("ready")) {
                throw new ServerFailedException(
                        subject.title() + " did not start: it printed '" + String.join(" ", ready) + "'");
            }
            return new Server(subject, process, ready);
        } catch (ExecutionException | TimeoutException failure) {
            process.destroyForcibly();
            throw new ServerFailedException(
                    subject.title() + " did not start within " + START_SECONDS + " s: " + failure);
        } catch (ServerFailedException | InterruptedException failure) {
            process.destroyForcibly();
            throw failure;
        }
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

    String title() {
        return subject.title();
    }

    boolean onJvm() {
        return subject.onJvm();
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    /// What the server says about itself: for a JVM server its backend and the reason for it.
    String details() {
        return details;
    }

    /// Nanoseconds that threads of the server have been ready and waiting for their core: more than a little in a run
    /// means that something else ran there.
    long waitedNanos() throws IOException {
        long nanos = 0;
        try (DirectoryStream<Path> threads =
                Files.newDirectoryStream(Path.of("/proc", Long.toString(process.pid()), "task"))) {
            for (Path thread : threads) {
                // Three numbers: nanoseconds run, nanoseconds waited, slices run.
                nanos += Long.parseLong(Files.readString(thread.resolve("schedstat")).split(" ")[1]);
            }
        } catch (NoSuchFileException endedMeanwhile) {
            return nanos;
        }
        return nanos;
    }

    @Override
    public void close() throws IOException {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                System.err.println(title() + " did not end with its standard input; it is killed");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }
}
