package dev.ringway.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.Backend;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A sample that runs as users run it: in a JVM of its own. Its end ends the process.
final class Program implements AutoCloseable {
    private static final long LIMIT_SECONDS = Long.getLong("program.seconds", 120);

    private final String command;
    private final Process process;
    private final Path output;
    private final Path errors;

    private Program(String command, Process process, Path output, Path errors) {
        this.command = command;
        this.process = process;
        this.output = output;
        this.errors = errors;
    }

    /// Starts the runner on a backend.
    static Program start(Path directory, Backend backend, Object... arguments) throws IOException {
        return startWith(List.of(), directory, backend, arguments);
    }

    /// Starts the runner on a backend, with options for its JVM.
    static Program startWith(List<String> options, Path directory, Backend backend, Object... arguments)
            throws IOException {
        List<String> command = command(backend, arguments);
        command.addAll(1, options);
        return start(directory, command, Arrays.toString(arguments) + " on " + backend);
    }

    /// Starts the runner on a backend with a terminal for its input and output, which says "ready" first, echoes
    /// nothing and leaves every byte as it is. See script(1) and stty(1).
    static Program startOnTerminal(Path directory, Backend backend, Object... arguments) throws IOException {
        StringBuilder line = new StringBuilder("stty -echo -opost -icrnl && echo ready && exec");
        command(backend, arguments).forEach(word -> line.append(" '").append(word).append('\''));
        List<String> command = List.of("script", "--quiet", "--return", "--command", line.toString(), "/dev/null");
        return start(directory, command, Arrays.toString(arguments) + " on " + backend + " with a terminal");
    }

    private static List<String> command(Backend backend, Object... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dringway.backend=" + backend,
                "-classpath",
                System.getProperty("java.class.path"),
                Runner.class.getName()));
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        if (backend == Backend.KQUEUE) {
            command.add(1, "-Dringway.libkqueue=" + System.getProperty("ringway.libkqueue", ""));
        }
        return command;
    }

    private static Program start(Path directory, List<String> command, String name) throws IOException {
        Path output = Files.createTempFile(directory, "output", "");
        Path errors = Files.createTempFile(directory, "errors", "");
        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        return new Program(name, process, output, errors);
    }

    /// Starts the runner on a backend and waits for its end.
    static Program run(Path directory, Backend backend, Object... arguments) throws IOException, InterruptedException {
        Program program = start(directory, backend, arguments);
        try (program) {
            program.awaitEnd();
        }
        return program;
    }

    long pid() {
        return process.pid();
    }

    /// All of its input.
    void type(byte[] input) throws IOException {
        try (OutputStream keys = process.getOutputStream()) {
            keys.write(input);
        }
    }

    /// All of its input, line by line, and the key that ends it.
    void typeAtTerminal(byte[] lines) throws IOException {
        OutputStream keys = process.getOutputStream();
        keys.write(lines);
        keys.write(4); // ^D, VEOF
        keys.flush();
    }

    void awaitEnd() throws InterruptedException {
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).as("end of %s", this).isTrue();
    }

    /// The first line that it prints.
    String firstLine() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (System.nanoTime() - deadline < 0) {
            try (BufferedReader reader = Files.newBufferedReader(output, UTF_8)) {
                String line = reader.readLine();
                if (line != null && Files.size(output) > line.getBytes(UTF_8).length) {
                    return line;
                }
            }
            assertThat(process.isAlive()).as("%s says %s", this, errors()).isTrue();
            Thread.sleep(20);
        }
        throw new AssertionError(this + " prints nothing");
    }

    /// Waits until it has printed all of these lines.
    void awaitLines(List<String> lines) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        List<String> printed = Files.readAllLines(output);
        while (!printed.containsAll(lines)) {
            assertThat(process.isAlive()).as("%s says %s", this, errors()).isTrue();
            assertThat(System.nanoTime() - deadline).as("%s has printed %s", this, printed).isNegative();
            Thread.sleep(20);
            printed = Files.readAllLines(output);
        }
    }

    /// Waits until it has printed as much as this, which is what it must have printed.
    void awaitOutput(byte[] expected) throws Exception {
        await(expected.length + " bytes are printed", () -> Files.size(output) >= expected.length);
        assertThat(Arrays.mismatch(output(), expected)).as("%s: the first byte that is wrong", this).isEqualTo(-1);
    }

    /// Waits, while it runs, until it is so.
    void await(String what, Callable<Boolean> isSo) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!isSo.call()) {
            assertThat(process.isAlive()).as("%s says %s", this, errors()).isTrue();
            assertThat(System.nanoTime() - deadline).as("%s: %s; it says %s", this, what, errors()).isNegative();
            Thread.sleep(1);
        }
    }

    /// The fds that it has below a directory.
    long fdsOf(Path directory) throws IOException {
        try (Stream<Path> fds = Files.list(Path.of("/proc", String.valueOf(pid()), "fd"))) {
            return fds.filter(fd -> directory.equals(target(fd).getParent())).count();
        }
    }

    private static Path target(Path fd) {
        try {
            return Files.readSymbolicLink(fd);
        } catch (IOException closed) {
            return fd;
        }
    }

    /// The files and directories that inotify watches for it.
    long watches() throws IOException {
        long count = 0;
        try (Stream<Path> infos = Files.list(Path.of("/proc", String.valueOf(pid()), "fdinfo"))) {
            for (Path info : infos.toList()) {
                count += Files.readAllLines(info).stream().filter(line -> line.startsWith("inotify ")).count();
            }
        } catch (IOException closed) {
            return -1;
        }
        return count;
    }

    byte[] output() throws IOException {
        return Files.readAllBytes(output);
    }

    /// The lines on standard error.
    List<String> errors() throws IOException {
        return Files.readAllLines(errors);
    }

    int exitCode() {
        return process.exitValue();
    }

    /// It ended with success, and complained about nothing.
    Program succeeded() throws IOException {
        assertThat(errors()).as(command).isEmpty();
        assertThat(process.exitValue()).as(command).isZero();
        return this;
    }

    /// It ended with exit code 1 and said why in one line that contains all of this.
    Program failed(String... why) throws IOException {
        assertThat(errors()).as(command).hasSize(1);
        assertThat(errors().getFirst()).as(command).contains(why);
        assertThat(process.exitValue()).as(command).isEqualTo(1);
        return this;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public String toString() {
        return command;
    }
}
