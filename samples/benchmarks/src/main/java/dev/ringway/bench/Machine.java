package dev.ringway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What a reader must know about the machine to judge the numbers.
final class Machine {
    private Machine() {}

    static String kernel() throws IOException {
        return "Linux " + Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
    }

    static String cpu() throws IOException {
        String model = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unnamed CPU");
        return model + ", " + Runtime.getRuntime().availableProcessors() + " CPUs, " + System.getProperty("os.arch");
    }

    static String governor(int core) {
        return read(Path.of("/sys/devices/system/cpu/cpu" + core + "/cpufreq/scaling_governor"))
                .orElse("not readable (usual in a virtual machine)");
    }

    static String loadAverage() {
        return read(Path.of("/proc/loadavg")).orElse("not readable");
    }

    static String jvm() {
        return System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version");
    }

    static String compiler() throws InterruptedException {
        return firstLine("gcc", "--version") + ", liburing " + firstLine("pkg-config", "--modversion", "liburing");
    }

    private static String firstLine(String... command) throws InterruptedException {
        try {
            Tool tool = Tool.run(Duration.ofSeconds(10), List.of(command));
            return tool.succeeded() ? tool.output().lines().findFirst().orElse("") : "of unknown version";
        } catch (IOException notInstalled) {
            return "of unknown version";
        }
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (IOException notThere) {
            return Optional.empty();
        }
    }
}
