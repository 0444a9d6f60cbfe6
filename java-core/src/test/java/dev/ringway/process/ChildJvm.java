package dev.ringway.process;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Processes that tests start: other JVMs with the same classes, and tools of the machine.
final class ChildJvm {
    private ChildJvm() {}

    /// What a process said, and how it ended.
    record Result(int status, String out) {
        /// The rest of the line that begins so.
        String line(String start) {
            return out.lines()
                    .filter(line -> line.startsWith(start))
                    .findFirst()
                    .map(line -> line.substring(start.length()))
                    .orElseThrow(() -> new AssertionError("nothing begins with \"" + start + "\" in: " + out));
        }
    }

    /// The command that runs the `main` of a class on the class path of this JVM; options of the JVM come first.
    static List<String> command(Class<?> main, String... optionsAndArguments) {
        return commandOn(classPath(), main.getName(), optionsAndArguments);
    }

    /// The command that runs the `main` of a class on another class path.
    static List<String> commandOn(String classPath, String main, String... optionsAndArguments) {
        List<String> options = Stream.of(optionsAndArguments).takeWhile(word -> word.startsWith("-")).toList();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")); // starts sooner
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, main));
        command.addAll(Arrays.asList(optionsAndArguments).subList(options.size(), optionsAndArguments.length));
        return command;
    }

    /// All that this JVM has on its class path, its module path, and brought by whoever started the tests.
    private static String classPath() {
        Set<String> roots = new LinkedHashSet<>();
        for (String property : List.of("jdk.module.path", "java.class.path")) {
            String path = System.getProperty(property, "");
            roots.addAll(Arrays.asList(path.split(File.pathSeparator, -1)));
        }
        roots.add(root(dev.ringway.Ring.class));
        roots.add(root(ChildJvm.class));
        roots.add(root(org.junit.platform.launcher.Launcher.class));
        roots.remove("");
        return String.join(File.pathSeparator, roots);
    }

    /// The directory or jar that a class comes from.
    static String root(Class<?> type) {
        try {
            return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString())).toString();
        } catch (RuntimeException e) {
            throw new AssertionError("where " + type + " comes from", e);
        }
    }

    /// A tool of this machine, found on the PATH.
    static Optional<Path> tool(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /// Runs a command to its end, both outputs in one.
    static Result run(List<String> command, long limitSeconds) throws IOException, InterruptedException {
        Path output = Files.createTempFile("ringway-child", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(limitSeconds, TimeUnit.SECONDS);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
            String out = Files.readString(output, StandardCharsets.ISO_8859_1);
            if (!ended) {
                throw new AssertionError(command + " was still running after " + limitSeconds + " s: " + out);
            }
            return new Result(process.exitValue(), out);
        } finally {
            Files.delete(output);
        }
    }
}
