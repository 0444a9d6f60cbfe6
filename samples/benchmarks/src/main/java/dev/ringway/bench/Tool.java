package dev.ringway.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One run of another program: its exit code and everything that it printed.
public record Tool(int exitCode, String output, String errors) {

    /// Runs a program to its end, with an empty standard input.
    ///
    /// @throws IOException if it cannot be started, for example because it is not installed
    public static Tool run(Duration limit, List<String> command) throws IOException, InterruptedException {
        // Files and not pipes: a program that prints a lot, or hangs, then blocks nobody.
        Path output = Files.createTempFile("bench", ".out");
        Path errors = Files.createTempFile("bench", ".err");
        Process process = null;
        try {
            process = new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return new Tool(-1, text(output), text(errors) + "no result after " + limit.toSeconds() + " s");
            }
            return new Tool(process.exitValue(), text(output), text(errors));
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
            Files.delete(output);
            Files.delete(errors);
        }
    }

    public boolean succeeded() {
        return exitCode == 0;
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
