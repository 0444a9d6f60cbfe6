package dev.ringway;

import dev.ringway.internal.ffi.Platform;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// What `java -jar` prints: what Ringway finds on this machine, and why it chooses what it chooses.
final class Report {
    private static final List<String> LIMITS = List.of("Max locked memory", "Max open files");

    private Report() {}

    /// Prints to standard output.
    static void print() {
        print(System.out);
    }

    static void print(PrintStream out) {
        out.println("Ringway " + Objects.requireNonNullElse(Report.class.getPackage().getImplementationVersion(),
                "(not packaged)") + " on Java " + Runtime.version() + ", " + System.getProperty("java.vm.name"));
        out.println("system    " + Platform.describe() + ", kernel " + Platform.kernelVersion());
        try (Ring ring = Ring.create()) {
            out.println("backend   " + ring.backend());
        } catch (IOException none) {
            out.println("backend   none: " + none.getMessage());
        }
        for (Backend backend : Backend.values()) {
            out.println(String.format("%-10s", backend) + describe(backend));
        }
        limits(out);
    }

    private static String describe(Backend backend) {
        try (Ring ring = Ring.builder().backend(backend).create()) {
            String details = ring.details();
            return "works" + (details.isEmpty() ? "" : ": " + details);
        } catch (BackendUnavailableException unavailable) {
            return "not available: " + unavailable.getMessage();
        }
    }

    private static void limits(PrintStream out) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
                if (LIMITS.stream().anyMatch(line::startsWith)) {
                    out.println("limit     " + line.strip().replaceAll(" {2,}", "  ") + " (soft, hard)");
                }
            }
        } catch (IOException unreadable) {
            out.println("limits    unknown: " + unreadable.getMessage());
        }
    }
}
