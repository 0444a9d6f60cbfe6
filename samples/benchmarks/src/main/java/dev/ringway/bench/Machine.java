package dev.ringway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/// What a reader must know about the machine to judge the numbers.
final class Machine {
    private Machine() {}

    static void describe(Settings settings, Results results) throws IOException, InterruptedException {
        results.condition("Day", LocalDate.now(ZoneOffset.UTC).toString());
        results.condition("Kernel", kernel());
        results.condition("CPU", cpu() + "; governor " + governor(settings.serverCore()));
        results.condition("JVM", jvm());
        results.condition("C", "`" + String.join(" ", CPrograms.COMPILE) + "`, " + compiler());
        results.condition("Cores", "measured on core " + settings.serverCore() + ", load on core "
                + settings.loadCore() + "; load average before " + loadAverage());
        results.condition("Run", settings.rounds() + " rounds" + (settings.quick() ? ", quick" : "") + ", "
                + settings.millis() + " ms a run of a load, seed " + settings.seed());
    }

    private static String kernel() throws IOException {
        return "Linux " + Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
    }

    private static String cpu() throws IOException {
        String model = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unnamed CPU");
        return model + ", " + Runtime.getRuntime().availableProcessors() + " CPUs, " + System.getProperty("os.arch");
    }

    private static String governor(int core) {
        return read(Path.of("/sys/devices/system/cpu/cpu" + core + "/cpufreq/scaling_governor"))
                .orElse("not readable (usual in a virtual machine)");
    }

    private static String loadAverage() {
        return read(Path.of("/proc/loadavg")).orElse("not readable");
    }

    private static String jvm() {
        return System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version") + ", `"
                + String.join(" ", Jvm.OPTIONS) + "`";
    }

    private static String compiler() throws InterruptedException {
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
