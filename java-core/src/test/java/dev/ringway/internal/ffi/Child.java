package dev.ringway.internal.ffi;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Other processes that tests ask: a JVM with another environment, and the C compiler. */
final class Child {

    private static final long LIMIT_SECONDS = 60;

    private Child() {}

    /** What a process said. */
    record Result(int status, String out) {}

    /** Runs {@code main} of a test class in a JVM of its own, on the class path. */
    static Result jvm(Class<?> main, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-cp");
        command.add(root(Platform.class) + File.pathSeparator + root(main));
        command.add(main.getName());
        command.addAll(Arrays.asList(arguments));
        return run(command, environment);
    }

    /** Returns the directory that a class was read from, also where a module hides it. */
    private static Path root(Class<?> type) {
        String file = type.getName().replace('.', '/') + ".class";
        try {
            Path path = Path.of(type.getResource("/" + file).toURI());
            return path.getRoot().resolve(path.subpath(0, path.getNameCount() - file.split("/", -1).length));
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns a tool of this machine, if it has it. */
    static Optional<Path> tool(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Result run(List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("ringway-child", ".out");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " is still running after " + LIMIT_SECONDS + " s");
            }
            return new Result(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1));
        } finally {
            Files.delete(output);
        }
    }
}
