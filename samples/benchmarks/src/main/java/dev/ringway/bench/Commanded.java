package dev.ringway.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A program in a process of its own, all its threads pinned, that is told line by line what to do and answers each
/// line with one of its own. It begins with `ready`, and ends when its standard input does. [Commands] is the other
/// end.
public final class Commanded implements AutoCloseable {
    private static final int START_SECONDS = 60;
    private static final int STOP_SECONDS = 15;

    private final String title;
    private final Process process;
    private final BufferedReader answers;
    private final String details;

    private Commanded(String title, Process process) throws ServerFailedException, IOException, InterruptedException {
        this.title = title;
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        String ready = answer(START_SECONDS);
        if (!ready.startsWith("ready")) {
            throw new ServerFailedException(title + " did not start: it printed '" + ready + "'");
        }
        this.details = ready.substring("ready".length()).strip();
    }

    public static Commanded start(String title, int core, List<String> command)
            throws ServerFailedException, IOException, InterruptedException {
        return start(title, Cores.pin(core, command));
    }

    /// @param command that pins itself, if it is to be pinned
    public static Commanded start(String title, List<String> command)
            throws ServerFailedException, IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        boolean started = false;
        try {
            Commanded commanded = new Commanded(title, process);
            started = true;
            return commanded;
        } finally {
            if (!started) {
                process.destroyForcibly();
            }
        }
    }

    /// What it says about itself.
    public String details() {
        return details;
    }

    /// Has a line obeyed.
    ///
    /// @param seconds after which it has failed
    public Fields obey(String line, int seconds) throws ServerFailedException, IOException, InterruptedException {
        Writer commands = process.outputWriter(StandardCharsets.UTF_8);
        commands.write(line + "\n");
        commands.flush();
        return Fields.parse(answer(seconds));
    }

    private String answer(int seconds) throws ServerFailedException, IOException, InterruptedException {
        CompletableFuture<String> line = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                String read = answers.readLine();
                line.complete(read == null ? "" : read);
            } catch (IOException failure) {
                line.completeExceptionally(failure);
            }
        });
        try {
            String read = line.get(seconds, TimeUnit.SECONDS);
            if (read.isEmpty()) {
                throw new ServerFailedException(title + " has ended");
            }
            return read;
        } catch (ExecutionException | TimeoutException failure) {
            throw new ServerFailedException(title + " did not answer within " + seconds + " s: " + failure);
        }
    }

    /// Nanoseconds of CPU time that its threads have had, those of the kernel that work for it among them.
    public long cpuNanos() throws IOException {
        return Threads.runNanos(process.pid());
    }

    @Override
    public void close() throws IOException {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                System.err.println(title + " did not end with its standard input; it is killed");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }
}
